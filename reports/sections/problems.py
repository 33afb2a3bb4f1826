"""Problem data between schools, and what the checks found in single records."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.enums import ProblemKind
from reports import words
from reports.sections.blocks import Block, cell, head, marked, table, text


def blocks(figures: dict) -> list[Block]:
    found = [problems(figures), findings(figures)]
    shown = [block for block in found if block is not None]
    return shown or [text(_("Nothing was found."))]


def problems(figures: dict) -> Block | None:
    rows = figures["problems"]
    if not rows:
        return None
    keys = ("found", "settled", "vanished", "open")
    heads = [
        head(pgettext("report", "Kind of problem data"), "l half"),
        head(pgettext("report", "Found")),
        head(pgettext("report", "Settled")),
        head(pgettext("report", "Corrected by the schools")),
        head(pgettext("report", "Open")),
    ]

    def cells(label: str, row: dict) -> list[dict]:
        return [cell(label, "l"), *[cell(row[key]) for key in keys[:3]], marked(row["open"])]

    body = [cells(str(ProblemKind(row["kind"]).label), row) for row in rows]
    whole = {key: sum(row[key] for row in rows) for key in keys}
    body.append(cells(pgettext("report", "Total"), whole))
    note = _("A case between two units counts in both, and once at their common superior.")
    return table(pgettext("report", "Problem data"), heads, body, note=note)


def findings(figures: dict) -> Block | None:
    if not figures["findings"]:
        return None
    severities = {
        "error": pgettext("report", "Error"),
        "warning": pgettext("report", "Warning"),
        "notice": pgettext("report", "Notice"),
    }
    cells = [
        [
            cell(words.rule(row["rule"]), "l"),
            cell(severities[row["severity"]], "l"),
            cell(row["count"]),
            cell(row["submissions"]),
            cell(row["explained"]) if row["severity"] == "warning" else cell("—"),
        ]
        for row in figures["findings"]
    ]
    heads = [
        head(pgettext("report", "What the checks found"), "l half"),
        head(pgettext("report", "Severity"), "l"),
        head(pgettext("report", "Findings")),
        head(pgettext("report", "Units")),
        head(pgettext("report", "Explained")),
    ]
    return table(pgettext("report", "Findings of the checks"), heads, cells)
