"""Writing many records at once: PostgreSQL's COPY instead of one long statement a batch."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from campaigns.models import Record
from teachers.fields import sealed_document

#: So many characters travel in one piece: while PostgreSQL takes it in, the next is made.
PIECE = 1 << 16
_COLUMNS = (
    "submission_id",
    "teacher_id",
    "name",
    "identity_type",
    "identity_hash",
    "identity_sealed",
    "identity_mask",
    "data",
    "entered_by_id",
    "entered_at",
)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class NewRecord(NamedTuple):
    """A record as it will be written, without the weight of a model. `data` is still open."""

    submission_id: int
    teacher_id: int | None
    name: str
    identity_type: str
    identity_hash: str
    identity_sealed: str
    identity_mask: str
    data: dict
    entered_by_id: int
    entered_at: datetime


def copy_records(records: Iterable[NewRecord]) -> None:
    """Insert new records; the caller holds the lock of their persons.

    Raises IntegrityError when one of them is there already.
    """
    table = connection.ops.quote_name(Record._meta.db_table)
    statement = f"COPY {table} ({', '.join(_COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, _Lines(map(_line, records)))


class _Lines:
    """Lines made one by one, read in pieces as from a file."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def read(self, _size: int) -> str:
        """The next lines, about PIECE characters of them."""
        piece, length = [], 0
        for line in self.lines:
            piece.append(line)
            length += len(line)
            if length >= PIECE:
                break
        return "".join(piece)


def _line(record: NewRecord) -> str:
    """One line of COPY's text format."""
    document = _encode(sealed_document(record.data))
    teacher = "\\N" if record.teacher_id is None else record.teacher_id
    # JSON writes tabs and line ends as escapes already: only its backslashes are left to double.
    data = document.replace("\\", "\\\\")
    return (
        f"{record.submission_id}\t{teacher}\t{_escaped(record.name)}\t"
        f"{record.identity_type}\t{record.identity_hash}\t{record.identity_sealed}\t"
        f"{_escaped(record.identity_mask)}\t{data}\t"
        f"{record.entered_by_id}\t{record.entered_at.isoformat()}\n"
    )


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("\t", "\\t")
    return text.replace("\n", "\\n").replace("\r", "\\r")
