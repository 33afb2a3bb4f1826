"""Before the work begins: is everybody in place."""

from functools import partial

from django.utils.translation import gettext as _

from reports import words
from reports.conclusions import points
from reports.conclusions.points import BAD, GOOD, PLAIN, Heading
from reports.measures import rate

Behind = partial(points.Point, heading=Heading.BEHIND)
ToDo = partial(points.Point, heading=Heading.TO_DO)


def readiness(f: dict) -> points.Point:
    """How many units can begin."""
    ready = f["readiness"]
    params = {
        "unit": words.everywhere(f["unit"]),
        "asked": words.number(ready["asked"]),
        "ready": words.number(ready["ready"]),
    }
    template = _("%(unit)s: %(asked)s units are asked; %(ready)s have a clerk and a head in place.")
    tone = GOOD if ready["ready"] == ready["asked"] else BAD
    return points.Point("readiness", tone, template, params, ("asked", "ready"))


def nobody_fills(f: dict) -> points.Point | None:
    """Units without clerk or head: nobody can fill in or sign."""
    rows = f["readiness"]["lacking"]
    if not rows:
        return None
    params = {
        "clerkless": words.number(f["readiness"]["clerkless"]),
        "headless": words.number(f["readiness"]["headless"]),
        "names": words.listed([words.name(row) for row in rows]),
    }
    template = _("Units without clerk: %(clerkless)s; without head: %(headless)s: %(names)s.")
    return Behind("nobody_fills", BAD, template, params, ("clerkless", "headless"))


def nobody_reviews(f: dict) -> points.Point | None:
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
    return Behind("nobody_reviews", BAD, template, params, ("count",))


def never_there(f: dict) -> points.Point | None:
    """People in place who have not signed in once: whether they were trained, they cannot show."""
    rows = f["readiness"]["people"]
    held, there = (sum(row[key] for row in rows) for key in ("held", "signed_in"))
    if there == held:
        return None
    params = {
        "held": words.number(held),
        "count": words.number(held - there),
        "share": words.percent(rate(held - there, held)),
    }
    template = _(
        "Of %(held)s clerks, heads and reviewers in place, %(count)s (%(share)s) have not signed "
        "in yet."
    )
    return Behind("never_there", PLAIN, template, params, ("count",))


def prepared(f: dict) -> points.Point | None:
    ready = f["readiness"]
    if not ready["asked"] or ready["lacking"] or ready["reviewerless"]:
        return None
    template = _("Everybody is in place; the collection can begin on its day.")
    return ToDo("prepared", GOOD, template, {})


def name_them(f: dict) -> points.Point | None:
    """Whoever is missing is named before the collection begins."""
    ready = f["readiness"]
    if not ready["lacking"] and not ready["reviewerless"]:
        return None
    params = {"day": words.day(f["stage"]["act_by"])}
    template = _(
        "The authorities are to name the clerks, heads and reviewers who are missing by %(day)s."
    )
    return ToDo("name_them", BAD, template, params, ("day",))
