"""Returns, findings, problem data, the pace of the reviews, duties kept apart."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import words
from reports.conclusions import points
from reports.conclusions.points import BAD, GOOD, PLAIN, Heading
from reports.measures import rate

Point = partial(points.Point, heading=Heading.QUALITY)
#: A step that keeps half of its items longer than this counts as slow.
SLOW_HOURS = 72.0
#: From this share (percent) of submissions handed in more than once the rework is worth a sentence.
REWORK_FROM = 10.0


def returns(f: dict) -> points.Point | None:
    """How many were returned, and mainly why."""
    count = f["returns"]["decisions"]
    if not count:
        return None
    params = {
        "count": words.number(count),
        "submissions": words.number(f["returns"]["submissions"]),
    }
    if not f["returns"]["reasons"]:
        template = _("Units returned: %(submissions)s (%(count)s returns in all).")
        return Point("returns", PLAIN, template, params)
    reason = f["returns"]["reasons"][0]
    params |= {"reason": words.name(reason), "times": words.number(reason["count"])}
    template = _(
        "Units returned: %(submissions)s (%(count)s returns in all); most frequent "
        "reason: “%(reason)s” (%(times)s)."
    )
    return Point("returns", PLAIN, template, params, ("count",))


def answers(f: dict) -> points.Point | None:
    """How fast returns were answered, and which are not."""
    if not f["returns"]["decisions"]:
        return None
    still, days = f["returns"]["open"], f["returns"]["answer_days"]
    params = {"open": words.number(still), "days": None if days is None else f"{days:g}"}
    if days is None:
        template = _(
            "No return has been answered with a new signature; still with the schools: %(open)s."
        )
        return Point("answers", BAD if still else PLAIN, template, params, ("open",))
    if still:
        template = _(
            "Schools answered a return in %(days)s working days (median); not yet handed in "
            "again: %(open)s."
        )
        return Point("answers", BAD, template, params, ("open",))
    template = _("Every return was answered, in %(days)s working days (median).")
    return Point("answers", GOOD, template, params, ("days",))


def rework(f: dict) -> points.Point | None:
    """Submissions that had to be handed in more than once, when they are many."""
    handed_in = sum(row["count"] for row in f["rework"]["attempts"] if row["attempt"])
    share = rate(f["totals"]["again"], handed_in)
    if share is None or share < REWORK_FROM:
        return None
    params = {"count": words.number(f["totals"]["again"]), "share": words.percent(share)}
    template = _("Handed in more than once: %(count)s units, %(share)s of those that handed in.")
    return Point("rework", PLAIN, template, params, ("share",))


def slow(f: dict) -> points.Point | None:
    """The slowest review when half of its items wait longer than three days."""
    reviews = [row for row in f["steps"] if row["step"].endswith("_review")]
    reviews = [row for row in reviews if row["median_hours"] > SLOW_HOURS]
    if not reviews:
        return None
    worst = max(reviews, key=lambda row: row["median_hours"])
    params = {
        "step": words.step(worst["step"]),
        "time": words.waiting(worst["median_hours"]),
    }
    template = _("%(step)s is the slowest step: half of its items waited longer than %(time)s.")
    return Point("slow", BAD, template, params, ("time",))


def open_findings(f: dict) -> points.Point | None:
    """Errors and unexplained warnings that are still in the records."""
    errors, unexplained = f["totals"]["errors"], f["totals"]["unexplained"]
    if not errors and not unexplained:
        return None
    params = {"errors": words.number(errors), "unexplained": words.number(unexplained)}
    template = _(
        "The checks still show errors: %(errors)s; warnings without explanation: %(unexplained)s."
    )
    return Point("open_findings", PLAIN, template, params, ("errors",))


def open_problems(f: dict) -> points.Point | None:
    """Problem data found between schools, and what is still open."""
    found = sum(row["found"] for row in f["problems"])
    if not found:
        return None
    still = sum(row["open"] for row in f["problems"])
    params = {"found": words.number(found), "open": words.number(still)}
    template = ngettext(
        "Problem data: %(found)s case found, still open: %(open)s.",
        "Problem data: %(found)s cases found, still open: %(open)s.",
        found,
    )
    return Point("open_problems", BAD if still else GOOD, template, params, ("open",))


def separation(f: dict) -> points.Point | None:
    """Decisions that the separation of duties forbids."""
    count = f["separation"]["count"]
    if not count:
        return None
    template = ngettext(
        "%(count)s decision was made by a person who had a part in the case before.",
        "%(count)s decisions were made by persons who had a part in the case before.",
        count,
    )
    return Point("separation", BAD, template, {"count": words.number(count)}, ("count",))
