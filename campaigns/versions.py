"""Two clerks on one record: what each changed of what both had opened, and one record out of two.

Everything works on three documents: `before`, as it was when the second opened it, `mine`, as the
second would save it, and `theirs`, as the first has saved it meanwhile.
"""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns.models import Record
from teachers import identity as identities
from teachers.enums import ValueType
from teachers.reading import show_value
from teachers.schema import SEALED, Field, Form, Subset

MINE, THEIRS, BOTH = "mine", "theirs", "both"
IDENTITY = "-".join(SEALED)


@dataclass(frozen=True)
class Difference:
    """Where mine and theirs differ: one field, or all rows of a repeating sub-set.

    `name` is that of the form's control ("basic-name", "learning-0-degree") or the sub-set's key;
    the versions are lines of text to show. `suggested` is what loses nothing: the side that
    changed it; where both did, mine for a field, and all rows of both for a sub-set.
    """

    name: str
    label: str
    before: list[str]
    mine: list[str]
    theirs: list[str]
    suggested: str
    is_whole_set: bool = False


@dataclass(frozen=True)
class Version:
    """A record as it was when its form was opened; sealed, it travels with the form.

    The history table cannot tell: it begins with the first change of a record.
    """

    entered_at: datetime
    data: dict
    identity_mask: str
    identity_sealed: str


def sealed(record: Record) -> str:
    """The record as a hidden field of its form carries it."""
    return identities.seal(
        json.dumps(
            {
                "record": record.pk,
                "entered_at": record.entered_at.isoformat(),
                "data": record.data,
                "identity_mask": record.identity_mask,
                "identity_sealed": record.identity_sealed,
            },
            ensure_ascii=False,
        )
    )


def unsealed(text: str, record: Record) -> Version | None:
    """What `sealed` made of this record; None for anything else."""
    try:
        found = json.loads(identities.unseal(text))
    except (ValueError, InvalidTag):
        return None
    if found.pop("record", None) != record.pk:
        return None
    return Version(**found | {"entered_at": datetime.fromisoformat(found["entered_at"])})


def compare(form: Form, before: dict, mine: dict, theirs: dict) -> list[Difference]:
    """All that differs between mine and theirs, in the order of the form; derived values aside."""
    found: list[Difference] = []
    for subset in form.subsets:
        found += _of_set(subset, *(part.get(subset.key) for part in (before, mine, theirs)))
    return found


def compare_identities(before: str, mine: str, theirs: str) -> list[Difference]:
    """The same for the identity numbers, given by their masks."""
    if mine == theirs:
        return []
    side = _suggested(before, mine, theirs)
    return [Difference(IDENTITY, _("Identity number"), [before], [mine], [theirs], side)]


def merged(form: Form, before: dict, mine: dict, theirs: dict, chosen: Mapping[str, str]) -> dict:
    """One document: mine, with theirs where that was chosen (name of the difference → side)."""
    result = deepcopy(mine)
    for one in compare(form, before, mine, theirs):
        side = chosen.get(one.name, one.suggested)
        if side == MINE:
            continue
        key, *rest = one.name.split("-")
        if one.is_whole_set:
            rows = theirs.get(key) or []
            own = mine.get(key) or []
            result[key] = rows if side == THEIRS else _rows_of_both(before.get(key), own, rows)
        else:
            *row, indicator = rest
            _take(result, theirs, key, int(row[0]) if row else None, indicator)
    return {key: part for key, part in result.items() if part}


def _take(result: dict, theirs: dict, key: str, row: int | None, indicator: str) -> None:
    """Put their value of one field into the result; both have the row."""
    target = result.setdefault(key, {}) if row is None else result[key][row]
    source = (theirs.get(key) or {}) if row is None else theirs[key][row]
    if indicator in source:
        target[indicator] = source[indicator]
    else:
        target.pop(indicator, None)


def _rows_of_both(before: list | None, mine: list, theirs: list) -> list:
    """My rows, then those of theirs that I neither have nor had: what I took out stays out."""
    return [*mine, *(row for row in theirs if row not in mine and row not in (before or []))]


def _of_set(subset: Subset, before, mine, theirs) -> Iterator[Difference]:
    if not subset.repeating:
        yield from _of_fields(subset, subset.key, "", before or {}, mine or {}, theirs or {})
        return
    before, mine, theirs = before or [], mine or [], theirs or []
    if len(before) == len(mine) == len(theirs):
        for number, rows in enumerate(zip(before, mine, theirs, strict=True)):
            yield from _of_fields(subset, f"{subset.key}-{number}", f" {number + 1}", *rows)
    elif mine != theirs:
        side = _suggested(before, mine, theirs, BOTH)
        shown = [_rows_shown(subset, rows) for rows in (before, mine, theirs)]
        yield Difference(subset.key, _label(subset), *shown, side, is_whole_set=True)


def _of_fields(
    subset: Subset, prefix: str, number: str, before: dict, mine: dict, theirs: dict
) -> Iterator[Difference]:
    for item in subset.fields:
        versions = [part.get(item.key) for part in (before, mine, theirs)]
        if not item.is_entered or item.is_sealed or versions[1] == versions[2]:
            continue
        label = f"{_label(subset)}{number} · {item.label(get_language() or '')}"
        shown = [_shown(item, value) for value in versions]
        yield Difference(f"{prefix}-{item.key}", label, *shown, _suggested(*versions))


def _suggested(before, mine, theirs, otherwise: str = MINE) -> str:
    if mine == before:
        return THEIRS
    return MINE if theirs == before else otherwise


def _label(subset: Subset) -> str:
    return subset.label(get_language() or "")


def _shown(item: Field, value) -> list[str]:
    if value in (None, "", []):
        return []
    if item.value_type == ValueType.FILE:
        return [_("Photo")]
    return [show_value(item, value, get_language() or "")]


def _rows_shown(subset: Subset, rows: list[dict]) -> list[str]:
    return [
        " · ".join(text for item in subset.fields for text in _shown(item, row.get(item.key)))
        for row in rows
    ]


def identity_chosen(typed: str, before, side: str) -> str:
    """The number to save: "" keeps theirs; mine is the one typed, or the one I had opened."""
    if side == THEIRS:
        return ""
    return typed or identities.unseal(before.identity_sealed)
