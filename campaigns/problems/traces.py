"""Keeping a trace of every identity number that is searched for problem data."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from campaigns.problems.near import RESIDENT_CARD, neighbours
from campaigns.problems.states import RUNNING
from teachers import identity
from teachers.lookups import array_text

CHUNK = 5000

# Plan: hash anti-joins over the two tables when all are asked; the indexes of identity_hash when
# some are.
_MISSING = """
    SELECT DISTINCT ON (identity_hash) identity_hash, identity_type, identity_sealed
    FROM (
        SELECT identity_hash, identity_type, identity_sealed FROM teachers_teacher
        WHERE status <> 'merged' AND (%(all)s OR identity_hash = ANY(%(hashes)s))
        UNION ALL
        SELECT record.identity_hash, record.identity_type, record.identity_sealed
        FROM campaigns_record AS record
        JOIN campaigns_submission AS submission ON submission.id = record.submission_id
        JOIN campaigns_campaign AS campaign ON campaign.id = submission.campaign_id
        WHERE campaign.state = ANY(%(running)s)
          AND (%(all)s OR record.identity_hash = ANY(%(hashes)s))
    ) AS person
    WHERE NOT EXISTS (
        SELECT FROM campaigns_identitytrace AS trace
        WHERE trace.identity_hash = person.identity_hash
    )
"""

_INSERT = """
    INSERT INTO campaigns_identitytrace (identity_hash, neighbours, birth_date, sex)
    SELECT identity_hash, neighbours::bigint[], birth_date::date, sex
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
        AS trace (identity_hash, neighbours, birth_date, sex)
    ON CONFLICT (identity_hash) DO NOTHING
"""


def keep(hashes: Iterable[str] | None = None) -> int:
    """Write the traces that are missing: of these persons, or of everybody (None).

    Unseals each number once in its life. Safe to run twice and at once. Returns how many were made.
    """
    asked = [] if hashes is None else list(hashes)
    missing = _missing(asked, everybody=hashes is None)
    for start in range(0, len(missing), CHUNK):
        _write([_trace(*row) for row in missing[start : start + CHUNK]])
    return len(missing)


def _write(traces: list[tuple[str, str, str | None, str]]) -> None:
    """One statement; sorted by key, so that two who write the same rows wait in the same order."""
    columns = zip(*sorted(traces), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [list(column) for column in columns])


def _missing(hashes: list[str], *, everybody: bool) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _MISSING, {"all": everybody, "hashes": array_text(hashes), "running": RUNNING}
        )
        return cursor.fetchall()


def _trace(identity_hash: str, identity_type: str, sealed: str) -> tuple:
    """A row to write: the hashes as PostgreSQL writes an array, the day as an ISO text."""
    number = identity.unseal(sealed)
    born, sex = said_by_card(identity_type, number)
    keys = ",".join(map(str, neighbours(identity_type, number)))
    return identity_hash, f"{{{keys}}}", born.isoformat() if born else None, sex


def said_by_card(identity_type: str, number: str) -> tuple[date | None, str]:
    """Birth date and sex ("1" man, "2" woman) in a resident card; (None, "") for all else."""
    if identity_type != RESIDENT_CARD or len(number) != 18 or not number[:17].isdecimal():
        return None, ""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None, ""
    return born, "1" if int(number[16]) % 2 else "2"
