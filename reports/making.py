"""Who is making a report now, and the drawing of documents in processes of their own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

#: First key of the advisory locks of this app ("repo" in ASCII, as an int4).
SPACE = 0x7265706F


@contextmanager
def held(report_id: int) -> Iterator[bool]:
    """Hold the session-level lock of a report while it is made; gives False if another does.

    PostgreSQL frees the lock the moment the connection ends, so a worker that dies never keeps it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SPACE, report_id])
        alone = cursor.fetchone()[0]
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SPACE, report_id])


def nobody_makes(report_id: int) -> bool:
    """True when no living process holds the report."""
    with held(report_id) as alone:
        return alone


def prepare() -> None:
    """Start Django in a drawing process; it needs the settings, not the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


def draw(figures: dict, *, issue: int, language: str) -> tuple[bytes, int]:
    """The document as plain values, so that it can travel between processes."""
    from reports import documents

    document = documents.pdf(figures, issue=issue, language=language)
    return document.content, document.pages
