"""Whether the values of code lists may be chosen: retired ones stay readable, no more.

A value that a list has dropped is an error only where it is newly chosen:

- a row whose time is over ("until 2019-07") is judged by that time, not by today;
- a value that stands in the person's file already, in the same field, stays accepted until
  somebody changes it;
- places of birth and origin may always be named as they were called then.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from teachers.code_tables import CodeTable
from teachers.fields import is_sensitive
from teachers.rule_texts import shown
from teachers.schema import Field, Subset

#: Fields that hold former codes of divisions by their nature (standards.md, section 1).
MAY_BE_FORMER = {("basic", "native_place"), ("basic", "birth_place")}

#: Which value of a row says until when it speaks: the first one that is filled in counts.
SPEAKS_UNTIL = {
    "learning": ("degree_date", "leave"),
    "work": ("end",),
    "title": ("end",),
    "pay": ("year",),
    "appraisal": ("year",),
    "qualification": ("issue_date",),
    "ethics": ("exam_date",),
    "teaching": ("year",),
    "achievement": ("date",),
    "talent": ("year",),
    "training": ("year",),
    "overseas": ("end",),
    "skill": ("issue_date",),
    "rotation": ("end",),
}


def validity_check(subset: Subset) -> Callable[[Any, dict, Any], None] | None:
    """A check of the coded fields of a row, or None when every value may be chosen."""
    coded = [
        item
        for item in subset.fields
        if item.codes is not None
        and (item.codes.retired or item.codes.coming)
        and item.is_entered
        and (subset.key, item.key) not in MAY_BE_FORMER
    ]
    if not coded:
        return None
    until = SPEAKS_UNTIL.get(subset.key, ())

    def look(found, row: dict, moment) -> None:
        for item in coded:
            value = row.get(item.key)
            if value is None:
                continue
            for code in value if isinstance(value, list) else (value,):
                if not item.codes.is_usable(code):
                    _judge(found, row, item, code, _own_time(row, until, moment.today))

    return look


def _own_time(row: dict, until: tuple[str, ...], today: str) -> str:
    """The first day of the last time a row speaks of; empty while that time goes on."""
    for key in until:
        if value := row.get(key):
            first, last = period(value)
            return first if last < today else ""
    return ""


def period(value: str) -> tuple[str, str]:
    """First and last day of a date, a month, a year or a school year ("2025-2026")."""
    if len(value) == 9:
        return f"{value[:4]}-09-01", f"{value[5:]}-08-31"
    return value + "1900-01-01"[len(value) :], value + "1900-12-31"[len(value) :]


def _judge(found, row: dict, item: Field, code: str, own_time: str) -> None:
    table = item.codes
    if since := table.retired.get(code):
        if (own_time and own_time < since.isoformat()) or stands_in_file(found.file, item, code):
            return
        found.add("retired_value", item.key, row, **_params(table, item, code, since))
    elif begins := table.coming.get(code):
        found.add("coming_value", item.key, row, **_params(table, item, code, begins))


def _params(table: CodeTable, item: Field, code: str, day: date) -> dict[str, str]:
    params = {"list": table.name, "list_en": table.name_en, "day": day.isoformat()}
    if is_sensitive(item.set_key, item.key):
        return params
    return {**shown("value", item, code), **params}


def stands_in_file(document: dict | None, item: Field, code: str) -> bool:
    """Whether a person's file has this value in the same field, in whichever row."""
    part = (document or {}).get(item.set_key)
    rows = part if isinstance(part, list) else [part] if part else []
    return any(
        code in value if isinstance(value := row.get(item.key), list) else code == value
        for row in rows
    )
