"""What an index version asks of one kind of school, compiled from the tables.

A form carries the fields in order, a JSON Schema (draft 2020-12) of a person's document, and its
compiled validator. Published versions never change, and code lists only from one day to the next:
so forms are kept in the process for the day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

import jsonschema_rs
from django.utils import timezone

from teachers.code_tables import CodeTable, code_tables, forget_tables
from teachers.enums import Need, ValueType
from teachers.models import IndexVersion, Indicator

# The identity number is asked for, but sealed beside the document instead of stored in it.
SEALED = ("basic", "id_no")

_CENTURY = "(19|20)[0-9]{2}"
PATTERNS = {
    ValueType.DATE: rf"^{_CENTURY}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    ValueType.MONTH: rf"^{_CENTURY}-(0[1-9]|1[0-2])$",
}
YEAR_PATTERN = rf"^{_CENTURY}$"
SCHOOL_YEAR_PATTERN = rf"^{_CENTURY}-{_CENTURY}$"
FILE_REFERENCE_LENGTH = 200

# Limits of the index system that its length cannot express: teaching periods a week.
MAXIMA = {("teaching", "hours"): 168, ("teaching", "other_hours"): 168}


@dataclass(frozen=True)
class Field:
    """One indicator as one kind of school is asked for it."""

    key: str
    name: str
    name_en: str
    value_type: str
    length: int | None
    decimals: int
    need: str
    codes: CodeTable | None
    default: str
    set_key: str
    note: str = ""

    @property
    def is_required(self) -> bool:
        return self.need == Need.REQUIRED

    @property
    def is_entered(self) -> bool:
        """Whether a clerk fills it in; derived and read-only values come from the system."""
        return self.need not in (Need.DERIVED, Need.READ_ONLY)

    @property
    def is_sealed(self) -> bool:
        """The identity number: asked for, never part of the document."""
        return (self.set_key, self.key) == SEALED

    def label(self, language: str = "zh-hans") -> str:
        return self.name_en if language.startswith("en") and self.name_en else self.name


@dataclass(frozen=True)
class Subset:
    """One sub-set with the fields asked, in order."""

    key: str
    name: str
    name_en: str
    repeating: bool
    fields: tuple[Field, ...]

    @cached_property
    def by_key(self) -> dict[str, Field]:
        return {item.key: item for item in self.fields}

    def label(self, language: str = "zh-hans") -> str:
        return self.name_en if language.startswith("en") and self.name_en else self.name


@dataclass(frozen=True)
class Form:
    """Everything needed to read, check and show the documents of one kind of school on a day."""

    version_id: int
    school_kind: str
    on: date
    subsets: tuple[Subset, ...]
    json_schema: dict = field(repr=False, compare=False)
    validator: jsonschema_rs.Draft202012Validator = field(repr=False, compare=False)
    compiled: dict = field(default_factory=dict, repr=False, compare=False)  # by other modules

    @cached_property
    def by_key(self) -> dict[str, Subset]:
        return {subset.key: subset for subset in self.subsets}

    def fields(self) -> Iterator[Field]:
        for subset in self.subsets:
            yield from subset.fields

    def field(self, set_key: str, key: str) -> Field | None:
        subset = self.by_key.get(set_key)
        return subset.by_key.get(key) if subset else None


def form(
    version_id: int,
    school_kind: str,
    set_keys: tuple[str, ...] | None = None,
    on: date | None = None,
) -> Form:
    """What a published version asks of schools of one kind: all sub-sets, or the chosen ones.

    `on` is the day whose code values may be chosen, today if not said. Three queries the first
    time on a day, none after that: forms are kept in the process until midnight.
    """
    today = timezone.localdate()
    _keep_for(today)
    return _compiled(
        version_id, school_kind, None if set_keys is None else tuple(set_keys), on or today
    )


def draft_form(
    version_id: int, school_kind: str, set_keys: tuple[str, ...] | None, on: date
) -> Form:
    """The same for a version that may still change: compiled anew each time, three queries."""
    _keep_for(timezone.localdate())
    return _compile(version_id, school_kind, set_keys, on)


def fit(form: Form, document: dict) -> dict:
    """A copy of a document without what a form does not ask: sub-sets and indicators that another
    version had. Rows that are left empty go too."""
    fitted = {}
    for subset in form.subsets:
        part = document.get(subset.key)
        if isinstance(part, dict):
            kept: dict | list = _fit_row(subset, part)
        elif isinstance(part, list):
            kept = [row for row in (_fit_row(subset, row) for row in part) if row]
        else:
            continue
        if kept:
            fitted[subset.key] = kept
    return fitted


def _fit_row(subset: Subset, row: dict) -> dict:
    return {key: value for key, value in row.items() if key in subset.by_key}


def current_version() -> IndexVersion:
    """The version published last. Raises IndexVersion.DoesNotExist before any is."""
    published = IndexVersion.objects.exclude(published_at=None)
    return published.order_by("-published_at", "-pk")[:1].get()


def forget_forms() -> None:
    """Drop the forms and code lists kept in this process (after loading data, between tests)."""
    _compiled.cache_clear()
    forget_tables()


def _keep_for(today: date) -> None:
    """Drop what was kept on another day: code lists may have changed at midnight."""
    if _kept["on"] != today:
        forget_forms()
        _kept["on"] = today


_kept: dict[str, date | None] = {"on": None}


@lru_cache(maxsize=256)
def _compiled(
    version_id: int, school_kind: str, set_keys: tuple[str, ...] | None, on: date
) -> Form:
    return _compile(version_id, school_kind, set_keys, on)


def _compile(version_id: int, school_kind: str, set_keys: tuple[str, ...] | None, on: date) -> Form:
    asked = Indicator.objects.filter(
        indicator_set__version_id=version_id,
        indicator_set__school_kinds__contains=[school_kind],
        needs__has_key=school_kind,
    )
    if set_keys is not None:
        asked = asked.filter(indicator_set__key__in=set_keys)
    rows = list(
        asked.select_related("indicator_set", "code_list").order_by(
            "indicator_set__position", "position"
        )
    )
    tables = code_tables({row.code_list.key for row in rows if row.code_list}, on)
    fields: dict = {}
    for row in rows:
        fields.setdefault(row.indicator_set, []).append(_field(row, school_kind, tables))
    subsets = tuple(
        Subset(own.key, own.name, own.name_en, own.repeating, tuple(items))
        for own, items in fields.items()
    )
    schema = document_schema(subsets)
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    return Form(version_id, school_kind, on, subsets, schema, validator)


def _field(row: Indicator, school_kind: str, tables: dict[str, CodeTable]) -> Field:
    return Field(
        key=row.key,
        name=row.name,
        name_en=row.name_en,
        value_type=row.value_type,
        length=row.length,
        decimals=row.decimals,
        need=row.needs[school_kind],
        codes=tables[row.code_list.key] if row.code_list else None,
        default=row.default,
        set_key=row.indicator_set.key,
        note=row.note,
    )


def document_schema(subsets: tuple[Subset, ...]) -> dict:
    """The JSON Schema of a document: one object, a property for each sub-set.

    Single sub-sets with a required field must be there; which repeating ones need a row, and all
    conditional fields, are matters for `teachers.rules`.
    """
    tables = {
        item.codes.key: item.codes for subset in subsets for item in subset.fields if item.codes
    }
    properties = {}
    for subset in subsets:
        row = _row_schema(subset)
        properties[subset.key] = {"type": "array", "items": row} if subset.repeating else row
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": [
            subset.key
            for subset in subsets
            if not subset.repeating and any(item.is_required for item in subset.fields)
        ],
        "additionalProperties": False,
        "$defs": {
            key: {"title": table.name, "enum": list(table.by_code)} for key, table in tables.items()
        },
    }


def _row_schema(subset: Subset) -> dict:
    stored = [item for item in subset.fields if not item.is_sealed]
    return {
        "title": subset.name,
        "type": "object",
        "properties": {item.key: value_schema(item) for item in stored},
        "required": [item.key for item in stored if item.is_required],
        "additionalProperties": False,
    }


def value_schema(item: Field) -> dict:
    """The JSON Schema of one value; code lists are references into `$defs`."""
    reference = {"$ref": f"#/$defs/{item.codes.key}"} if item.codes else {}
    match item.value_type:
        case ValueType.CODE | ValueType.YES_NO:
            return {"title": item.name, **reference}
        case ValueType.CODES:
            return {
                "title": item.name,
                "type": "array",
                "items": reference,
                "minItems": 1,
                "uniqueItems": True,
            }
        case ValueType.WHOLE | ValueType.NUMBER:
            return {"title": item.name, **_number_schema(item)}
        case ValueType.DATE:
            return {"title": item.name, **_text(pattern=PATTERNS[ValueType.DATE]), "format": "date"}
        case ValueType.MONTH:
            return {"title": item.name, **_text(pattern=PATTERNS[ValueType.MONTH])}
        case ValueType.YEAR:
            pattern = SCHOOL_YEAR_PATTERN if item.length == 9 else YEAR_PATTERN
            return {"title": item.name, **_text(pattern=pattern)}
        case _:
            longest = item.length or FILE_REFERENCE_LENGTH
            return {"title": item.name, **_text(minLength=1, maxLength=longest)}


def _text(**rules) -> dict:
    return {"type": "string", **rules}


def _number_schema(item: Field) -> dict:
    """Not negative; `length` counts all digits, `decimals` those behind the point."""
    whole = item.value_type == ValueType.WHOLE
    digits = (item.length or 9) - item.decimals
    most = MAXIMA.get((item.set_key, item.key))
    return {
        "type": "integer" if whole else "number",
        "minimum": 0,
        **({"maximum": most} if most else {"exclusiveMaximum": 10**digits}),
    }
