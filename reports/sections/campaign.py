"""The whole campaign: its stages in a row."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import words
from reports.sections.blocks import Block, cell, head, table


def blocks(figures: dict) -> list[Block]:
    heads = [
        head(pgettext("report", "Stage"), "l"),
        head(pgettext("report", "First day")),
        head(pgettext("report", "Last day")),
        head(pgettext("report", "Reached the goal")),
        head(pgettext("report", "Completed")),
        head(pgettext("report", "In time")),
        head(pgettext("report", "Seal"), "l digits"),
    ]
    cells = [
        [
            cell(words.stage_title(row["kind"]), "l"),
            cell(words.day(row["starts_on"])),
            cell(words.day(row["ends_on"])),
            cell("—" if row["passed"] is None else row["passed"]),
            cell(words.percent(row["passed_rate"])),
            cell(words.percent(row["on_time_rate"])),
            cell(row["root"][:16] or "—", "l digits"),
        ]
        for row in figures["stages"]
    ]
    note = _(
        "In time: reached by the last day of the stage and still there. Seal: the first 16 digits "
        "of the root over all cases when the stage closed."
    )
    return [table("", heads, cells, note=note)]
