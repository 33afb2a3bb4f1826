"""Reads a sheet column by column: the same few texts come again and again, and are read once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat, zip_longest

from campaigns import rules
from campaigns.workbooks.layout import Column
from campaigns.workbooks.reader import SheetRow
from teachers import reading


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands for the value of a cell that cannot be read; `text` says why."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """The values of some rows of one sheet: the numbers of the persons, and of each row the other
    values by column key. `unread` are the places that could not be read: row (counted from 0),
    column and reason, the number first and then in the order of the columns."""

    numbers: list[str]
    values: list[dict[str, object]]
    unread: list[tuple[int, Column, str]]


def read_table(rows: Sequence[SheetRow]) -> Table:
    """Read all cells of rows of one sheet."""
    sheet, places = rows[0].sheet, rows[0].places
    raw = list(zip_longest(*(row.line for row in rows), fillvalue=""))
    identity = next(column for column in sheet.columns if column.is_identity)
    others = [column for column in sheet.columns if not column.is_identity]
    numbers, unread = _read_column(identity, raw[places[identity.key]])
    columns = []
    for column in others:
        values, refused = _read_column(column, raw[places[column.key]])
        columns.append(values)
        unread += refused
    keys = [column.key for column in others]
    lines: Iterable[Sequence] = zip(*columns, strict=True) if columns else repeat((), len(rows))
    return Table(
        numbers=[str(number or "") for number in numbers],
        values=[
            {key: value for key, value in zip(keys, line, strict=True) if value is not None}
            for line in lines
        ],
        unread=unread,
    )


def _read_column(
    column: Column, cells: Sequence[object]
) -> tuple[list[object], list[tuple[int, Column, str]]]:
    """The value of each cell (None where there is none), and those that cannot be read."""
    # A number, a truth value and a day may be equal and still read differently.
    only_texts = set(map(type, cells)) <= {str}
    keys = cells if only_texts else [(type(cell), cell) for cell in cells]
    known = {key: _read(column, key if only_texts else key[1]) for key in set(keys)}
    values = list(map(known.__getitem__, keys))
    if not any(isinstance(value, Unread) for value in known.values()):
        return values, []
    unread = [
        (place, column, value.text)
        for place, value in enumerate(values)
        if isinstance(value, Unread)
    ]
    for place, _column, _text in unread:
        values[place] = None
    return values, unread


def _read(column: Column, raw: object) -> object:
    try:
        return reading.read_value(column.field, raw)
    except reading.Unreadable as unreadable:
        return Unread(rules.text(unreadable.rule, unreadable.params))
