"""Ethnic education: autonomous areas, teachers of ethnic groups, bilingual teachers."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import words
from reports.sections.blocks import Block, cell, head, table
from reports.sections.units import row_name


def blocks(figures: dict) -> list[Block]:
    return [areas(figures), teachers(figures)]


def areas(figures: dict) -> Block:
    names = {
        "inside": _("In ethnic autonomous areas"),
        "outside": pgettext("report", "Elsewhere"),
    }
    heads = [
        head(pgettext("report", "Units"), "l wide"),
        head(pgettext("report", "Asked")),
        head(pgettext("report", "Handed in")),
        head(words.passed(figures["stage"]["kind"], figures["unit"])),
        head(pgettext("report", "Completed")),
        head(pgettext("report", "Teachers")),
    ]
    cells = [
        [
            cell(names[row["key"]], "l"),
            *[cell(row[key]) for key in ("asked", "signed", "passed")],
            cell(words.percent(row["passed_rate"])),
            cell(row["records"]),
        ]
        for row in figures["ethnic"]["area"]
    ]
    return table(pgettext("report", "Units by area"), heads, cells)


def teachers(figures: dict) -> Block:
    heads = [
        head(pgettext("report", "Unit"), "l wide"),
        head(pgettext("report", "Teachers")),
        head(_("Of ethnic groups other than Han")),
        head(pgettext("report", "Share")),
        head(pgettext("report", "Bilingual")),
        head(pgettext("report", "Share")),
    ]

    def cells(label: str, row: dict) -> list[dict]:
        shares = [
            (cell(words.counted(row[key])), cell(words.percent(row[f"{key}_rate"])))
            for key in ("minority", "bilingual")
        ]
        return [cell(label, "l"), cell(row["people"]), *[one for pair in shares for one in pair]]

    found = figures["ethnic"]
    rows = [cells(row_name(row), row) for row in found["rows"]]
    block = table(
        _("Teachers of ethnic groups and bilingual teachers"),
        heads,
        rows,
        note=_(
            "Numbers below 5, and one more where it could be told from the total, are not shown."
        ),
        most=None,
    )
    total = cells(words.everywhere(figures["unit"]), found["total"])
    block.data["rows"].append({"class": "total", "cells": total})
    return block
