"""Ethnic education: how its schools stand, and who teaches in two languages."""

from django.utils.translation import gettext as _

from reports import words
from reports.conclusions import points
from reports.conclusions.points import BAD, PLAIN

Point = points.Point


def area(f: dict) -> points.Point | None:
    """Units in ethnic autonomous areas against all others."""
    if f["ethnic"] is None:
        return None
    inside, outside = f["ethnic"]["area"]
    if not inside["asked"]:
        return None
    params = {
        "asked": words.number(inside["asked"]),
        "rate": words.percent(inside["passed_rate"]),
        "other": words.percent(outside["passed_rate"]),
    }
    if not outside["asked"]:
        template = _("Units in ethnic autonomous areas: %(asked)s; completed: %(rate)s.")
        return Point("area", PLAIN, template, params, ("rate",))
    template = _(
        "Units in ethnic autonomous areas: %(asked)s; completed: %(rate)s, elsewhere %(other)s."
    )
    tone = BAD if inside["passed_rate"] < outside["passed_rate"] else PLAIN
    return Point("area", tone, template, params, ("rate",))


def bilingual(f: dict) -> points.Point | None:
    """Teachers of ethnic groups, and those who can teach in the language of one."""
    if f["ethnic"] is None or not f["ethnic"]["total"]["people"]:
        return None
    total = f["ethnic"]["total"]
    params = {
        "minority": words.counted(total["minority"]),
        "minority_rate": words.percent(total["minority_rate"]),
        "bilingual": words.counted(total["bilingual"]),
        "bilingual_rate": words.percent(total["bilingual_rate"]),
    }
    template = _(
        "Teachers of ethnic groups other than Han: %(minority)s (%(minority_rate)s); bilingual "
        "teachers: %(bilingual)s (%(bilingual_rate)s)."
    )
    return Point("bilingual", PLAIN, template, params, ("minority", "bilingual"))
