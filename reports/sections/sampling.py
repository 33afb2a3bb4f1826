"""The draws of the sampling desks with their seeds, results and error rates."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import words
from reports.sections.blocks import Block, cell, head, table


def blocks(figures: dict) -> list[Block]:
    """Nothing where nothing was drawn."""
    rows = figures["draws"]
    if not rows:
        return []
    heads = [
        head(pgettext("report", "Desk"), "l wide"),
        head(pgettext("report", "Draw")),
        head(pgettext("report", "Drawn from")),
        head(pgettext("report", "Drawn")),
        head(pgettext("report", "Judged")),
        head(pgettext("report", "Wrong")),
        head(pgettext("report", "Error rate")),
        head(pgettext("report", "Result"), "l mid"),
    ]
    cells = [_cells(row) for row in rows]
    note = _(
        "Error rate: wrong ones among those judged, with its 95% interval. A draw passes when all "
        "are judged and the rate is not above the limit of the campaign. With its seed and what "
        "it was drawn from, each draw can be repeated."
    )
    return [table(_("Draws and results"), heads, cells, note=note), seeds(rows)]


def _cells(row: dict) -> list[dict]:
    counts = [cell(row[key]) for key in ("number", "population", "drawn", "judged", "errors")]
    if row["passed"]:
        result = cell(pgettext("report", "passed"), "l")
    elif row["finished"]:
        result = cell(pgettext("report", "▼ above the limit"), "l bad")
    else:
        result = cell(_("%(count)s still to be judged") % {"count": row["open"]}, "l")
    return [cell(words.name(row["organisation"]), "l"), *counts, cell(_rate(row)), result]


def _rate(row: dict) -> str:
    if row["rate"] is None:
        return "—"
    said = words.percent(100 * row["rate"])
    if row["interval"] is None:
        return said
    low, high = (f"{100 * end:.1f}" for end in row["interval"])
    return words.with_note(said, f"{low}–{high}")


def seeds(rows: list[dict]) -> Block:
    heads = [
        head(pgettext("report", "Desk"), "l wide"),
        head(pgettext("report", "Draw")),
        head(pgettext("report", "Drawn at"), "l mid"),
        head(pgettext("report", "Seed"), "l half"),
    ]
    cells = [
        [
            cell(words.name(row["organisation"]), "l"),
            cell(row["number"]),
            cell(words.stamp(row["at"]), "l"),
            cell(row["seed"], "l"),
        ]
        for row in rows
    ]
    return table(_("Seeds of the draws"), heads, cells)
