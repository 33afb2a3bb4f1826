"""Writing many records at once: PostgreSQL's COPY instead of one long statement a batch."""

import io
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection

from campaigns.models import Record
from teachers import identity
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
    """A record as it will be written, without the weight of a model. The number and the document
    are still open."""

    submission_id: int
    teacher_id: int | None
    name: str
    identity_type: str
    identity_hash: str
    number: str
    data: dict
    entered_by_id: int
    entered_at: str


def copy_records(records: Iterable[NewRecord]) -> None:
    """Insert new records; the caller holds the lock of their persons.

    Raises IntegrityError when one of them is there already.
    """
    with connection.cursor() as cursor:
        cursor.copy_expert(_statement(), _Lines(_lines(records)))


def _statement() -> str:
    table = connection.ops.quote_name(Record._meta.db_table)
    return f"COPY {table} ({', '.join(_COLUMNS)}) FROM STDIN"


@contextmanager
def stream() -> Iterator["Stream"]:
    """A stream for one import, inside the caller's transaction; at its end all is written.

    References to other tables are checked part by part too, not at the commit.
    """
    with connection.cursor() as cursor, ThreadPoolExecutor(1) as thread:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        running = Stream(cursor, thread)
        with connection.execute_wrapper(running.make_way):
            yield running
            running.wait()
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Stream:
    """Copies records in, part by part, in a thread of its own: while PostgreSQL takes in one part
    the next can be made. Other statements of the connection wait for the part on its way."""

    def __init__(self, cursor, thread: ThreadPoolExecutor) -> None:
        self._cursor, self._thread = cursor, thread
        self._part: Future | None = None

    def copy(self, records: Iterable[NewRecord]) -> None:
        """Insert new records soon. Raises what the part before met with, as `copy_records` does."""
        text = "".join(_lines(records))
        self.wait()
        if text:
            # In one piece: the thread would have to wait for its turn before every other one.
            part = (_statement(), io.StringIO(text), len(text))
            self._part = self._thread.submit(self._cursor.copy_expert, *part)

    def wait(self) -> None:
        part, self._part = self._part, None
        if part is not None:
            part.result()

    def make_way(self, execute, *statement):
        """Let another statement of the connection run after the part on its way."""
        self.wait()
        return execute(*statement)


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


def _lines(records: Iterable[NewRecord]) -> Iterator[str]:
    """Each record as a line of COPY's text format."""
    seal = identity.sealer()
    for record in records:
        document = _encode(sealed_document(record.data, seal))
        teacher = "\\N" if record.teacher_id is None else record.teacher_id
        # JSON has written tabs and line ends as escapes: only its backslashes are left to double.
        data = document.replace("\\", "\\\\")
        yield (
            f"{record.submission_id}\t{teacher}\t{_escaped(record.name)}\t"
            f"{record.identity_type}\t{record.identity_hash}\t{seal(record.number)}\t"
            f"{_escaped(identity.mask(record.number))}\t{data}\t"
            f"{record.entered_by_id}\t{record.entered_at}\n"
        )


def _escaped(text: str) -> str:
    if text.isprintable() and "\\" not in text:
        return text
    text = text.replace("\\", "\\\\").replace("\t", "\\t")
    return text.replace("\n", "\\n").replace("\r", "\\r")
