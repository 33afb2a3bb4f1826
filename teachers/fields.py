"""Documents at rest: health and pay lie sealed inside the stored JSON (PIPL Art 28, 51)."""

import json
from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.fields.json import KeyTransform

from teachers import identity

#: Sealed as a whole, and single values of single sub-sets.
SEALED_SETS = ("pay",)
SEALED_VALUES = (("basic", "health"),)
_NESTED = {place[0] for place in SEALED_VALUES}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def is_sensitive(set_key: str, key: str) -> bool:
    """Whether an indicator lies sealed in the document: then nothing may quote its value."""
    return set_key in SEALED_SETS or (set_key, key) in SEALED_VALUES


def sealed_document(document: dict, seal: Callable[[str], str] = identity.seal) -> dict:
    """A copy of a document with its sensitive values sealed ("k1:…"); the rest is shared.

    Who seals many documents in a row passes one `identity.sealer()` for all.
    """
    sealed = dict(document)
    for set_key in SEALED_SETS:
        if set_key in sealed:
            sealed[set_key] = seal(_encode(sealed[set_key]))
    for set_key, key in SEALED_VALUES:
        values = sealed.get(set_key)
        if isinstance(values, dict) and key in values:
            sealed[set_key] = {**values, key: seal(_encode(values[key]))}
    return sealed


def opened(value: Any, path: tuple[str, ...] = ()) -> Any:
    """What lies at `path` of a stored document, in plain. Changes `value` in place.

    Raises as identity.unseal does. What lies plain (written before there were seals) stays.
    """
    if path:
        if path in SEALED_VALUES or path[0] in SEALED_SETS:
            return _open(value)
        if path[0] in _NESTED and len(path) == 1 and isinstance(value, dict):
            _open_values(path[0], value)
        return value
    if isinstance(value, dict):
        for set_key in SEALED_SETS:
            if set_key in value:
                value[set_key] = _open(value[set_key])
        for set_key in _NESTED:
            if isinstance(value.get(set_key), dict):
                _open_values(set_key, value[set_key])
    return value


def _open_values(set_key: str, values: dict) -> None:
    for of_set, key in SEALED_VALUES:
        if of_set == set_key and key in values:
            values[key] = _open(values[key])


def _open(value: Any) -> Any:
    if isinstance(value, str) and identity.SEAL.match(value):
        return json.loads(identity.unseal(value))
    return value


def nothing_plain(name: str, column: str = "data") -> models.CheckConstraint:
    """The database's own word for it: a sensitive value that is there is a seal.

    One path asks for all of them: each question of its own would unpack the whole document again.
    Strict, so that a list is taken as it is; what is missing, or null, is nothing plain.
    """
    plain = (
        f'@.type() != "null" && (@.type() != "string" || !(@ like_regex "{identity.SEAL_TEXT}"))'
    )
    places = [".".join(path) for path in [*SEALED_VALUES, *((key,) for key in SEALED_SETS)]]
    path = " && ".join(f"!exists($.{place} ? ({plain}))" for place in places)
    condition = Func(
        F(column),
        Value(f"strict {path}"),
        function="jsonb_path_match",
        output_field=models.BooleanField(),
    )
    return models.CheckConstraint(name=name, condition=condition)


class SealedDocumentField(models.JSONField):
    """A person's document: plain in Python, its sensitive values sealed in the database.

    Look-ups by key (`data__basic__sex`) work for what is not sealed. SQL that moves whole sub-sets
    moves their seals along. A seal never reads the same twice: sealed values cannot be compared.
    """

    def get_db_prep_value(self, value, connection, prepared=False):
        if isinstance(value, dict):
            value = sealed_document(value)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value, expression, connection):
        value = super().from_db_value(value, expression, connection)
        if value is None:
            return None
        return opened(value, _path(expression))


def _path(expression) -> tuple[str, ...]:
    """The keys of `data__basic__health`, from the outside in."""
    keys: list[str] = []
    while isinstance(expression, KeyTransform):
        keys.insert(0, expression.key_name)
        expression = expression.get_source_expressions()[0]
    return tuple(keys)
