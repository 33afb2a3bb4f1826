"""Who is behind: units below the mark, not handed in, overdue, waiting for long."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.enums import SubmissionState
from reports import words
from reports.sections.blocks import Block, cell, head, marked, rate_cell, table, text


def blocks(figures: dict) -> list[Block]:
    lists = [
        low_units(figures),
        late_schools(figures),
        late_desks(figures),
        waiting_desks(figures),
    ]
    return [block for block in lists if block is not None] or [text(_("No unit is behind."))]


def low_units(figures: dict) -> Block | None:
    rows = [
        row
        for group in figures["groups"]
        if group["key"] != "own"
        for row in group["rows"]
        if row["behind"]
    ]
    rows.sort(key=lambda row: (row["passed_rate"] or 0.0, row["code"]))
    heads = [
        head(pgettext("report", "Unit"), "l wide"),
        head(pgettext("report", "Asked")),
        head(pgettext("report", "Not handed in")),
        head(pgettext("report", "Still to reach the goal")),
        head(pgettext("report", "Overdue")),
        head(pgettext("report", "Completed")),
    ]
    cells = [
        [
            cell(words.name(row), "l"),
            cell(row["asked"]),
            marked(row["not_filed"]),
            cell(row["asked"] - row["passed"]),
            marked(row["overdue"]),
            rate_cell(row),
        ]
        for row in rows
    ]
    return table(_("Units below 90%"), heads, cells) if rows else None


def late_schools(figures: dict) -> Block | None:
    """Own schools not there yet: first those that have not handed in, longest delay first."""
    rows = [row for row in figures["schools"] if row["asked"] > row["passed"]]
    rows.sort(key=lambda row: (-row["not_filed"], -row["days"], row["code"]))
    heads = [
        head(pgettext("report", "Unit"), "l wide"),
        head(pgettext("report", "Stands at"), "l mid"),
        head(pgettext("report", "Teachers")),
        head(pgettext("report", "Errors")),
        head(pgettext("report", "Days overdue")),
    ]
    cells = [
        [
            cell(words.name(row), "l"),
            cell(str(SubmissionState(row["state"]).label), "l"),
            cell(row["records"]),
            marked(row["errors"]),
            cell(f"▼ {row['days']}", "bad") if row["overdue"] else cell("—"),
        ]
        for row in rows
    ]
    return table(_("Schools that have not reached the goal"), heads, cells) if rows else None


def late_desks(figures: dict) -> Block | None:
    rows = [
        row for row in figures["desks"] if row["step"].endswith("_review") or not figures["groups"]
    ]
    heads = (
        pgettext("report", "Overdue tasks"),
        pgettext("report", "Oldest due on"),
        pgettext("report", "Days overdue"),
    )
    return _desks(pgettext("report", "Overdue tasks by desk"), heads, rows, since="due")


def waiting_desks(figures: dict) -> Block | None:
    title = _("Waiting for a review for more than %(days)s working days") % {
        "days": figures["waiting"]["days"]
    }
    heads = (
        pgettext("report", "Submissions"),
        pgettext("report", "Oldest since"),
        pgettext("report", "Working days"),
    )
    return _desks(title, heads, figures["waiting"]["desks"], since="since")


def _desks(title: str, heads: tuple[str, ...], rows: list[dict], *, since: str) -> Block | None:
    """Desks with the number of what lies there, the day (under `since`) and the days of the
    oldest."""
    cells = [
        [
            cell(words.name(row), "l"),
            cell(words.step(row["step"]), "l"),
            cell(row["count"]),
            cell(words.day(row[since])),
            cell(f"▼ {row['days']}", "bad"),
        ]
        for row in rows
    ]
    places = [
        head(pgettext("report", "Desk"), "l wide"),
        head(pgettext("report", "Step"), "l wide"),
    ]
    return table(title, [*places, *map(head, heads)], cells) if rows else None
