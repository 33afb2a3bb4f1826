"""Rules that are no data: each a function with a name. The others are in `teachers.conditions`.

A check takes the findings, one row and the moment; it adds what it finds and returns nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from teachers import conditions, resident_cards
from teachers.rule_texts import named, shown
from teachers.schema import Subset

Check = Callable[[Any, dict, "Moment"], None]

LEAST_AGE, MOST_AGE = 16, 70
LEAST_AGE_AT_WORK = 14
MANY_HOURS = 40
MAINLAND = "156"
#: Characters that a name may hold: letters of any script, and the usual dots and spaces.
_NAME = re.compile(r"[^\W\d_]+(?:[·•.\-' ]+[^\W\d_]+)*\.?")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_CERTIFICATE = re.compile(r"[0-9]{17}")
#: Teaching certificates got their present numbers with the regulations of 2001.
NUMBERED_SINCE = "2001-04-01"


@dataclass(frozen=True, slots=True)
class Moment:
    """The day that counts as today and the month of birth, as texts that compare by time; the sex
    for what other sub-sets say about it."""

    today: str
    year: str
    born: str
    sex: str

    @classmethod
    def of(cls, document: dict, on: date) -> "Moment":
        today = on.isoformat()
        basic = document.get("basic") or {}
        born = basic.get("birth_date") or "1900-01"
        return cls(today, today[:4], born[:7], basic.get("sex") or "")


def _grade_fits(found, row: dict, _moment: Moment) -> None:
    _one_grade_fits(found, row, "post_category", "post_grade")
    _one_grade_fits(found, row, "concurrent_category", "concurrent_grade")


#: First digit of a grade for each category: teachers and other experts share theirs; 9 is "none".
_GRADES = {"1": "19", "2": "19", "3": "29", "4": "39"}


def _one_grade_fits(found, row: dict, category_key: str, grade_key: str) -> None:
    category, grade = row.get(category_key), row.get(grade_key)
    if category and grade and grade[0] not in _GRADES.get(category, grade[0]):
        item = found.subset.by_key[category_key]
        found.add("grade_does_not_fit", grade_key, row, **shown("other_value", item, category))


def _degree_fits(found, row: dict, _moment: Moment) -> None:
    level, degree = row.get("degree_level"), row.get("degree")
    if level not in (None, "0") and degree and degree[0] != level:
        item = found.subset.by_key["degree_level"]
        found.add("degree_does_not_fit", "degree", row, **shown("other_value", item, level))


def _certificate_fits(found, row: dict, moment: Moment) -> None:
    """Year, authority (5), kind, sex, serial (6): the kind must fit, year and sex are asked about,
    because the structure is known from practice rather than from a text (standards.md, 3)."""
    number, kind = row.get("cert_no"), row.get("kind")
    if number is None or kind in (None, "0"):
        return
    if not _CERTIFICATE.fullmatch(number):
        if row.get("issue_date", NUMBERED_SINCE) >= NUMBERED_SINCE:
            found.add("certificate_number_form", "cert_no", row)
        return
    if row.get("issue_date", number)[:4] != number[:4]:
        found.add("certificate_year_differs", "cert_no", row, other=row["issue_date"])
    if number[10] in "12" and moment.sex and number[10] != moment.sex:
        found.add("certificate_sex_differs", "cert_no", row)
    if number[9] != kind:
        item = found.subset.by_key["kind"]
        found.add(
            "certificate_kind_differs",
            "cert_no",
            row,
            **shown("other", item, number[9]),
            **named("kind_field", item),
            **shown("kind", item, kind),
        )


#: Roles that only some kinds of achievement have: who corresponds about a paper, who guides pupils.
_ROLES = {"3": {"03"}, "6": {"10"}}


def _role_fits(found, row: dict, _moment: Moment) -> None:
    role, kind = row.get("role"), row.get("kind")
    if role and kind and kind not in _ROLES.get(role, {kind}):
        item = found.subset.by_key["kind"]
        found.add("role_does_not_fit", "role", row, **shown("other_value", item, kind))


def _name_likely(found, row: dict, _moment: Moment) -> None:
    name = row.get("name")
    if name is not None and not _NAME.fullmatch(name):
        found.add("name_unlikely", "name", row)


def _age_likely(found, row: dict, moment: Moment) -> None:
    born = row.get("birth_date")
    if born is None or born > moment.today:
        return
    age = years_between(born, moment.today)
    if not LEAST_AGE <= age <= MOST_AGE:
        found.add("age_unlikely", "birth_date", row, value=str(age))


def _started_young(found, row: dict, _moment: Moment) -> None:
    born, start = row.get("birth_date"), row.get("work_start")
    if born is None or start is None or start <= born[:7]:
        return
    age = years_between(born[:7], start)
    if age < LEAST_AGE_AT_WORK:
        found.add("started_young", "work_start", row, age=str(age))


def years_between(first: str, second: str) -> int:
    """Full years from one date or month to a later one of the same form."""
    return int(second[:4]) - int(first[:4]) - (second[4:] < first[4:])


def _has_contract(found, row: dict, _moment: Moment) -> None:
    if row.get("in_establishment") == "1" and row.get("contract") == "0":
        found.add("established_without_contract", "contract", row)


def _mobile_form(found, row: dict, _moment: Moment) -> None:
    mobile = row.get("mobile")
    if mobile is not None and not _MOBILE.fullmatch(mobile):
        found.add("mobile_form", "mobile", row)


def _email_form(found, row: dict, _moment: Moment) -> None:
    email = row.get("email")
    if email is not None and not _EMAIL.fullmatch(email):
        found.add("email_form", "email", row)


def _is_abroad(found, row: dict, _moment: Moment) -> None:
    if row.get("country") == MAINLAND:
        found.add("not_abroad", "country", row)


def _other_school(found, row: dict, _moment: Moment) -> None:
    host = row.get("to_unit")
    if host is not None and host == row.get("from_unit"):
        item = found.subset.by_key["from_unit"]
        found.add("same_school", "to_unit", row, **named("other", item))


def _hours_likely(found, row: dict, _moment: Moment) -> None:
    hours = row.get("hours")
    if hours is not None and hours > MANY_HOURS:
        found.add("many_hours", "hours", row)


#: Sub-set to its own checks, each with the indicators it cannot do without.
OWN: dict[str, tuple[tuple[set[str], Check], ...]] = {
    "basic": (
        ({"name"}, _name_likely),
        ({"birth_date"}, _age_likely),
        ({"birth_date", "work_start"}, _started_young),
        ({"in_establishment", "contract"}, _has_contract),
    ),
    "learning": (({"degree_level", "degree"}, _degree_fits),),
    "post": (({"post_category", "post_grade"}, _grade_fits),),
    "qualification": (({"kind", "cert_no"}, _certificate_fits),),
    "achievement": (({"kind", "role"}, _role_fits),),
    "teaching": (({"hours"}, _hours_likely),),
    "overseas": (({"country"}, _is_abroad),),
    "rotation": (({"from_unit", "to_unit"}, _other_school),),
    "contact": (({"mobile"}, _mobile_form), ({"email"}, _email_form)),
}


# --- Checks of more than a row ---------------------------------------------------------------


def check_years(found, rows: list[dict]) -> None:
    """A year that stands in two rows of a sub-set that has one row a year."""
    seen: set[str] = set()
    for number, row in enumerate(rows):
        year = row.get("year")
        if year in seen:
            found.row = number
            found.add("same_year_twice", "year", row)
        elif year is not None:
            seen.add(year)


def check_none(found, rows: list[dict]) -> None:
    """A row that says "none" stands alone: it contradicts every other row of its sub-set."""
    key, none = conditions.NONE[found.subset.key]
    for number, row in enumerate(rows):
        if row.get(key) == none:
            found.row = number
            found.add("none_beside_rows", key, row, rows=str(len(rows) - 1))


def check_whole(found, document: dict) -> None:
    """What several sub-sets say together."""
    _teacher_is_qualified(found, document)
    _worked_since(found, document)


def _worked_since(found, document: dict) -> None:
    """Employment does not begin before the first employment named in the basic sub-set."""
    subset, basic = found.form.by_key.get("work"), found.form.by_key.get("basic")
    first = (document.get("basic") or {}).get("work_start")
    if subset is None or basic is None or first is None or "start" not in subset.by_key:
        return
    for number, row in enumerate(document.get("work") or []):
        if row.get("start", first) < first:
            found.subset, found.row = subset, number
            other = named("other", basic.by_key["work_start"])
            found.add("worked_before", "start", row, **other, other_value=first)


def _teacher_is_qualified(found, document: dict) -> None:
    """A teacher post needs a teaching qualification."""
    subset = found.form.by_key.get("qualification")
    posts = document.get("post")
    if subset is None or not posts:
        return
    present = max(posts, key=lambda row: row.get("start", ""))
    held = [row for row in document.get("qualification") or [] if row.get("kind") != "0"]
    if present.get("post_category") == "1" and not held:
        found.put("no_qualification", "qualification", None, "kind", {})


def check_identity(found, basic: dict) -> None:
    """The identity number itself, and what it says about birth date, sex and nationality."""
    subset = found.form.by_key.get("basic")
    kind, number = found.identity_type, found.identity

    def put(rule: str, key: str, **params: object) -> None:
        found.put(rule, "basic", None, key, params)

    if not number:
        return put("identity_missing", "id_no")
    if basic.get("id_type", kind) != kind:
        put("identity_type_differs", "id_type")
    if kind != resident_cards.RESIDENT_CARD:
        if not resident_cards.has_form(kind, number):
            put("identity_document_form", "id_no", **_document(subset, kind))
        return None
    try:
        card = resident_cards.read(number)
    except resident_cards.UnsoundNumber as unsound:
        return put(unsound.rule, "id_no")
    if not card.region_is_known:
        put("identity_region_unknown", "id_no", value=card.region)
    if subset is not None:
        found.subset, found.row = subset, None
        _compare_with_card(found, basic, card)
    return None


def _document(subset: Subset | None, kind: str) -> dict[str, str]:
    item = subset.by_key.get("id_type") if subset else None
    return shown("document", item, kind) if item else {"document": kind}


def _compare_with_card(found, basic: dict, card: resident_cards.ResidentCard) -> None:
    says = card.birth_date.isoformat()
    if basic.get("birth_date", says) != says:
        found.add("birth_date_differs", "birth_date", basic, other=says)
    if basic.get("sex", card.sex) != card.sex:
        item = found.subset.by_key["sex"]
        found.add("sex_differs", "sex", basic, **shown("other", item, card.sex))
    permit = card.region in resident_cards.PERMIT_REGIONS
    if not permit and basic.get("nationality", MAINLAND) != MAINLAND:
        found.add("identity_nationality", "nationality", basic)
