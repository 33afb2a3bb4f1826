"""Writing many records at once: PostgreSQL's COPY instead of one long statement a batch."""

import io
import json
from collections.abc import Sequence

from django.db import connection

from campaigns.models import Record
from teachers.fields import sealed_document

#: So many records travel in one piece (about two megabytes).
PIECE = 1000
_COLUMNS = (
    "id",
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


def copy_records(records: Sequence[Record]) -> None:
    """Insert new records and give each its key; the caller holds the lock of their persons.

    Raises IntegrityError when one of them is there already.
    """
    if not records:
        return
    table = connection.ops.quote_name(Record._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Record._meta.db_table, len(records)],
        )
        for record, (key,) in zip(records, cursor.fetchall(), strict=True):
            record.pk = key
        for start in range(0, len(records), PIECE):
            lines = "".join(_line(record) for record in records[start : start + PIECE])
            cursor.copy_expert(
                f"COPY {table} ({', '.join(_COLUMNS)}) FROM STDIN", io.StringIO(lines)
            )
    for record in records:
        record._state.adding, record._state.db = False, connection.alias


def _line(record: Record) -> str:
    """One line of COPY's text format."""
    document = json.dumps(sealed_document(record.data), ensure_ascii=False, separators=(",", ":"))
    teacher = "\\N" if record.teacher_id is None else record.teacher_id
    # JSON writes tabs and line ends as escapes already: only its backslashes are left to double.
    data = document.replace("\\", "\\\\")
    return (
        f"{record.pk}\t{record.submission_id}\t{teacher}\t{_escaped(record.name)}\t"
        f"{record.identity_type}\t{record.identity_hash}\t{record.identity_sealed}\t"
        f"{_escaped(record.identity_mask)}\t{data}\t"
        f"{record.entered_by_id}\t{record.entered_at.isoformat()}\n"
    )


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("\t", "\\t")
    return text.replace("\n", "\\n").replace("\r", "\\r")
