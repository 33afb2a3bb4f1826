"""The work of the reviewers: decisions by step, by desk, by person; questions and answers."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import words
from reports.measures import REVIEWS
from reports.sections.blocks import Block, cell, head, table

STEPS = ("fill", "sign", *REVIEWS)
MOST_DESKS, MOST_PERSONS = 15, 10


def blocks(figures: dict) -> list[Block]:
    found = [steps(figures), desks(figures), persons(figures), questions(figures)]
    return [block for block in found if block is not None]


def steps(figures: dict) -> Block | None:
    rows = [row for key in STEPS for row in figures["steps"] if row["step"] == key]
    if not rows:
        return None
    cells = [
        [
            cell(words.step(row["step"]), "l"),
            cell(row["passed"]),
            cell(row["returned"]),
            cell(words.waiting(row["median_hours"])),
        ]
        for row in rows
    ]
    heads = [
        head(pgettext("report", "Step"), "l half"),
        head(pgettext("report", "Passed on")),
        head(pgettext("report", "Returned")),
        head(pgettext("report", "Median wait")),
    ]
    return table(pgettext("report", "Decisions by step"), heads, cells)


def desks(figures: dict) -> Block | None:
    rows = figures["load"]["desks"]
    if not rows:
        return None
    cells = [
        [
            cell(words.name(row), "l"),
            cell(row["people"]),
            *_counts(row),
            cell(f"{row['decisions'] / row['people']:,.1f}"),
            cell(words.waiting(row["median_hours"])),
        ]
        for row in rows
    ]
    heads = [
        head(pgettext("report", "Desk"), "l wide"),
        head(pgettext("report", "Reviewers")),
        head(pgettext("report", "Decisions")),
        head(pgettext("report", "Of them returned")),
        head(pgettext("report", "Decisions each")),
        head(pgettext("report", "Median wait")),
    ]
    return table(pgettext("report", "Load by desk"), heads, cells, most=MOST_DESKS)


def persons(figures: dict) -> Block | None:
    """The busiest reviewers by name, where a desk has more than one or there are several desks."""
    rows = figures["load"]["persons"][:MOST_PERSONS]
    if len(rows) < 2:
        return None
    cells = [
        [
            cell(row["person"], "l"),
            cell(words.name(row), "l"),
            *_counts(row),
            cell(words.waiting(row["median_hours"])),
        ]
        for row in rows
    ]
    heads = [
        head(pgettext("report", "Reviewer"), "l"),
        head(pgettext("report", "Desk"), "l wide"),
        head(pgettext("report", "Decisions")),
        head(pgettext("report", "Of them returned")),
        head(pgettext("report", "Median wait")),
    ]
    left = figures["load"]["people"] - len(rows)
    note = (
        _("The busiest ones; %(count)s more.") % {"count": words.number(left)} if left > 0 else ""
    )
    return table(pgettext("report", "Reviewers by load"), heads, cells, note=note)


def questions(figures: dict) -> Block | None:
    """What schools asked about their submissions, and what the authorities wrote."""
    found = figures["questions"]
    if not any(found.values()):
        return None
    rows = [
        (_("Questions and remarks of the schools"), found["asked"]),
        (_("Schools that wrote"), found["units"]),
        (_("Behind which an authority wrote to the school"), found["answered"]),
        (_("Remarks of the authorities for the school"), found["told"]),
        (_("Remarks of the authorities among themselves"), found["between"]),
    ]
    heads = [head(pgettext("report", "Figure"), "l half"), head(pgettext("report", "Number"))]
    cells = [[cell(label, "l"), cell(count)] for label, count in rows]
    return table(pgettext("report", "Questions and remarks"), heads, cells)


def _counts(row: dict) -> list[dict]:
    return [cell(row["decisions"]), cell(row["returned"])]
