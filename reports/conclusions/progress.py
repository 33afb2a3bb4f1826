"""What is done: how far the unit has come, in time, among its peers."""

from django.utils.translation import gettext as _

from campaigns.enums import StageKind
from reports import words
from reports.conclusions.points import BAD, GOOD, PLAIN, Point
from reports.measures import BEHIND_BELOW


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


def in_time(f: dict) -> Point | None:
    """Of the units asked, how many reached the goal by the last day, once that is over."""
    totals, ends_on = f["totals"], f["stage"]["ends_on"]
    if not totals["asked"] or ends_on is None or words.local_day(f["at"]) <= ends_on:
        return None
    params = {
        "day": words.day(ends_on),
        "count": words.number(totals["on_time"]),
        "rate": words.percent(totals["on_time_rate"]),
    }
    template = _(
        "Units that reached the goal by the last day, %(day)s (extensions counted): %(count)s "
        "(%(rate)s)."
    )
    tone = PLAIN if (totals["on_time_rate"] or 0) >= BEHIND_BELOW else BAD
    return Point("in_time", tone, template, params, ("rate",))


def stages(f: dict) -> Point | None:
    """In a report on the whole campaign: the stage with the lowest rate in time."""
    begun = [row for row in f["stages"] or [] if row["on_time_rate"] is not None]
    if not begun:
        return None
    worst = min(begun, key=lambda row: row["on_time_rate"])
    params = {
        "stages": words.number(len(begun)),
        "stage": words.stage_title(worst["kind"]),
        "rate": words.percent(worst["on_time_rate"]),
    }
    template = _(
        "Of %(stages)s stages that submissions passed, %(stage)s had the fewest in time (%(rate)s)."
    )
    return Point("stages", PLAIN, template, params, ("stage", "rate"))


def standing(f: dict) -> Point | None:
    """Place among the units of the same kind under the same authority, once anything is done."""
    if f["rank"] is None or not f["totals"]["passed"]:
        return None
    params = {
        "place": f["rank"]["place"],
        "of": f["rank"]["of"],
        "parent": words.name(f["unit"], "parent"),
    }
    template = _("By this rate it stands at place %(place)s among %(of)s units of %(parent)s.")
    return Point("standing", PLAIN, template, params, ("place",))


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
