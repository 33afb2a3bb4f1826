"""The tables of a report as plain rows of cells; the template only writes them down."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.enums import StageKind, SubmissionState
from reports import words
from reports.measures import AUTHORITY, CITY, COUNTY, PROVINCE

#: Rows of a list that names single units; the rest is counted in its note.
MOST_ROWS = 40


def head(label: str, css: str = "") -> dict:
    return {"label": label, "class": css}


def cell(value: Any, css: str = "") -> dict:
    if isinstance(value, int):
        value = words.number(value)
    return {"value": value, "class": css}


def _marked(count: int) -> dict:
    return cell(count, "bad" if count else "")


def _rate(row: dict, key: str) -> dict:
    """A rate below the mark is red and carries a sign that survives black-and-white printing."""
    text = words.percent(row[key])
    return cell(f"▼ {text}", "bad") if row["behind"] and key == "passed_rate" else cell(text)


GROUP_TITLES = {
    "cities": lambda: pgettext("report", "Cities and prefectures"),
    "counties": lambda: pgettext("report", "Counties and districts"),
    "universities": lambda: pgettext("report", "Universities and colleges"),
    "departments": lambda: pgettext("report", "Provincial departments"),
    "own": lambda: pgettext("report", "Run by the unit itself"),
}


# --- Subordinate units --------------------------------------------------------------------
def units(figures: dict) -> dict | None:
    """Progress of the subordinate units, in groups, with sums and the total of all."""
    if not figures["groups"]:
        return None
    heads, columns = _columns(figures)
    groups = []
    for group in figures["groups"]:
        single = group["key"] == "own"
        rows = [
            {"class": "", "cells": [cell(_row_name(row), "l"), *columns(row)]}
            for row in group["rows"]
        ]
        if len(group["rows"]) > 1 and len(figures["groups"]) > 1:
            label = cell(pgettext("report", "Subtotal"), "l")
            rows.append({"class": "sum", "cells": [label, *columns(group["total"])]})
        groups.append({"label": "" if single else GROUP_TITLES[group["key"]](), "rows": rows})
    total = [cell(words.everywhere(figures["unit"]), "l"), *columns(figures["totals"])]
    groups[-1]["rows"].append({"class": "total", "cells": total})
    return {
        "heads": [head(pgettext("report", "Unit"), "l wide"), *heads],
        "groups": groups,
        "note": _("▼ and red: less than 90% have reached the goal of the stage."),
    }


def _row_name(row: dict) -> str:
    return words.name(row) if row["code"] else _("Schools run by the unit itself")


def _columns(figures: dict):
    """Heads and the cells of a row, by stage."""
    stage, unit = figures["stage"]["kind"], figures["unit"]
    if stage == StageKind.COLLECTION:
        heads = [
            pgettext("report", "Asked"),
            pgettext("report", "Begun"),
            pgettext("report", "Handed in"),
            pgettext("report", "Teachers"),
            pgettext("report", "Overdue"),
            pgettext("report", "Rate"),
        ]

        def collection(row: dict) -> list[dict]:
            counts = [cell(row[key]) for key in ("asked", "filled", "signed", "records")]
            return [*counts, _marked(row["overdue"]), _rate(row, "passed_rate")]

        return [head(label) for label in heads], collection
    heads = [
        pgettext("report", "Asked"),
        pgettext("report", "Handed in"),
        words.passed(stage, unit) if stage != StageKind.CLOSING else pgettext("report", "Approved"),
        pgettext("report", "Returned"),
        pgettext("report", "Overdue"),
        pgettext("report", "Rate handed in"),
        pgettext("report", "Rate passed"),
    ]

    def review(row: dict) -> list[dict]:
        counts = [cell(row[key]) for key in ("asked", "signed", "passed", "returned")]
        rates = [cell(words.percent(row["signed_rate"])), _rate(row, "passed_rate")]
        return [*counts, _marked(row["overdue"]), *rates]

    return [head(label) for label in heads], review


# --- Schools ------------------------------------------------------------------------------
def schools(figures: dict) -> dict | None:
    """Every school that the unit runs itself, with the place where its submission stands."""
    rows = figures["schools"]
    if not rows:
        return None
    heads = [
        head(pgettext("report", "Unit"), "l wide"),
        head(pgettext("report", "Stands at"), "l mid"),
        head(pgettext("report", "Teachers")),
        head(pgettext("report", "Errors")),
        head(pgettext("report", "Warnings")),
        head(pgettext("report", "Times returned")),
        head(pgettext("report", "Days overdue")),
    ]
    body = [{"class": "", "cells": _school_cells(row)} for row in rows]
    sums = {
        key: sum(row[key] for row in rows) for key in ("records", "errors", "warnings", "returns")
    }
    late = sum(row["overdue"] for row in rows)
    body.append(
        {
            "class": "total",
            "cells": [
                cell(_("Total: %(count)s units") % {"count": words.number(len(rows))}, "l"),
                cell(
                    _("%(count)s handed in")
                    % {"count": words.number(sum(row["signed"] for row in rows))},
                    "l",
                ),
                *[cell(value) for value in sums.values()],
                cell(_("%(count)s overdue") % {"count": late} if late else "—"),
            ],
        }
    )
    return {
        "title": GROUP_TITLES["own"]() if figures["groups"] else "",
        "heads": heads,
        "rows": body,
        "note": _("▼ and red: not handed in, or overdue."),
    }


def _school_cells(row: dict) -> list[dict]:
    state = str(SubmissionState(row["state"]).label)
    stands = cell(f"▼ {state}", "l bad") if row["not_filed"] else cell(state, "l")
    return [
        cell(words.name(row), "l"),
        stands,
        cell(row["records"]),
        cell(row["errors"], "bad" if row["errors"] else ""),
        cell(row["warnings"]),
        cell(row["returns"]),
        cell(f"▼ {row['days']}", "bad") if row["overdue"] else cell("—"),
    ]


# --- Behind -------------------------------------------------------------------------------
def _cut(title: str, heads: list[dict], rows: list[list[dict]]) -> dict:
    left = len(rows) - MOST_ROWS
    note = _("%(count)s more are on the screen.") % {"count": left} if left > 0 else ""
    body = [{"class": "", "cells": cells} for cells in rows[:MOST_ROWS]]
    return {"title": title, "heads": heads, "rows": body, "note": note}


def behind(figures: dict) -> list[dict]:
    """Lists of those who are behind: units below the mark, schools not there yet, late desks."""
    lists = [_low_units(figures), _late_schools(figures), _late_desks(figures)]
    return [table for table in lists if table]


def _low_units(figures: dict) -> dict | None:
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
        head(pgettext("report", "Rate")),
    ]
    cells = [
        [
            cell(words.name(row), "l"),
            cell(row["asked"]),
            _marked(row["not_filed"]),
            cell(row["asked"] - row["passed"]),
            _marked(row["overdue"]),
            _rate(row, "passed_rate"),
        ]
        for row in rows
    ]
    return _cut(_("Units below 90%"), heads, cells) if rows else None


def _late_schools(figures: dict) -> dict | None:
    rows = [row for row in figures["schools"] if row["asked"] > row["passed"]]
    rows.sort(key=lambda row: (-row["days"], -row["not_filed"], row["code"]))
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
            _marked(row["errors"]),
            cell(f"▼ {row['days']}", "bad") if row["overdue"] else cell("—"),
        ]
        for row in rows
    ]
    return _cut(_("Schools that have not reached the goal"), heads, cells) if rows else None


def _late_desks(figures: dict) -> dict | None:
    heads = [
        head(pgettext("report", "Desk"), "l wide"),
        head(pgettext("report", "Step"), "l wide"),
        head(pgettext("report", "Overdue tasks")),
        head(pgettext("report", "Oldest due on")),
        head(pgettext("report", "Days overdue")),
    ]
    cells = [
        [
            cell(words.name(row), "l"),
            cell(words.step(row["step"]), "l"),
            cell(row["count"]),
            cell(words.day(row["due"])),
            cell(f"▼ {row['days']}", "bad"),
        ]
        for row in figures["desks"]
        if row["step"].endswith("_review") or not figures["groups"]
    ]
    return _cut(pgettext("report", "Overdue tasks by desk"), heads, cells) if cells else None


# --- Work ---------------------------------------------------------------------------------
STEPS = ("fill", "sign", *COUNTY, *CITY, *AUTHORITY, *PROVINCE)


def steps(figures: dict) -> dict | None:
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
        head(pgettext("report", "Step"), "l wide"),
        head(pgettext("report", "Passed on")),
        head(pgettext("report", "Returned")),
    ]
    return _cut(
        pgettext("report", "Decisions by step"),
        [*heads, head(pgettext("report", "Median wait"))],
        cells,
    )


def findings(figures: dict) -> dict | None:
    if not figures["findings"]:
        return None
    cells = [
        [
            cell(words.rule(row["rule"]), "l"),
            cell(
                pgettext("report", "Error")
                if row["severity"] == "error"
                else pgettext("report", "Warning"),
                "l",
            ),
            cell(row["count"]),
            cell(row["submissions"]),
            cell(row["explained"]) if row["severity"] == "warning" else cell("—"),
        ]
        for row in figures["findings"]
    ]
    heads = [
        head(pgettext("report", "What the checks found"), "l wide"),
        head(pgettext("report", "Severity"), "l"),
        head(pgettext("report", "Findings")),
        head(pgettext("report", "Units")),
        head(pgettext("report", "Explained")),
    ]
    return _cut(pgettext("report", "Findings of the checks"), heads, cells)


# --- Preparation and closing --------------------------------------------------------------
def preparation(figures: dict) -> dict | None:
    """Who is in place, by subordinate unit."""
    groups = []
    keys = ("asked", "clerkless", "headless", "reviewerless")

    def counts(row: dict) -> list[dict]:
        return [cell(row["asked"]), *[_marked(row[key]) for key in keys[1:]]]

    for group in figures["readiness"]["groups"]:
        rows = [
            {"class": "", "cells": [cell(_row_name(row), "l"), *counts(row)]}
            for row in group["rows"]
        ]
        label = GROUP_TITLES[group["key"]]() if group["key"] != "own" else ""
        groups.append({"label": label, "rows": rows})
    if not groups:
        return None
    ready = figures["readiness"]
    total = {key: ready[key] for key in keys[:3]} | {"reviewerless": len(ready["reviewerless"])}
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
    return {"heads": heads, "groups": groups, "note": note}


def lacking(figures: dict) -> list[dict]:
    """By name: units without clerk or head, authorities without reviewer."""
    ready, lists = figures["readiness"], []
    if ready["lacking"]:
        heads = [
            head(pgettext("report", "Unit"), "l wide"),
            head(pgettext("report", "Clerk")),
            head(pgettext("report", "Head")),
        ]
        cells = [
            [
                cell(words.name(row), "l"),
                cell(pgettext("report", "in place"))
                if row["clerk"]
                else cell(pgettext("report", "▼ missing"), "bad"),
                cell(pgettext("report", "in place"))
                if row["head"]
                else cell(pgettext("report", "▼ missing"), "bad"),
            ]
            for row in ready["lacking"]
        ]
        lists.append(_cut(pgettext("report", "Units without clerk or head"), heads, cells))
    if ready["reviewerless"]:
        heads = [head(pgettext("report", "Authority"), "l wide"), head(pgettext("report", "Code"))]
        cells = [[cell(words.name(row), "l"), cell(row["code"])] for row in ready["reviewerless"]]
        lists.append(_cut(pgettext("report", "Authorities without reviewer"), heads, cells))
    return lists


def published(figures: dict) -> dict | None:
    """Files and numbers by subordinate unit (closing)."""
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
        cells.append([cell(_row_name(row), "l"), cell(row["asked"]), *counts])
    if not cells:
        return None
    body = [{"class": "", "cells": row} for row in cells]
    totals = figures["totals"]
    results = [cell(figures["results"]["files"]), cell(figures["results"]["numbers"])]
    label = cell(words.everywhere(figures["unit"]), "l")
    counts = [cell(totals["asked"]), cell(totals["approved"])]
    body.append({"class": "total", "cells": [label, *counts, *results]})
    heads = [
        head(pgettext("report", "Unit"), "l wide"),
        head(pgettext("report", "Asked")),
        head(pgettext("report", "Approved")),
        head(pgettext("report", "Files published")),
        head(pgettext("report", "Numbers issued")),
    ]
    return {
        "title": pgettext("report", "Files and numbers"),
        "heads": heads,
        "rows": body,
        "note": "",
    }
