"""What the campaign has left in the register: files and numbers by subordinate unit."""

from django.utils.translation import pgettext

from reports import words
from reports.sections.blocks import Block, cell, head, table
from reports.sections.units import row_name


def blocks(figures: dict) -> list[Block]:
    parts = figures["results"]["parts"]
    rows = [row for group in figures["groups"] for row in group["rows"]] or figures["schools"]
    named = {row["code"] for row in rows if row["code"]}
    own = [part for code, part in parts.items() if code not in named]
    cells = []
    for row in rows:
        part = parts.get(row["code"], {"files": 0, "numbers": 0})
        if not row["code"]:
            part = {key: sum(p[key] for p in own) for key in ("files", "numbers")}
        elif not figures["groups"] and row["code"] == figures["unit"]["code"]:
            part = parts.get("", part)
        counts = [cell(row["approved"]), cell(part["files"]), cell(part["numbers"])]
        cells.append([cell(row_name(row), "l"), cell(row["asked"]), *counts])
    if not cells:
        return []
    heads = [
        head(pgettext("report", "Unit"), "l wide"),
        head(pgettext("report", "Asked")),
        head(pgettext("report", "Approved")),
        head(pgettext("report", "Files published")),
        head(pgettext("report", "Numbers issued")),
    ]
    block = table("", heads, cells, most=None)
    totals, left = figures["totals"], figures["results"]
    counts = [totals["asked"], totals["approved"], left["files"], left["numbers"]]
    label = cell(words.everywhere(figures["unit"]), "l")
    block.data["rows"].append({"class": "total", "cells": [label, *map(cell, counts)]})
    return [block]
