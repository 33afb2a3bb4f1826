"""Subordinate units in the order of their rates, and the schools that the unit runs itself."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from campaigns.enums import StageKind, SubmissionState
from reports import charts, words
from reports.sections.blocks import Block, cell, head, marked, rate_cell

GROUP_TITLES = {
    "cities": lambda: pgettext("report", "Cities and prefectures"),
    "counties": lambda: pgettext("report", "Counties and districts"),
    "universities": lambda: pgettext("report", "Universities and colleges"),
    "departments": lambda: pgettext("report", "Provincial departments"),
    "own": lambda: pgettext("report", "Run by the unit itself"),
}
#: Of a county beside its rates: where its schools are.
COUNTY_KEYS = ("asked", "not_filed")


def blocks(figures: dict) -> list[Block]:
    found = [ranking(figures), chart(figures), counties(figures), schools(figures)]
    return [block for block in found if block is not None]


# --- Ranking ------------------------------------------------------------------------------
def ranking(figures: dict) -> Block | None:
    """The subordinate units, best first in each group, with sums and the total of all."""
    if not figures["groups"]:
        return None
    heads, columns = _columns(figures)
    groups = []
    for group in figures["groups"]:
        rows = [
            {
                "class": "",
                "cells": [cell(row["place"] or ""), cell(row_name(row), "l"), *columns(row)],
            }
            for row in group["rows"]
        ]
        if len(group["rows"]) > 1 and len(figures["groups"]) > 1:
            label = cell(pgettext("report", "Subtotal"), "l")
            rows.append({"class": "sum", "cells": [cell(""), label, *columns(group["total"])]})
        label = "" if group["key"] == "own" else GROUP_TITLES[group["key"]]()
        groups.append({"label": label, "rows": rows})
    total = [cell(""), cell(words.everywhere(figures["unit"]), "l"), *columns(figures["totals"])]
    groups[-1]["rows"].append({"class": "total", "cells": total})
    heads = [
        head(pgettext("report", "Place"), "narrow"),
        head(pgettext("report", "Unit"), "l wide"),
        *heads,
    ]
    note = _(
        "By the rate of the stage, then by that in time; equal rates share a place. ▼ and red: "
        "less than 90% have reached the goal of the stage."
    )
    return Block("groups", {"heads": heads, "groups": groups, "note": note})


def row_name(row: dict) -> str:
    return words.name(row) if row["code"] else _("Schools run by the unit itself")


def _columns(figures: dict, keys: tuple[str, ...] = ()):
    """Heads and the cells of a row: these measures, or those of the stage; then what is rated."""
    stage, unit = figures["stage"]["kind"], figures["unit"]
    before = figures["previous"]["parts"] if figures["previous"] else None
    collects = stage == StageKind.COLLECTION
    of_stage = (
        ("asked", "filled", "signed") if collects else ("asked", "signed", "passed", "returned")
    )
    keys = keys or of_stage
    heads = [_measure(key, stage, unit) for key in keys]
    heads += [pgettext("report", "Overdue"), pgettext("report", "Completed")]
    heads.append(pgettext("report", "In time"))
    if before is not None:
        heads.append(pgettext("report", "Change"))

    def columns(row: dict) -> list[dict]:
        found = [(marked if key == "not_filed" else cell)(row[key]) for key in keys]
        found += [marked(row["overdue"]), rate_cell(row), cell(words.percent(row["on_time_rate"]))]
        if before is not None:
            found.append(cell(words.change(row["passed_rate"], before.get(row.get("code")))))
        return found

    return [head(label) for label in heads], columns


def _measure(key: str, stage: str, unit: dict) -> str:
    titles = {
        "asked": pgettext("report", "Asked"),
        "filled": pgettext("report", "Begun"),
        "signed": pgettext("report", "Handed in"),
        "passed": pgettext("report", "Approved")
        if stage == StageKind.CLOSING
        else words.passed(stage, unit),
        "returned": pgettext("report", "Returned"),
        "not_filed": pgettext("report", "Not handed in"),
    }
    return titles[key]


def chart(figures: dict) -> Block | None:
    svg = charts.rates(figures)
    if svg is None:
        return None
    title = _("%(group)s by rate: %(goal)s") % {
        "group": GROUP_TITLES[figures["groups"][0]["key"]](),
        "goal": words.passed(figures["stage"]["kind"], figures["unit"]),
    }
    text = _("Bars: rate of each unit; hollow and ▼: below the mark; dotted line: the mark at 90%.")
    return Block("chart", {"image": charts.image(svg), "text": text, "css": "bars"}, title)


# --- Counties of a province ---------------------------------------------------------------
def counties(figures: dict) -> Block | None:
    """All counties in one order, whatever city they lie in."""
    rows = figures["counties"]
    if not rows:
        return None
    heads, columns = _columns(figures, COUNTY_KEYS)
    body = [
        {
            "class": "",
            "cells": [
                cell(row["place"]),
                cell(words.name(row), "l"),
                cell(words.name(row, "city"), "l"),
                *columns(row),
            ],
        }
        for row in rows
    ]
    heads = [
        head(pgettext("report", "Place"), "narrow"),
        head(pgettext("report", "County or district"), "l county"),
        head(pgettext("report", "City or prefecture"), "l city"),
        *heads,
    ]
    note = _("In the order of the table above, whatever city a county lies in; best first.")
    data = {"heads": heads, "groups": [{"label": "", "rows": body}], "note": note}
    return Block("groups", data, _("All counties and districts in one order"))


# --- Schools ------------------------------------------------------------------------------
def schools(figures: dict) -> Block | None:
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
        head(pgettext("report", "Times handed in")),
        head(pgettext("report", "Times returned")),
        head(pgettext("report", "Days overdue")),
    ]
    body = [{"class": "", "cells": _school_cells(row)} for row in rows]
    body.append({"class": "total", "cells": _sums(rows)})
    title = GROUP_TITLES["own"]() if figures["groups"] else pgettext("report", "Schools")
    note = _("▼ and red: not handed in, or overdue. An empty cell: none.")
    return Block("table", {"heads": heads, "rows": body, "note": note}, title)


def _sums(rows: list[dict]) -> list[dict]:
    late, signed = sum(row["overdue"] for row in rows), sum(row["signed"] for row in rows)
    keys = ("records", "errors", "warnings", "attempt", "returns")
    stands = _("%(count)s handed in") % {"count": words.number(signed)}
    if late:
        overdue = _("%(count)s overdue") % {"count": words.number(late)}
        stands = pgettext("between names in a list", ", ").join([stands, overdue])
    return [
        cell(_total(len(rows)), "l"),
        cell(stands, "l"),
        *[cell(sum(row[key] for row in rows)) for key in keys],
        cell(""),
    ]


def _total(count: int) -> str:
    text = ngettext("Total: %(count)s unit", "Total: %(count)s units", count)
    return text % {"count": words.number(count)}


def _school_cells(row: dict) -> list[dict]:
    """What there is none of stays empty, so that what there is can be seen in a long list."""
    state = str(SubmissionState(row["state"]).label)
    stands = cell(f"▼ {state}", "l bad") if row["not_filed"] else cell(state, "l")
    return [
        cell(words.name(row), "l"),
        stands,
        cell(row["records"]),
        cell(row["errors"] or "", "bad" if row["errors"] else ""),
        cell(row["warnings"] or ""),
        cell(row["attempt"] or ""),
        cell(row["returns"] or ""),
        cell(f"▼ {row['days']}", "bad") if row["overdue"] else cell(""),
    ]
