"""What a section is made of: titled blocks, each with the template that writes it down."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from reports import words

TEMPLATES = "reports/document/"
#: Rows of a list that names single units; the rest is counted in its note.
MOST_ROWS = 40


@dataclass(frozen=True)
class Block:
    """One table, chart or text. `kind` names its template; the template reads `data`."""

    kind: str
    data: dict
    title: str = ""
    number: str = ""

    @property
    def template(self) -> str:
        return f"{TEMPLATES}_{self.kind}.html"


@dataclass
class Section:
    """A numbered part of the document; `page` says that it begins on a page of its own."""

    key: str
    title: str
    blocks: list[Block] = field(default_factory=list)
    page: bool = False
    number: str = ""


def head(label: str, css: str = "") -> dict:
    return {"label": label, "class": css}


def cell(value: Any, css: str = "") -> dict:
    if isinstance(value, int):
        value = words.number(value)
    return {"value": value, "class": css}


def marked(count: int) -> dict:
    """A number that should be nothing."""
    return cell(count, "bad" if count else "")


def rate_cell(row: dict, key: str = "passed_rate") -> dict:
    """A rate below the mark is red and carries a sign that survives black-and-white printing."""
    text = words.percent(row[key])
    return cell(f"▼ {text}", "bad") if row["behind"] and key == "passed_rate" else cell(text)


def table(
    title: str,
    heads: list[dict],
    rows: list[list[dict]],
    *,
    note: str = "",
    most: int | None = MOST_ROWS,
) -> Block:
    """A list with a head that is repeated on each page; cut after `most` rows (None: never)."""
    left = 0 if most is None else len(rows) - most
    if left > 0:
        cut = _("%(count)s more are on the screen.") % {"count": words.number(left)}
        note = f"{note} {cut}".strip()
    body = [{"class": "", "cells": cells} for cells in rows[:most]]
    return Block("table", {"heads": heads, "rows": body, "note": note}, title)


def text(words_: str, title: str = "") -> Block:
    return Block("text", {"text": words.whole_end(words_)}, title)


def bars(title: str, rows: list[dict], *, note: str = "", wide: bool = False) -> Block:
    """Rows {label, width (percent), count, rate, bad}; `wide` for long labels."""
    return Block("bars", {"rows": rows, "note": note, "wide": wide}, title)
