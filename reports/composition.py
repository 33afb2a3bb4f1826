"""Who the recorded teachers are, in groups large enough to hide each person."""

from collections import Counter
from datetime import date

from reports.counts.people import People
from reports.measures import SMALL
from teachers.models import Code

#: First digit of GB/T 4658 to the bands of the report.
EDUCATION = {"1": "graduate", "2": "bachelor", "3": "college", "4": "upper", "6": "upper"}
#: Last digit of GB/T 8561 is the level of a title.
TITLES = {"1": "full", "2": "senior", "3": "middle", "4": "junior", "5": "junior", "": "untitled"}
#: Beginning of the school type (JY/T 1001) to the stage of education, the longest first.
SCHOOLS = (
    ("211", "primary"),
    ("2", "primary"),
    ("312", "through"),
    ("345", "through"),
    ("341", "through"),
    ("36", "vocational"),
    ("34", "upper"),
    ("35", "upper"),
    ("3", "lower"),
)
FORMS = {"K": "kindergarten", "S": "special", "V": "vocational", "H": "higher"}
#: Upper ends (exclusive) of the age bands.
AGES = ((30, "to_29"), (40, "to_39"), (50, "to_49"), (55, "to_54"), (200, "from_55"))
#: The order in which the groups of a trait are shown; groups by size have none.
ORDER = {
    "school": (
        "kindergarten",
        "primary",
        "lower",
        "through",
        "upper",
        "vocational",
        "special",
        "higher",
    ),
    "established": ("yes", "no"),
    "age": tuple(key for _end, key in AGES),
    "education": ("graduate", "bachelor", "college", "upper"),
    "title": ("full", "senior", "middle", "junior", "untitled"),
    "qualification": ("fits", "lower", "none", "not_teaching"),
    "sex": ("male", "female"),
    "bilingual": ("yes", "no"),
}


def composition(people: People, on: date) -> dict:
    """Counts of records by every trait: [{key, count}] each, for ethnic groups with their names.

    A group of fewer than five people is put together with others, under the key "small", until no
    small group is left, so that nobody can be told from a total and its parts. `new`, those without
    a file in the register when they were counted, is shown only if it hides nobody either.
    """
    new = people.of("register")["new"]
    bands = {
        "school": _banded(people.schools, lambda school: _form(*school)),
        "established": _banded(people.of("established"), {"1": "yes", "0": "no"}.get),
        "age": _banded(people.of("born"), lambda year: _age(year, on)),
        "education": _banded(people.of("education"), EDUCATION.get),
        "title": _banded(people.of("title"), TITLES.get),
        "qualification": _banded(
            people.of("qualification"), {"other": "not_teaching"}.get, also=ORDER["qualification"]
        ),
        "sex": _banded(people.of("sex"), {"1": "male", "2": "female"}.get),
        "bilingual": _banded(people.of("bilingual"), {}.get, also=ORDER["bilingual"]),
    }
    return {
        "people": people.number,
        "new": new if new >= SMALL or new == 0 else None,
        **{trait: _shown(counts, ORDER[trait]) for trait, counts in bands.items()},
        "ethnic": _ethnic(people.of("ethnic")),
    }


def _banded(counts: Counter, band, also: tuple[str, ...] = ()) -> Counter:
    """Counts by the report's own groups; `also` are values that name their group themselves."""
    banded: Counter = Counter()
    for value, count in counts.items():
        key = band(value)
        banded[key or (value if value in also else "other")] += count
    return banded


def _form(kind: str, type_: str) -> str:
    if kind in FORMS:
        return FORMS[kind]
    return next((key for begin, key in SCHOOLS if type_.startswith(begin)), "other")


def _age(year: str, on: date) -> str:
    """The band of the age reached in the year of the report."""
    if not year.isdigit():
        return "other"
    return next((key for end, key in AGES if on.year - int(year) < end), "other")


def _shown(counts: Counter, order: tuple[str, ...]) -> list[dict]:
    shown, hidden = hide_small(counts)
    found = dict(shown)
    rows = [{"key": key, "count": found[key]} for key in (*order, "other") if key in found]
    return rows + ([{"key": "small", "count": hidden}] if hidden else [])


def _ethnic(counts: Counter) -> list[dict]:
    names = {
        code.code: (code.name, code.name_en)
        for code in Code.objects.filter(code_list__key="gb3304_ethnic", code__in=list(counts))
    }
    shown, hidden = hide_small(counts)
    rows = [
        {
            "key": value or "other",
            "name": names.get(value, (value, ""))[0],
            "name_en": names.get(value, ("", ""))[1],
            "count": count,
        }
        for value, count in shown
    ]
    return rows + ([{"key": "small", "name": "", "name_en": "", "count": hidden}] if hidden else [])


def hide_small(counts: dict[str, int]) -> tuple[list[tuple[str, int]], int]:
    """Largest first; groups below SMALL are summed, with the next one if the sum is small too."""
    shown = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    hidden = 0
    while shown and (shown[-1][1] < SMALL or 0 < hidden < SMALL):
        hidden += shown.pop()[1]
    return shown, hidden
