"""What changed since the last issue, and what got worse."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import words
from reports.conclusions import points
from reports.conclusions.behind import subordinates
from reports.conclusions.points import BAD, GOOD, PLAIN, Heading

Point = partial(points.Point, heading=Heading.WORSE)


def movement(f: dict) -> points.Point | None:
    """Change of the rate, in percentage points."""
    before, now = f["previous"], f["totals"]["passed_rate"]
    if before is None or before["totals"]["passed_rate"] is None or now is None:
        return None
    change = round(now - before["totals"]["passed_rate"], 1)
    params = {
        "issue": before["issue"],
        "day": words.stamp(before["at"]),
        "points": f"{abs(change):.1f}",
    }
    if change == 0:
        template = _("The rate has not moved since issue %(issue)s (%(day)s).")
        return Point("movement", PLAIN, template, params)
    if change > 0:
        template = _("Since issue %(issue)s (%(day)s) the rate rose by %(points)s points.")
        return Point("movement", GOOD, template, params, ("points",))
    template = _("Since issue %(issue)s (%(day)s) the rate fell by %(points)s points.")
    return Point("movement", BAD, template, params, ("points",))


def fallen(f: dict) -> points.Point | None:
    """Subordinate units whose rate is lower than in the last issue, the deepest fall first."""
    before = (f["previous"] or {}).get("parts", {})
    falls = [
        (round(before[row["code"]] - (row["passed_rate"] or 0.0), 1), row)
        for row in subordinates(f)
        if before.get(row["code"]) is not None
    ]
    falls = sorted(
        (pair for pair in falls if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]["code"])
    )
    if not falls:
        return None
    names = [words.with_note(words.name(row), f"−{fall:.1f}") for fall, row in falls]
    template = ngettext(
        "The rate of %(count)s unit fell (percentage points): %(names)s.",
        "The rates of %(count)s units fell (percentage points): %(names)s.",
        len(falls),
    )
    params = {"count": len(falls), "names": words.listed(names)}
    return Point("fallen", BAD, template, params, ("count",))


def more_waiting(f: dict) -> points.Point | None:
    """More tasks overdue, or more waiting for long, than in the last issue."""
    before = f["previous"]
    if before is None:
        return None
    params = {
        "overdue": words.number(f["totals"]["overdue"]),
        "overdue_before": words.number(before["totals"]["overdue"]),
    }
    if f["totals"]["overdue"] <= before["totals"]["overdue"]:
        return None
    template = _("Overdue tasks rose from %(overdue_before)s to %(overdue)s.")
    return Point("more_waiting", BAD, template, params, ("overdue",))


def more_problems(f: dict) -> points.Point | None:
    """More problem data open than in the last issue."""
    before = (f["previous"] or {}).get("problems")
    still = sum(row["open"] for row in f["problems"])
    if before is None or still <= before:
        return None
    params = {"before": words.number(before), "now": words.number(still)}
    template = _("Open cases of problem data rose from %(before)s to %(now)s.")
    return Point("more_problems", BAD, template, params, ("now",))


def first_issue(f: dict) -> points.Point | None:
    if f["previous"] is not None or not f["totals"]["asked"]:
        return None
    template = _("This is the first issue of this report; there is nothing to compare it with.")
    return Point("first_issue", PLAIN, template, {})
