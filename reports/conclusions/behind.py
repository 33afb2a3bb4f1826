"""Who is behind: by name, worst first."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import words
from reports.conclusions import points
from reports.conclusions.points import BAD, PLAIN, Heading
from reports.measures import BEHIND_BELOW

Point = partial(points.Point, heading=Heading.BEHIND)
#: So many counties are named at either end of their order.
MOST_ENDS = 3


def subordinates(f: dict) -> list[dict]:
    """Rows of the subordinate authorities, without the schools that the unit runs itself."""
    return [row for group in f["groups"] if group["key"] != "own" for row in group["rows"]]


def not_filed(f: dict) -> points.Point | None:
    """Units that have not handed in, by name where the unit runs them itself."""
    count = f["totals"]["not_filed"]
    if not count:
        return None
    schools = [words.name(row) for row in f["schools"] if row["not_filed"]]
    parts = sorted(
        (row for row in subordinates(f) if row["not_filed"]),
        key=lambda row: (-row["not_filed"], row["code"]),
    )
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
    return Point("not_filed", BAD, template, params, ("count",))


def behind(f: dict) -> points.Point | None:
    """Subordinate authorities below the mark, worst first."""
    rows = [row for row in subordinates(f) if row["behind"]]
    if not rows:
        return None
    rows.sort(key=lambda row: (row["passed_rate"] or 0.0, row["code"]))
    params = {
        "count": len(rows),
        "names": words.listed(_rated(rows)),
        "mark": f"{BEHIND_BELOW:.0f}%",
    }
    template = ngettext(
        "%(count)s subordinate unit is below %(mark)s: %(names)s.",
        "%(count)s subordinate units are below %(mark)s: %(names)s.",
        len(rows),
    )
    return Point("behind", BAD, template, params, ("count",))


def counties(f: dict) -> points.Point | None:
    """The first and the last of all counties of a province, unless they share one place."""
    rows = [row for row in f["counties"] if row["asked"]]
    if len(rows) < 2 or rows[0]["place"] == rows[-1]["place"]:
        return None
    low = sum(row["behind"] for row in rows)
    named = min(MOST_ENDS, len(rows) // 2)
    params = {
        "of": words.number(len(rows)),
        "count": words.number(low),
        "mark": f"{BEHIND_BELOW:.0f}%",
        "best": words.listed(_rated(rows[:named])),
        "worst": words.listed(_rated(rows[::-1][:named])),
    }
    template = _(
        "Of %(of)s counties and districts, %(count)s are below %(mark)s; in front: %(best)s; at "
        "the end: %(worst)s."
    )
    return Point("counties", BAD if low else PLAIN, template, params, ("count",))


def _rated(rows: list[dict]) -> list[str]:
    return [words.with_note(words.name(row), words.percent(row["passed_rate"])) for row in rows]


def overdue(f: dict) -> points.Point | None:
    """Tasks past their day, and the desk that has waited longest."""
    if not f["desks"]:
        return None
    worst = f["desks"][0]
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


def waiting(f: dict) -> points.Point | None:
    """Submissions that lie at one reviewing desk for more than ten working days."""
    desks = f["waiting"]["desks"]
    if not desks:
        return None
    names = [words.with_note(words.name(desk), words.number(desk["count"])) for desk in desks]
    params = {
        "count": words.number(f["waiting"]["count"]),
        "days": f["waiting"]["days"],
        "names": words.listed(names),
    }
    template = _(
        "Submissions waiting for a review for more than %(days)s working days: %(count)s, at "
        "%(names)s."
    )
    return Point("waiting", BAD, template, params, ("count",))
