"""The JSON Schema of a form for others: titles in both languages, every value with its name.

The schema that checks documents (`teachers.schema.document_schema`) is bare, for speed; this one is
made from the same value schemas, so both accept the same documents.
"""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from teachers import schema
from teachers.code_tables import CodeTable
from teachers.enums import Need, SchoolKind, ValueType, VersionState
from teachers.models import IndexVersion
from teachers.schema import Field, Form, Subset, document_schema, value_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: Annotations of our own; a validator passes over keywords that it does not know.
ENGLISH, NEED, NAMES, RETIRED = "x-title-en", "x-need", "x-names", "x-retired-since"


def schema_of(version: IndexVersion, kind: str) -> dict:
    """The schema of a version for one kind of school, with the code values of today.

    Drafts are compiled anew each time, published versions once a day.
    """
    if version.state == VersionState.PUBLISHED:
        return published(version, schema.form(version.pk, kind))
    return published(version, schema.draft_form(version.pk, kind, None, timezone.localdate()))


def published(version: IndexVersion, form: Form) -> dict:
    """The schema of one version and kind of school, as a document of its own.

    `title` is Chinese, `x-title-en` English; `x-need` is the letter of `Need`; a code list gives
    its values as `enum`, their names as `x-names` ({code: [Chinese, English]}), and since when a
    retired one can no longer be chosen as `x-retired-since`.
    """
    bare = document_schema(form.subsets)
    kind = SchoolKind(form.school_kind)
    return {
        "$schema": DIALECT,
        "$id": f"urn:teacher-information:index:{version.code}:{form.school_kind}",
        "title": f"{version.name} · {_in('zh-hans', kind)}",
        ENGLISH: f"Index system {version.code} · {_in('en', kind)}",
        "description": _in_chinese_and_english(),
        "x-code-values-on": form.on.isoformat(),
        "type": "object",
        "properties": {subset.key: _subset(subset) for subset in form.subsets},
        "required": bare["required"],
        "additionalProperties": False,
        "$defs": {item.codes.key: _code_list(item.codes) for item in form.fields() if item.codes},
    }


def _in(language: str, text: object) -> str:
    with override(language):
        return str(getattr(text, "label", text))


def _in_chinese_and_english() -> str:
    texts = []
    for language in ("zh-hans", "en"):
        with override(language):
            texts.append(
                _(
                    "The shape and the values of one person's document. Identity numbers are kept "
                    "apart and are not part of it; what one value asks of another is checked by "
                    "the rules of the system."
                )
            )
    return "\n".join(texts)


def _subset(subset: Subset) -> dict:
    stored = [item for item in subset.fields if not item.is_sealed]
    titles = {"title": subset.name, ENGLISH: subset.name_en or subset.name}
    row = {
        "type": "object",
        "properties": {item.key: _value(item) for item in stored},
        "required": [item.key for item in stored if item.is_required],
        "additionalProperties": False,
    }
    return {**titles, "type": "array", "items": row} if subset.repeating else {**titles, **row}


def _value(item: Field) -> dict:
    described = {ENGLISH: item.name_en or item.name, NEED: item.need}
    if item.note:
        described["description"] = item.note
    if item.default:
        described["default"] = (
            [item.default] if item.value_type == ValueType.CODES else item.default
        )
    if item.need in (Need.DERIVED, Need.READ_ONLY):
        described["readOnly"] = True
    return {**value_schema(item), **described}


def _code_list(table: CodeTable) -> dict:
    listing = {
        "title": table.name,
        ENGLISH: table.name_en,
        "enum": list(table.by_code),
        NAMES: {
            code: [name, table.english.get(code, name)] for code, name in table.by_code.items()
        },
    }
    if table.retired:
        listing[RETIRED] = {code: day.isoformat() for code, day in table.retired.items()}
    return listing
