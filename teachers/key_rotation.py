"""Sealing everything again with the current key, so that an older one can be thrown away.

Works on the stored text, in chunks of one transaction each. A chunk takes only rows that still
have an old seal (or none) and that nobody is working on; so it can be stopped, repeated, and run
beside live work. The triggers that keep rows from being edited, and those that write history, look
away for these statements alone: a row says the same before and after.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from teachers import identity
from teachers.fields import SEALED_SETS, SEALED_VALUES, SealedDocumentField

CHUNK = 1000
#: How often rows that others held are asked for again before they are left to the next run.
PASSES = 5
#: The trigger with which pghistory.UpdateEvent writes the row as it was into the event table.
HISTORY_OF_UPDATES = "update_update"
_PLACES = [*SEALED_VALUES, *((set_key,) for set_key in SEALED_SETS)]


@dataclass(frozen=True)
class Rotated:
    """What became of one table: rows sealed again, and rows that others held until the end."""

    table: str
    rows: int
    held: int


@dataclass(frozen=True)
class Value:
    """A sealed value of a row: how SQL reads and replaces it. `cast` is its type in PostgreSQL."""

    column: str
    cast: str
    path: str = ""

    @property
    def read(self) -> str:
        return f"\"{self.column}\" #>> '{self.path}'" if self.path else f'"{self.column}"'

    @property
    def is_stale(self) -> str:
        """SQL: it is there, and the current key did not seal it (parameter: the key's prefix)."""
        if self.cast == "bytea":
            return f"substring({self.read} FROM 1 FOR octet_length(%s)) <> convert_to(%s, 'UTF8')"
        return f"NOT starts_with(nullif({self.read}, ''), %s)"

    @property
    def parameters(self) -> int:
        return 2 if self.cast == "bytea" else 1

    def replaced(self, source: str, new: str) -> str:
        """SQL for the column with the new value, where there is one."""
        if not self.path:
            return f"coalesce({new}, {source})"
        return (
            f"CASE WHEN {new} IS NULL THEN {source}"
            f" ELSE jsonb_set({source}, '{self.path}', to_jsonb({new})) END"
        )

    def sealed(self, stored: str | memoryview | None) -> str | bytes | None:
        """The stored value under the current key; None where nothing is to be done."""
        if not stored:
            return None
        if not isinstance(stored, str):
            content = bytes(stored)
            return None if identity.is_current(content) else _again(content)
        if identity.is_current(stored):
            return None
        if identity.SEAL.match(stored):
            return identity.seal(identity.unseal(stored))
        return identity.seal(json.dumps(_plain(stored), ensure_ascii=False)) if self.path else None


def _again(content: bytes) -> bytes:
    return identity.seal_bytes(identity.unseal_bytes(content))


def _plain(stored: str):
    """A value from before there were seals, as `#>>` gives it: a list is JSON, a code is text."""
    return json.loads(stored) if stored[:1] in "[{" else stored


def sealed_values(model: type[models.Model]) -> list[Value]:
    """The sealed values of a model's rows: documents, texts named "…_sealed" or in
    SEALED_TEXTS, sealed bytes."""
    found = []
    for item in model._meta.concrete_fields:
        if isinstance(item, SealedDocumentField):
            found += [Value(item.column, "text", f"{{{','.join(path)}}}") for path in _PLACES]
        elif isinstance(item, models.TextField) and (
            item.name.endswith("_sealed") or item.name in getattr(model, "SEALED_TEXTS", ())
        ):
            found.append(Value(item.column, "text"))
        elif item.name in getattr(model, "SEALED_BYTES", ()):
            found.append(Value(item.column, "bytea"))
    return found


def sealed_models() -> list[type[models.Model]]:
    """Every model with sealed values, the tables of their history included, by table name."""
    found = [model for model in apps.get_models() if model._meta.managed and sealed_values(model)]
    return sorted(found, key=lambda model: model._meta.db_table)


def rotate() -> Iterator[Rotated]:
    """Seal every row of every table with the current key; yields what became of each table.

    Raises identity.UnknownKey when a seal's key is not configured: nothing of that chunk is
    changed then.
    """
    for model in sealed_models():
        yield _rotate_table(model)


def _rotate_table(model: type[models.Model]) -> Rotated:
    table, values = model._meta.db_table, sealed_values(model)
    done, passes = 0, 0
    while passes < PASSES:
        last, before = 0, done
        while (chunk := _rotate_chunk(model, values, last))[1] is not None:
            rows, last = chunk
            done += rows
        passes += 1
        if done == before:
            break
    return Rotated(table, done, _left(table, values))


def _rotate_chunk(
    model: type[models.Model], values: list[Value], after: int
) -> tuple[int, int | None]:
    """One transaction; returns how many rows were sealed and the key of the last, None at the end.

    Plan: the primary key from `after` on, filtered.
    """
    key, table = model._meta.pk.column, model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{key}", {", ".join(value.read for value in values)} FROM "{table}"'  # noqa: S608
            f' WHERE "{key}" > %s AND ({_stale(values)})'
            f' ORDER BY "{key}" LIMIT {CHUNK} FOR NO KEY UPDATE SKIP LOCKED',
            [after, *_prefixes(values)],
        )
        rows = cursor.fetchall()
        if not rows:
            return 0, None
        columns = [
            [value.sealed(stored) for stored in column]
            for value, column in zip(values, list(zip(*rows, strict=True))[1:], strict=True)
        ]
        with pgtrigger.ignore(*_triggers(model)):
            _write(cursor, model, values, [row[0] for row in rows], columns)
    return len(rows), rows[-1][0]


def _write(
    cursor: CursorWrapper,
    model: type[models.Model],
    values: list[Value],
    keys: list[int],
    columns: list[list],
) -> None:
    key, table = model._meta.pk.column, model._meta.db_table
    names = [f"new{number}" for number in range(len(values))]
    targets: dict[str, str] = {}
    for value, name in zip(values, names, strict=True):
        source = targets.get(value.column, f'row_."{value.column}"')
        targets[value.column] = value.replaced(source, f"fresh.{name}")
    assignments = ", ".join(f'"{column}" = {sql}' for column, sql in targets.items())
    arrays = ", ".join(["%s::bigint[]", *(f"%s::{value.cast}[]" for value in values)])
    cursor.execute(
        f'UPDATE "{table}" AS row_ SET {assignments}'  # noqa: S608
        f" FROM unnest({arrays}) AS fresh(key, {', '.join(names)})"
        f' WHERE row_."{key}" = fresh.key',
        [keys, *columns],
    )


def _stale(values: list[Value]) -> str:
    return " OR ".join(value.is_stale for value in values)


def _prefixes(values: list[Value]) -> list[str]:
    prefix = f"{settings.IDENTITY_KEY_ID}:"
    return [prefix] * sum(value.parameters for value in values)


def _left(table: str, values: list[Value]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM "{table}" WHERE {_stale(values)}',  # noqa: S608
            _prefixes(values),
        )
        return cursor.fetchone()[0]


def _triggers(model: type[models.Model]) -> list[str]:
    """Of this table: those that forbid edits, and those that write history of each edit."""
    return [
        f"{model._meta.label}:{trigger.name}"
        for of_model, trigger in pgtrigger.registered()
        if of_model is model
        and (isinstance(trigger, pgtrigger.Protect) or trigger.name == HISTORY_OF_UPDATES)
    ]
