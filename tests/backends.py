"""Looking at, and ending, the server's side of connections."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection
from django.db.backends.utils import CursorWrapper

LONGEST = 120  # seconds
Found = TypeVar("Found")


def until(look: Callable[[], Found]) -> Found:
    """Ask the database again and again until it says something; give that. Fails when it takes too
    long."""
    last = time.monotonic() + LONGEST
    while not (found := look()):
        assert time.monotonic() < last, f"this never came: {look}"
        time.sleep(0.01)
    return found


@contextmanager
def another_connection() -> Iterator[CursorWrapper]:
    """A cursor of one more connection, which commits each statement."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.close()


def own_backend() -> int:
    """Process id of the backend that serves this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def waiting_for(backend: int) -> int:
    """The backend that waits for a lock of this one, as soon as there is one."""

    def look() -> tuple | None:
        with another_connection() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid)) LIMIT 1",
                [backend],
            )
            return cursor.fetchone()

    return until(look)[0]


def kill(backend: int) -> None:
    """End a backend as the loss of a server or a network would: its transaction is gone."""
    with another_connection() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
        assert cursor.fetchone() == (True,)
