"""Preparation: who is in place, and who is still to be named."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import words
from reports.measures import rate
from reports.sections.blocks import Block, cell, head, marked, table, text
from reports.sections.key_figures import box
from reports.sections.units import GROUP_TITLES, row_name
from teachers.enums import Role

KEYS = ("asked", "clerkless", "headless", "reviewerless")


def boxes(figures: dict) -> Block:
    ready = figures["readiness"]
    rows = [
        box(pgettext("report", "Units asked"), words.number(ready["asked"])),
        box(
            pgettext("report", "In place"),
            words.percent(rate(ready["ready"], ready["asked"])),
            words.number(ready["ready"]),
            bad=ready["ready"] < ready["asked"],
        ),
        box(
            pgettext("report", "Without clerk or head"),
            words.number(len(ready["lacking"])),
            bad=bool(ready["lacking"]),
        ),
        box(
            pgettext("report", "Authorities without reviewer"),
            words.number(len(ready["reviewerless"])),
            bad=bool(ready["reviewerless"]),
        ),
    ]
    return Block("boxes", {"rows": rows})


def units(figures: dict) -> list[Block]:
    """Who is in place, by subordinate unit."""
    ready = figures["readiness"]

    def counts(row: dict) -> list[dict]:
        return [cell(row["asked"]), *[marked(row[key]) for key in KEYS[1:]]]

    groups = [
        {
            "label": GROUP_TITLES[group["key"]]() if group["key"] != "own" else "",
            "rows": [
                {"class": "", "cells": [cell(row_name(row), "l"), *counts(row)]}
                for row in group["rows"]
            ],
        }
        for group in ready["groups"]
    ]
    if not groups:
        return [text(_("No unit here is asked in this campaign."))]
    total = {key: ready[key] for key in KEYS[:3]} | {"reviewerless": len(ready["reviewerless"])}
    label = cell(words.everywhere(figures["unit"]), "l")
    groups[-1]["rows"].append({"class": "total", "cells": [label, *counts(total)]})
    heads = [
        head(pgettext("report", "Unit"), "l wide"),
        head(pgettext("report", "Units asked")),
        head(pgettext("report", "Without clerk")),
        head(pgettext("report", "Without head")),
        head(pgettext("report", "Authorities without reviewer")),
    ]
    note = _("Posts in force on the day of the report; red: somebody is still to be named.")
    by_unit = Block("groups", {"heads": heads, "groups": groups, "note": note})
    return [block for block in (by_unit, people(figures)) if block is not None]


def people(figures: dict) -> Block | None:
    """Of those in place, who has been in the system: what can be known here of their training."""
    rows = figures["readiness"]["people"]
    if not rows:
        return None
    heads = [
        head(pgettext("report", "Role"), "l wide"),
        head(pgettext("report", "People in place")),
        head(pgettext("report", "Have signed in")),
        head(pgettext("report", "Share")),
        head(pgettext("report", "Have read the notice")),
    ]
    cells = [
        [
            cell(str(Role(row["role"]).label), "l"),
            cell(row["held"]),
            cell(row["signed_in"]),
            cell(words.percent(rate(row["signed_in"], row["held"]))),
            cell(row["read_notice"]),
        ]
        for row in rows
    ]
    return table(_("People in place who know the system"), heads, cells)


def lacking(figures: dict) -> list[Block]:
    """By name: units without clerk or head, authorities without reviewer."""
    ready, lists = figures["readiness"], []
    if ready["lacking"]:
        heads = [
            head(pgettext("report", "Unit"), "l half"),
            head(pgettext("report", "Clerk")),
            head(pgettext("report", "Head")),
        ]
        cells = [
            [cell(words.name(row), "l"), _place(row["clerk"]), _place(row["head"])]
            for row in ready["lacking"]
        ]
        lists.append(table(pgettext("report", "Units without clerk or head"), heads, cells))
    if ready["reviewerless"]:
        heads = [head(pgettext("report", "Authority"), "l half"), head(pgettext("report", "Code"))]
        cells = [[cell(words.name(row), "l"), cell(row["code"])] for row in ready["reviewerless"]]
        lists.append(table(pgettext("report", "Authorities without reviewer"), heads, cells))
    return lists or [text(_("Nobody is missing."))]


def _place(is_held: bool) -> dict:
    if is_held:
        return cell(pgettext("report", "in place"))
    return cell(pgettext("report", "▼ missing"), "bad")
