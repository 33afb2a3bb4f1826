"""The teachers recorded, by every trait, in two columns."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import words
from reports.measures import SMALL, rate
from reports.sections.blocks import Block, text

LEFT = ("school", "established", "age", "title")
RIGHT = ("education", "qualification", "sex", "bilingual", "ethnic")


def blocks(figures: dict) -> list[Block]:
    found = figures["composition"]
    if not found["people"]:
        return [text(_("No teacher is recorded yet."))]
    said = _("Teachers recorded: %(people)s.")
    if found["new"]:
        said = _("Teachers recorded: %(people)s, of them new to the register: %(new)s.")
    said %= {"people": words.number(found["people"]), "new": words.number(found["new"] or 0)}
    columns = [[_trait(found, key) for key in side] for side in (LEFT, RIGHT)]
    note = _(
        "Groups of fewer than %(small)s people are put together with others, so that nobody can be "
        "recognised."
    ) % {"small": SMALL}
    return [text(said), Block("people", {"columns": columns, "note": note})]


def _trait(found: dict, trait: str) -> dict:
    names = _groups()
    rows = [
        {
            "label": names.get(f"{trait}.{row['key']}") or names.get(row["key"]) or words.name(row),
            "count": words.number(row["count"]),
            "rate": words.percent(rate(row["count"], found["people"])),
            "width": f"{100 * row['count'] / found['people']:.1f}",
        }
        for row in found[trait]
    ]
    return {"title": _traits()[trait], "rows": rows}


def _traits() -> dict[str, str]:
    return {
        "school": pgettext("report", "Type of school"),
        "established": pgettext("report", "Establishment"),
        "age": pgettext("report", "Age"),
        "education": pgettext("report", "Highest education"),
        "title": pgettext("report", "Professional title"),
        "qualification": pgettext("report", "Teaching qualification"),
        "sex": pgettext("report", "Sex"),
        "bilingual": pgettext("report", "Language of an ethnic group"),
        "ethnic": pgettext("report", "Ethnic group"),
    }


def _groups() -> dict[str, str]:
    return {
        "kindergarten": pgettext("report", "Kindergarten"),
        "primary": pgettext("report", "Primary school"),
        "school.lower": pgettext("report", "Junior secondary school"),
        "through": pgettext("report", "Nine- or twelve-year or complete secondary school"),
        "school.upper": pgettext("report", "Senior secondary school"),
        "vocational": pgettext("report", "Secondary vocational school"),
        "special": pgettext("report", "Special school"),
        "higher": pgettext("report", "Higher education"),
        "established.yes": pgettext("report", "On the establishment"),
        "established.no": pgettext("report", "Under contract"),
        "to_29": pgettext("report", "Under 30"),
        "to_39": pgettext("report", "30 to 39"),
        "to_49": pgettext("report", "40 to 49"),
        "to_54": pgettext("report", "50 to 54"),
        "from_55": pgettext("report", "55 and older"),
        "graduate": pgettext("report", "Graduate degree studies"),
        "bachelor": pgettext("report", "Bachelor's level"),
        "college": pgettext("report", "College level"),
        "upper": pgettext("report", "Upper secondary level"),
        "full": pgettext("report", "Professorial senior"),
        "senior": pgettext("report", "Senior"),
        "middle": pgettext("report", "Intermediate"),
        "junior": pgettext("report", "Junior"),
        "untitled": pgettext("report", "Without title"),
        "fits": pgettext("report", "Fits the stage taught"),
        "qualification.lower": pgettext("report", "Below the stage taught"),
        "none": pgettext("report", "None"),
        "not_teaching": pgettext("report", "Not on a teaching post"),
        "male": pgettext("report", "Men"),
        "female": pgettext("report", "Women"),
        "bilingual.yes": pgettext("report", "Speaks one (bilingual)"),
        "bilingual.no": pgettext("report", "Speaks none"),
        "other": pgettext("report", "Other or not stated"),
        "small": pgettext("report", "Groups put together"),
    }
