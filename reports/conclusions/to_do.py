"""What is to be done, by whom, until which day.

The day is the last day of the stage; when that is over, five working days after the report
(`act_by` of the figures).
"""

from functools import partial

from django.utils.translation import gettext as _

from campaigns.enums import StageKind
from reports import words
from reports.conclusions import points
from reports.conclusions.behind import subordinates
from reports.conclusions.points import BAD, GOOD, PLAIN, Heading

Point = partial(points.Point, heading=Heading.TO_DO)


def to_do(f: dict) -> points.Point | None:
    """The request to those who are behind: before the last day, or at once when it is over."""
    totals = f["totals"]
    if not totals["asked"]:
        return None
    if totals["passed"] == totals["asked"] and not f["desks"]:
        if answer(f) or decide(f) or settle(f):
            template = _("Every unit has completed the stage; what is still to be settled follows.")
            return Point("done_but", PLAIN, template, {})
        return Point("done", GOOD, _("The stage is complete; nothing is left to do here."), {})
    ends_on = f["stage"]["ends_on"]
    left = totals["asked"] - totals["passed"]
    params = {"left": words.number(left), "day": words.day(ends_on)}
    if left == 0:
        template = _("The overdue tasks named below are to be dealt with at once.")
        return Point("to_do", BAD, template, params)
    if ends_on is None:
        template = _("Units still to be completed: %(left)s.")
        return Point("to_do", PLAIN, template, params, ("left",))
    if words.local_day(f["at"]) > ends_on:
        params["act_by"] = words.day(f["stage"]["act_by"])
        template = _(
            "The last day of the stage (%(day)s) is over. Units still open: %(left)s. They are to "
            "be completed by %(act_by)s, and those responsible are to give their reasons in "
            "writing."
        )
        return Point("to_do", BAD, template, params, ("left", "act_by"))
    template = _(
        "Units still open: %(left)s. They are to be completed by %(day)s, the overdue ones first."
    )
    return Point("to_do", PLAIN, template, params, ("left", "day"))


def file(f: dict) -> points.Point | None:
    """Who sees to it that what was not handed in is handed in; not where that is the goal."""
    if not f["totals"]["not_filed"] or f["stage"]["kind"] == StageKind.COLLECTION:
        return None
    rows = sorted(
        (row for row in subordinates(f) if row["not_filed"]),
        key=lambda row: (-row["not_filed"], row["code"]),
    )
    names = [words.name(row) for row in rows]
    names = names or [words.name(row) for row in f["schools"] if row["not_filed"]]
    params = {"names": words.listed(names), "day": words.day(f["stage"]["act_by"])}
    template = _("To hand in what is missing by %(day)s: %(names)s.")
    return Point("file", BAD, template, params, ("day",))


def answer(f: dict) -> points.Point | None:
    """Returns whose time for an answer is over."""
    count = f["returns"]["late"]
    if not count:
        return None
    params = {
        "count": words.number(count),
        "allowed": f["returns"]["allowed"],
        "day": words.day(f["stage"]["act_by"]),
    }
    template = _(
        "Returns not answered within %(allowed)s working days: %(count)s; the schools are to "
        "answer them by %(day)s."
    )
    return Point("answer", BAD, template, params, ("count", "day"))


def decide(f: dict) -> points.Point | None:
    """Desks that keep submissions for long decide them."""
    desks = f["waiting"]["desks"]
    if not desks:
        return None
    params = {
        "names": words.listed([words.name(desk) for desk in desks]),
        "days": f["waiting"]["days"],
        "day": words.day(f["stage"]["act_by"]),
    }
    template = _("To decide by %(day)s what waits for more than %(days)s working days: %(names)s.")
    return Point("decide", BAD, template, params, ("day",))


def settle(f: dict) -> points.Point | None:
    """Problem data is settled before the campaign closes."""
    still = sum(row["open"] for row in f["problems"])
    if not still:
        return None
    params = {"count": words.number(still), "day": words.day(f["stage"]["act_by"])}
    template = _(
        "Open cases of problem data: %(count)s; their common superiors are to settle them by "
        "%(day)s."
    )
    return Point("settle", BAD, template, params, ("count", "day"))
