"""What template, reader and failed-rows workbook agree on: sheets, columns, the mark of a form."""

import hashlib
import json
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from teachers.enums import Need, ValueType
from teachers.models import IndexVersion
from teachers.schema import SEALED, Field, Form, Subset

#: Rows 1 and 2 hold instructions and headers; data begin in row 3.
FIRST_ROW = 3
MOST_ROWS = 20_000
MARK_SHEET = "_form"
CODES_SHEET = "_codes"
PERSON = "person"
#: Which kind of document the identity number belongs to.
IDENTITY_TYPE = ("basic", "id_type")
REASON_TITLE = "未通过原因"
INSTRUCTIONS_SHEET = "填表说明"

_DECORATION = re.compile(r"[\s*＊★☆]+")


@dataclass(frozen=True)
class Column:
    """One column: an indicator, or (first where it is not asked itself) the person's number."""

    key: str
    title: str
    field: Field
    required: bool

    @property
    def is_identity(self) -> bool:
        return (self.field.set_key, self.field.key) == SEALED


@dataclass(frozen=True)
class Sheet:
    """One sub-set on its own sheet."""

    subset: Subset
    title: str
    columns: tuple[Column, ...]


def sheets(form: Form) -> list[Sheet]:
    """The sheets of a form, in its order. Values the system fills in are not asked."""
    return [
        Sheet(subset=subset, title=sheet_title(subset.name), columns=tuple(_columns(form, subset)))
        for subset in form.subsets
    ]


def _columns(form: Form, subset: Subset) -> list[Column]:
    columns = [
        Column(item.key, item.name, item, item.need == Need.REQUIRED)
        for item in subset.fields
        if item.is_entered and item.value_type != ValueType.FILE
    ]
    if subset.key != SEALED[0]:
        number = _identity_field(form)
        columns.insert(0, Column(PERSON, number.name, number, True))
    return columns


def _identity_field(form: Form) -> Field:
    """The indicator by which the sheets are joined; every campaign asks for it."""
    field = form.field(*SEALED)
    if field is None:
        raise ValueError("A form without the identity number cannot be filled in by workbook.")
    return field


def sheet_title(name: str) -> str:
    """Excel allows 31 characters, none of []:*?/\\ among them."""
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31]


def plain_title(raw: object) -> str:
    """A header as written in a file, without stars, tabs, spaces and line breaks."""
    return _DECORATION.sub("", "" if raw is None else str(raw))


def mark(form: Form) -> dict:
    """Says which form a workbook belongs to; a changed column changes the digest."""
    names = [[sheet.title, [column.title for column in sheet.columns]] for sheet in sheets(form)]
    text = json.dumps(names, ensure_ascii=False)
    return {
        "version": IndexVersion.objects.values_list("code", flat=True).get(pk=form.version_id),
        "form": form.school_kind,
        "sets": [subset.key for subset in form.subsets],
        "digest": hashlib.sha256(text.encode()).hexdigest()[:16],
    }


def how_to_write(field: Field) -> str:
    """A short instruction for the cell: what a value looks like; "" when a drop-down says it."""
    match field.value_type:
        case ValueType.DATE:
            return _("Date, for example 2024-09-01")
        case ValueType.MONTH:
            return _("Year and month, for example 2024-09")
        case ValueType.YEAR:
            school_year = field.length == 9
            return _("School year, for example 2025-2026") if school_year else _("Year, like 2024")
        case ValueType.CODES:
            return _("Several values are separated by “、”")
        case ValueType.WHOLE | ValueType.NUMBER:
            return _("A number")
    return ""
