"""Who works on a job now: one session-level lock a job, which dies with its worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection


class Work(IntEnum):
    """First key of the advisory locks of each kind of job (four ASCII letters as an int4)."""

    REPORT = 0x7265706F  # "repo"
    REHEARSAL = 0x72656865  # "rehe"
    EXPORT = 0x6578706F  # "expo"
    ACT = 0x61637473  # "acts"
    FOLD = 0x666F6C64  # "fold"
    REMINDERS = 0x72656D69  # "remi"
    PACK = 0x7061636B  # "pack"


@contextmanager
def held(work: Work, job_id: int) -> Iterator[bool]:
    """Hold the lock of a job while it runs; gives False if another process does.

    PostgreSQL frees the lock the moment the connection ends, so a worker that dies never keeps it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [int(work), job_id])
        alone = cursor.fetchone()[0]
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [int(work), job_id])


def nobody_works_on(work: Work, job_id: int) -> bool:
    """True when no living process holds the job."""
    with held(work, job_id) as alone:
        return alone


def wait_for(work: Work, job_id: int) -> None:
    """Take the lock of a job for the rest of this transaction; wait while another one has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [int(work), job_id])
