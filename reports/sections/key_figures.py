"""Key figures with their change since the last issue, the funnel and the daily curve."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.enums import StageKind
from reports import charts, words
from reports.sections.blocks import Block, bars, cell, head, table


def boxes(figures: dict) -> Block:
    """The four figures above the conclusions."""
    totals, before = figures["totals"], (figures["previous"] or {}).get("totals", {})
    stage = figures["stage"]["kind"]

    def share(key: str) -> str:
        return f"{words.number(totals[key])} / {words.number(totals['asked'])}"

    def rated(label: str, key: str, count: str, *, bad: bool = False) -> dict:
        moved = words.change(totals[key], before.get(key), none="")
        return box(label, words.percent(totals[key]), share(count), moved, bad=bad)

    second = rated(
        words.passed(stage, figures["unit"]), "passed_rate", "passed", bad=totals["behind"]
    )
    if stage == StageKind.COLLECTION:
        second = box(pgettext("report", "Teachers recorded"), words.number(totals["records"]))
    late = _("up to %(days)s days") % {"days": totals["days"]} if totals["overdue"] else ""
    rows = [
        rated(pgettext("report", "Rate handed in"), "signed_rate", "signed"),
        second,
        rated(pgettext("report", "In time"), "on_time_rate", "on_time"),
        box(
            pgettext("report", "Overdue tasks"),
            words.number(totals["overdue"]),
            late,
            bad=totals["overdue"] > 0,
        ),
    ]
    return Block("boxes", {"rows": rows})


def box(label: str, value: str, note: str = "", moved: str = "", *, bad: bool = False) -> dict:
    return {"label": label, "value": value, "note": note, "moved": moved, "bad": bad}


def blocks(figures: dict) -> list[Block]:
    found = [changes(figures), funnel(figures), curve(figures)]
    return [block for block in found if block is not None]


def changes(figures: dict) -> Block:
    """Every key figure now and in the last issue: a new issue says what changed."""
    before = figures["previous"]
    then = before["totals"] if before else {}
    heads = [head(pgettext("report", "Figure"), "l half"), head(pgettext("report", "This issue"))]
    if before:
        heads.append(head(pgettext("report", "Last issue")))
        heads.append(head(pgettext("report", "Change")))
    rows = [
        _row(label, figures["totals"][key], then.get(key), key)[: len(heads)]
        for key, label in _keys(figures)
    ]
    if before:
        note = _(
            "Last issue: no. %(issue)s, data as of %(moment)s. Rates change by percentage points."
        )
        note %= {"issue": before["issue"], "moment": words.stamp(before["at"])}
    else:
        note = _("This is the first issue of this report; there is nothing to compare it with.")
    return table(pgettext("report", "Figures and their change"), heads, rows, note=note, most=None)


def _keys(figures: dict) -> list[tuple[str, str]]:
    unit, stage = figures["unit"], figures["stage"]["kind"]
    keys = ["asked", "filled", "signed", "first", "second", "approved"]
    if unit["kind"] in {"university", "department"}:
        keys.remove("second")
    return [
        *[(key, words.measure(key, unit)) for key in keys],
        ("signed_rate", pgettext("report", "Rate handed in")),
        ("passed_rate", _("Rate of this stage: %(goal)s") % {"goal": words.passed(stage, unit)}),
        ("on_time_rate", pgettext("report", "Rate in time")),
        ("returned", pgettext("report", "Units returned")),
        ("open_returns", pgettext("report", "Returns not answered")),
        ("again", pgettext("report", "Handed in more than once")),
        ("overdue", pgettext("report", "Overdue tasks")),
        ("records", pgettext("report", "Teachers recorded")),
        ("errors", pgettext("report", "Errors open")),
        ("unexplained", pgettext("report", "Warnings not explained")),
    ]


def _row(label: str, now: float | None, then: float | None, key: str) -> list[dict]:
    if key.endswith("_rate"):
        values = [words.percent(now), words.percent(then)]
        return [cell(label, "l"), *[cell(value) for value in values], cell(words.change(now, then))]
    values = ["—" if value is None else words.number(value) for value in (now, then)]
    moved = words.difference(now, then)
    return [cell(label, "l"), *[cell(value) for value in values], cell(moved)]


def funnel(figures: dict) -> Block:
    rows = [
        {
            "label": words.measure(row["key"], figures["unit"]),
            "width": f"{row['rate'] or 0:.1f}",
            "count": words.number(row["count"]),
            "rate": words.percent(row["rate"]),
        }
        for row in figures["funnel"]
    ]
    return bars(pgettext("report", "From asked to approved"), rows)


def curve(figures: dict) -> Block | None:
    svg = charts.curve(figures)
    if svg is None:
        return None
    text = _(
        "Running totals by day. The dotted line is the number asked; the red line, if shown, "
        "the last day of the stage."
    )
    data = {"image": charts.image(svg), "text": text, "css": ""}
    return Block("chart", data, pgettext("report", "Day by day"))
