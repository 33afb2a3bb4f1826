"""From figures to sentences, by rules that are written down here and nowhere else.

Each rule looks at the figures and gives a point or nothing. The order of RULES is the order of the
report. A sentence states what is the case, names who is meant, and, where something is left to do,
says what and until when.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.enums import StageKind
from reports import words
from reports.measures import BEHIND_BELOW

#: A step that keeps half of its items longer than this counts as slow.
SLOW_HOURS = 72.0
GOOD, PLAIN, BAD = "good", "plain", "bad"


@dataclass(frozen=True)
class Point:
    """One conclusion. `template` holds %(name)s places; `params` fills them.

    `strong` names the places that are set off.
    """

    rule: str
    tone: str
    template: str
    params: dict
    strong: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.template % self.params

    @property
    def html(self) -> SafeString:
        filled = {
            key: format_html("<b>{}</b>", value)
            if key in self.strong
            else conditional_escape(value)
            for key, value in self.params.items()
        }
        return SafeString(str(conditional_escape(self.template)) % filled)


def conclusions(figures: dict) -> list[Point]:
    """The points of a report, in order."""
    rules = PREPARATION if figures["stage"]["kind"] == StageKind.PREPARATION else RULES
    return [point for point in (rule(figures) for rule in rules) if point is not None]


# --- Progress -----------------------------------------------------------------------------
def progress(f: dict) -> Point:
    """How far the unit has come in this stage."""
    totals, stage = f["totals"], f["stage"]["kind"]
    if not totals["asked"]:
        return Point("nothing_asked", PLAIN, _("No unit here is asked in this campaign."), {})
    params = {
        "unit": words.everywhere(f["unit"]),
        "asked": words.number(totals["asked"]),
        "signed": words.number(totals["signed"]),
        "signed_rate": words.percent(totals["signed_rate"]),
        "passed": words.number(totals["passed"]),
        "rate": words.percent(totals["passed_rate"]),
        "goal": words.passed(stage, f["unit"]),
    }
    tone = GOOD if totals["passed"] == totals["asked"] else BAD if totals["behind"] else PLAIN
    if stage == StageKind.COLLECTION:
        template = _("%(unit)s: %(signed)s of %(asked)s units have handed in (%(signed_rate)s).")
        return Point("progress", tone, template, params, ("signed_rate",))
    template = _(
        "%(unit)s: of %(asked)s units asked, %(signed)s have handed in (%(signed_rate)s); "
        "%(goal)s: %(passed)s (%(rate)s)."
    )
    return Point("progress", tone, template, params, ("rate",))


def movement(f: dict) -> Point | None:
    """Change since the last issue, in percentage points."""
    before, now = f["previous"], f["totals"]["passed_rate"]
    if before is None or before["passed_rate"] is None or now is None:
        return None
    change = round(now - before["passed_rate"], 1)
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


def standing(f: dict) -> Point | None:
    """Place among the units of the same kind under the same authority."""
    if f["rank"] is None or not f["totals"]["asked"]:
        return None
    params = {
        "place": f["rank"]["place"],
        "of": f["rank"]["of"],
        "parent": words.name(f["unit"], "parent"),
    }
    template = _("By this rate it stands at place %(place)s among %(of)s units of %(parent)s.")
    return Point("standing", PLAIN, template, params, ("place",))


# --- Who is behind ------------------------------------------------------------------------
def not_filed(f: dict) -> Point | None:
    """Units that have not handed in, by name where the unit runs them itself."""
    count = f["totals"]["not_filed"]
    if not count:
        return None
    schools = [words.name(row) for row in f["schools"] if row["not_filed"]]
    parts = [row for group in f["groups"] if group["key"] != "own" for row in group["rows"]]
    parts = sorted((row for row in parts if row["not_filed"]), key=lambda r: -r["not_filed"])
    names = [words.name(row) for row in parts] or schools
    params = {"count": words.number(count), "names": words.listed(names)}
    template = ngettext(
        "%(count)s unit has not handed in: %(names)s.",
        "%(count)s units have not handed in: %(names)s.",
        count,
    )
    if parts:
        template = ngettext(
            "%(count)s unit has not handed in; it lies in %(names)s.",
            "%(count)s units have not handed in, most of them in %(names)s.",
            count,
        )
    return Point("not_filed", BAD if count else PLAIN, template, params, ("count",))


def behind(f: dict) -> Point | None:
    """Subordinate authorities below the mark, worst first."""
    rows = [
        row
        for group in f["groups"]
        if group["key"] != "own"
        for row in group["rows"]
        if row["behind"]
    ]
    if not rows:
        return None
    rows.sort(key=lambda row: (row["passed_rate"] or 0.0, row["code"]))
    names = [f"{words.name(row)} ({words.percent(row['passed_rate'])})" for row in rows]
    params = {
        "count": len(rows),
        "names": words.listed(names),
        "mark": f"{BEHIND_BELOW:.0f}%",
    }
    template = ngettext(
        "%(count)s subordinate unit is below %(mark)s: %(names)s.",
        "%(count)s subordinate units are below %(mark)s: %(names)s.",
        len(rows),
    )
    return Point("behind", BAD, template, params, ("count",))


def overdue(f: dict) -> Point | None:
    """Tasks past their day, and the desk that has waited longest."""
    desks = f["desks"]
    if not desks:
        return None
    worst = desks[0]
    params = {
        "count": words.number(f["late"]["tasks"]),
        "desks": words.number(f["late"]["desks"]),
        "desk": words.name(worst),
        "step": words.step(worst["step"]),
        "days": worst["days"],
    }
    template = _(
        "Overdue tasks: %(count)s (desks concerned: %(desks)s); the latest is %(days)s "
        "days behind, at %(desk)s (%(step)s)."
    )
    return Point("overdue", BAD, template, params, ("count", "days"))


# --- Quality ------------------------------------------------------------------------------
def returns(f: dict) -> Point | None:
    """How many were returned, mainly why, and what is still with the schools."""
    count = f["returns"]["decisions"]
    if not count:
        return None
    params = {
        "count": words.number(count),
        "submissions": words.number(f["returns"]["submissions"]),
        "open": words.number(f["returns"]["open"]),
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


def answers(f: dict) -> Point | None:
    """How fast returns were answered, and which are not."""
    if not f["returns"]["decisions"]:
        return None
    still, days = f["returns"]["open"], f["returns"]["answer_days"]
    params = {"open": words.number(still), "days": days}
    if days is None:
        template = _(
            "No return has been answered with a new signature; still with the schools: %(open)s."
        )
        return Point("answers", BAD if still else PLAIN, template, params, ("open",))
    if still:
        template = _(
            "Schools answered a return in %(days)s days (median); not yet handed in again: "
            "%(open)s."
        )
        return Point("answers", BAD, template, params, ("open",))
    template = _("Every return was answered, in %(days)s days (median).")
    return Point("answers", GOOD, template, params, ("days",))


def slow(f: dict) -> Point | None:
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


def open_findings(f: dict) -> Point | None:
    """Errors and unexplained warnings that are still in the records."""
    errors, unexplained = f["totals"]["errors"], f["totals"]["unexplained"]
    if not errors and not unexplained:
        return None
    params = {"errors": words.number(errors), "unexplained": words.number(unexplained)}
    template = _(
        "The checks still show errors: %(errors)s; warnings without explanation: %(unexplained)s."
    )
    return Point("open_findings", PLAIN, template, params, ("errors",))


# --- What to do ---------------------------------------------------------------------------
def to_do(f: dict) -> Point | None:
    """The request to those who are behind: before the last day, or at once when it is over."""
    totals = f["totals"]
    if not totals["asked"]:
        return None
    if totals["passed"] == totals["asked"] and not f["desks"]:
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
        template = _(
            "The last day of the stage (%(day)s) is over. Units still open: %(left)s. They "
            "are to be completed at once, and those responsible are to give their reasons in "
            "writing."
        )
        return Point("to_do", BAD, template, params, ("left",))
    template = _(
        "Units still open: %(left)s. They are to be completed by %(day)s, the overdue ones first."
    )
    return Point("to_do", PLAIN, template, params, ("left", "day"))


def published(f: dict) -> Point | None:
    """What the campaign has left in the register (closing)."""
    if f["results"] is None:
        return None
    params = {
        "files": words.number(f["results"]["files"]),
        "numbers": words.number(f["results"]["numbers"]),
    }
    template = _(
        "Electronic files published: %(files)s; teachers new to the province who received "
        "their number: %(numbers)s."
    )
    return Point("published", GOOD, template, params, ("files", "numbers"))


# --- Preparation --------------------------------------------------------------------------
def readiness(f: dict) -> Point:
    """How many units can begin."""
    ready = f["readiness"]
    params = {
        "unit": words.everywhere(f["unit"]),
        "asked": words.number(ready["asked"]),
        "ready": words.number(ready["ready"]),
    }
    template = _("%(unit)s: %(asked)s units are asked; %(ready)s have a clerk and a head in place.")
    tone = GOOD if ready["ready"] == ready["asked"] else BAD
    return Point("readiness", tone, template, params, ("asked", "ready"))


def nobody_fills(f: dict) -> Point | None:
    """Units without clerk or head: nobody can fill in or sign."""
    rows = f["readiness"]["lacking"]
    if not rows:
        return None
    params = {
        "clerkless": words.number(f["readiness"]["clerkless"]),
        "headless": words.number(f["readiness"]["headless"]),
        "names": words.listed([words.name(row) for row in rows]),
    }
    template = _(
        "Units without clerk: %(clerkless)s; without head: %(headless)s: %(names)s. Their "
        "authorities are to name them before the collection begins."
    )
    return Point("nobody_fills", BAD, template, params, ("clerkless", "headless"))


def nobody_reviews(f: dict) -> Point | None:
    """Authorities without reviewer: what is handed in would wait there."""
    rows = f["readiness"]["reviewerless"]
    if not rows:
        return None
    params = {
        "count": words.number(len(rows)),
        "names": words.listed([words.name(row) for row in rows]),
    }
    template = _(
        "Authorities without reviewer: %(count)s: %(names)s. What their schools hand in "
        "would wait there."
    )
    return Point("nobody_reviews", BAD, template, params, ("count",))


def prepared(f: dict) -> Point | None:
    ready = f["readiness"]
    if not ready["asked"] or ready["lacking"] or ready["reviewerless"]:
        return None
    template = _("Everybody is in place; the collection can begin on its day.")
    return Point("prepared", GOOD, template, {})


RULES: tuple[Callable[[dict], Point | None], ...] = (
    progress,
    movement,
    standing,
    published,
    not_filed,
    behind,
    overdue,
    returns,
    answers,
    slow,
    open_findings,
    to_do,
)
PREPARATION: tuple[Callable[[dict], Point | None], ...] = (
    readiness,
    nobody_fills,
    nobody_reviews,
    prepared,
)
