"""One consistent picture of the database for everything a report counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

#: Beside the isolation: a province's 55,000 decisions are sorted and hashed in memory, and no time
#: goes into compiling statements that run once.
BEGIN = """
    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL work_mem = '32MB';
    SET LOCAL jit = off
"""
_open: ContextVar[bool] = ContextVar("_open", default=False)


def is_open() -> bool:
    """Whether this code runs inside a snapshot, where nothing can be written."""
    return _open.get()


@contextmanager
def snapshot() -> Iterator[None]:
    """Every query inside sees the same moment: a REPEATABLE READ, READ ONLY transaction.

    Inside a transaction that is already open the isolation level can no longer be chosen; then the
    caller's transaction is used as it is.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(BEGIN)
        token = _open.set(True)
        try:
            yield
        finally:
            _open.reset(token)
