"""Writing accepted answers into the official files, set-based.

The caller fills the temporary table `teachers_intake` (one row a person) and publishes it, in one
transaction. The register does not know where the rows come from; `source` says it in words, `newer`
names the fields of the file that a change in force has set since the row was entered: they stay.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from teachers.models import User

#: A newer change of one of these has decided where the person works and stands.
SETTLED = ["employment", "status", "death"]
#: The values of a document that follow from a field which is no indicator.
FOLLOWS = {
    "identity": ("basic.id_type",),
    "employment": ("basic.school_start",),
    "status": ("basic.person_status",),
    "death": ("basic.person_status",),
}
#: Codes of person_status for somebody on leave (one on loan is in service).
AWAY = ["203", "204", "206", "207", "208", "209", "210", "211", "299"]
#: What one sort or join may take while a publication runs, if the server allows it less.
MEMORY = "64MB"


@dataclass(frozen=True)
class Published:
    """How many files got a revision, how many persons are new, how many numbers were issued."""

    files: int
    new_persons: int
    numbers_issued: int


def open_intake() -> None:
    """Make the empty intake table of this connection (temporary; emptied on commit).

    Documents stay in the row as they come: those that are compressed already are not touched, the
    others are compressed once, on their way into the register.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TEMPORARY TABLE IF NOT EXISTS teachers_intake (
                identity_type text NOT NULL,
                identity_hash text PRIMARY KEY,
                identity_sealed text NOT NULL,
                identity_mask text NOT NULL,
                organisation_id bigint NOT NULL,
                index_version_id bigint NOT NULL,
                data jsonb NOT NULL,
                source text NOT NULL,
                entered_by_id bigint NOT NULL,
                newer text[] NOT NULL DEFAULT '{}'
            ) WITH (toast_tuple_target = 8160) ON COMMIT DELETE ROWS;
            DELETE FROM teachers_intake;
            """
        )
        allow_memory(cursor)


def allow_memory(cursor) -> None:
    """Until the transaction ends, let sorts and joins of a hundred thousand rows stay in memory."""
    cursor.execute(
        """
        SELECT set_config('work_mem', %s, true)
        WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes(%s)
        """,
        [MEMORY, MEMORY],
    )


def publish_intake(*, by: User | None, at: datetime) -> Published:
    """Write every row of the intake to the register. Call inside the caller's transaction.

    A person unknown by identity is added; each person gets a new revision of the file, and a number
    if there is none yet (standards.md: one person, one number). Rows are handled in the order of
    the identity hash, so that two publications at once cannot wait for each other in a circle.
    """
    with connection.cursor() as cursor:
        # Nothing analyses a temporary table by itself, and a guess of a few rows makes the
        # statements below loop over each other: quadratic time at a hundred thousand.
        cursor.execute("ANALYZE teachers_intake (identity_hash, organisation_id, newer)")
        _keep_newer(cursor)
        _read_intake(cursor)
        new_persons = _add_persons(cursor, at)
        _hold_persons(cursor)
        issued = _update_persons(cursor, at)
        _employ(cursor, at)
        files = _add_revisions(cursor, by, at)
    return Published(files=files, new_persons=new_persons, numbers_issued=issued)


def _keep_newer(cursor) -> None:
    """Put the values that are newer in the file into the rows of the few it concerns."""
    cursor.execute(
        """
        SELECT intake.identity_hash, intake.data, file.data, intake.newer
        FROM teachers_intake AS intake JOIN teachers_teacher AS person USING (identity_hash)
        JOIN teachers_dossier AS dossier ON dossier.teacher_id = person.id
        JOIN teachers_dossierrevision AS file ON file.id = dossier.revision_id
        WHERE intake.newer <> '{}'
        """
    )
    for identity_hash, data, file, newer in cursor.fetchall():
        kept = with_newer(_document(data), _document(file), newer)
        cursor.execute(
            "UPDATE teachers_intake SET data = %s WHERE identity_hash = %s",
            [json.dumps(kept), identity_hash],
        )


def _document(value: str | dict) -> dict:
    return json.loads(value) if isinstance(value, str) else value


def with_newer(data: dict, file: dict, newer: list[str]) -> dict:
    """A document to be published, with the fields that are newer in the file as they are there.

    newer: as ChangeRequest.fields: "basic.name", "learning", "identity", "employment", "status".
    """
    result = {key: dict(part) if isinstance(part, dict) else part for key, part in data.items()}
    for field in newer:
        for place in FOLLOWS.get(field, (field,)):
            set_key, _dot, key = place.partition(".")
            source = file.get(set_key)
            if key:
                part = result.setdefault(set_key, {})
                part.pop(key, None)
                if source and key in source:
                    part[key] = source[key]
            elif source is None:
                result.pop(set_key, None)
            else:
                result[set_key] = source
    return {key: part for key, part in result.items() if part or part == []}


def _read_intake(cursor) -> None:
    """Read each document once, into a narrow table: that costs more than all else with a person."""
    cursor.execute(
        """
        CREATE TEMPORARY TABLE IF NOT EXISTS teachers_incoming (
            identity_hash text NOT NULL,
            teacher_id bigint,
            name text, sex text, birth_date date, ethnic text, status text,
            organisation_id bigint NOT NULL,
            settled boolean NOT NULL,
            post_category text NOT NULL,
            established boolean NOT NULL,
            came date,
            revisions integer,
            employment_id bigint,
            moves boolean,
            has_worked boolean
        ) ON COMMIT DELETE ROWS;
        DELETE FROM teachers_incoming;
        """
    )
    cursor.execute(
        """
        INSERT INTO teachers_incoming (identity_hash, teacher_id, name, sex, birth_date, ethnic,
            status, organisation_id, settled, post_category, established, came)
        SELECT intake.identity_hash, person.id, basic ->> 'name', basic ->> 'sex',
               (basic ->> 'birth_date')::date, coalesce(basic ->> 'ethnic', ''),
               CASE WHEN basic ->> 'person_status' = ANY(%(away)s) THEN 'away' ELSE 'active' END,
               intake.organisation_id, settled, coalesce(basic ->> 'post_category', ''),
               coalesce(basic ->> 'in_establishment' = '1', false),
               CASE WHEN NOT settled THEN (basic ->> 'school_start' || '-01')::date END
        FROM teachers_intake AS intake
        LEFT JOIN teachers_teacher AS person ON person.identity_hash = intake.identity_hash,
        LATERAL (SELECT data -> 'basic' AS basic,
                        intake.newer && %(settled)s::text[] AS settled OFFSET 0) AS document
        """,
        {"away": AWAY, "settled": SETTLED},
    )
    cursor.execute("ANALYZE teachers_incoming")


def _add_persons(cursor, at: datetime) -> int:
    """Add who is not on the register; returns how many.

    Each name is spelt and each school's branch looked up once, so the trigger has nothing to do.
    """
    cursor.execute(
        """
        WITH spelt AS MATERIALIZED (
            SELECT name, pinyin, initials
            FROM (SELECT DISTINCT name FROM teachers_incoming WHERE teacher_id IS NULL) AS one,
                 LATERAL spell_name(name)
        ), branch AS MATERIALIZED (
            SELECT organisation_id, branch_of(organisation_id) AS branch_id
            FROM (SELECT DISTINCT organisation_id FROM teachers_incoming) AS school
        )
        INSERT INTO teachers_teacher (name, sex, birth_date, ethnic, identity_type, identity_hash,
            identity_sealed, identity_mask, organisation_id, status, number, registered_at,
            pinyin, initials, branch_id)
        SELECT name, sex, birth_date, ethnic, identity_type, identity_hash, identity_sealed,
               identity_mask, person.organisation_id, status,
               teacher_number(nextval('teacher_number_serial')), %s,
               pinyin, initials, branch_id
        FROM teachers_incoming AS person JOIN teachers_intake AS intake USING (identity_hash)
        LEFT JOIN spelt USING (name)
        LEFT JOIN branch ON branch.organisation_id = person.organisation_id
        WHERE person.teacher_id IS NULL
        ORDER BY identity_hash
        ON CONFLICT (identity_hash) DO NOTHING
        """,
        [at],
    )
    return cursor.rowcount


def _hold_persons(cursor) -> None:
    """Lock everybody of the intake, in the order of the identity hash, and note how they stand.

    What is noted here says how things were before: none of the statements that follow has to look
    into the table which it is just filling, row after row.
    """
    cursor.execute(
        """
        SELECT count(*) FROM (
            SELECT FROM teachers_teacher
            WHERE identity_hash IN (SELECT identity_hash FROM teachers_incoming)
            ORDER BY identity_hash FOR UPDATE
        ) AS held
        """
    )
    cursor.execute(
        """
        UPDATE teachers_incoming AS incoming
        SET teacher_id = person.id, revisions = coalesce(file.revisions, 0),
            status = CASE WHEN settled THEN person.status ELSE incoming.status END,
            employment_id = employment.id,
            moves = employment.organisation_id IS DISTINCT FROM incoming.organisation_id,
            has_worked = EXISTS (SELECT FROM teachers_employment AS earlier
                                 WHERE earlier.teacher_id = person.id)
        FROM teachers_teacher AS person
        LEFT JOIN teachers_dossier AS file ON file.teacher_id = person.id
        LEFT JOIN teachers_employment AS employment ON employment.teacher_id = person.id
            AND employment.kind = 'primary' AND employment.to_date IS NULL
        WHERE person.identity_hash = incoming.identity_hash
        """
    )


def _update_persons(cursor, at: datetime) -> int:
    """Bring name, birth date, school up to date where they are not; issue missing numbers.

    Returns how many numbers were issued, those of the new persons included.
    """
    cursor.execute(
        """
        UPDATE teachers_teacher AS person SET
            name = wanted.name, sex = wanted.sex, birth_date = wanted.birth_date,
            ethnic = wanted.ethnic, organisation_id = wanted.organisation_id,
            status = wanted.status,
            number = coalesce(person.number, teacher_number(nextval('teacher_number_serial')))
        FROM teachers_incoming AS wanted WHERE wanted.teacher_id = person.id AND
            (person.number IS NULL OR
             (person.name, person.sex, person.birth_date, person.ethnic, person.organisation_id,
              person.status) IS DISTINCT FROM
             (wanted.name, wanted.sex, wanted.birth_date, wanted.ethnic, wanted.organisation_id,
              wanted.status))
        """
    )
    cursor.execute(
        """
        INSERT INTO teachers_teachernumber (number, teacher_id, issued_at, is_live)
        SELECT person.number, person.id, %s, true
        FROM teachers_incoming AS incoming
        JOIN teachers_teacher AS person ON person.id = incoming.teacher_id
        ORDER BY person.number
        ON CONFLICT (number) DO NOTHING
        """,
        [at],
    )
    return cursor.rowcount


def _employ(cursor, at: datetime) -> None:
    """Keep the primary employment true: end one at another school, open or refresh this one."""
    today = timezone.localdate(at)
    cursor.execute(
        """
        UPDATE teachers_employment AS employment SET to_date = greatest(from_date, %s)
        FROM teachers_incoming AS person
        WHERE employment.id = person.employment_id AND person.moves AND NOT person.settled
        """,
        [today],
    )
    cursor.execute(
        """
        UPDATE teachers_employment AS employment
        SET post_category = person.post_category, established = person.established
        FROM teachers_incoming AS person
        WHERE employment.id = person.employment_id AND NOT person.moves AND NOT person.settled
          AND (employment.post_category, employment.established) IS DISTINCT FROM
              (person.post_category, person.established)
        """
    )
    cursor.execute(
        """
        INSERT INTO teachers_employment (teacher_id, organisation_id, kind, post_category,
            established, from_date, source)
        SELECT person.teacher_id, person.organisation_id, 'primary', person.post_category,
               person.established,
               CASE WHEN has_worked THEN %(today)s ELSE coalesce(came, %(today)s) END,
               intake.source
        FROM teachers_incoming AS person JOIN teachers_intake AS intake USING (identity_hash)
        WHERE person.moves AND NOT person.settled
        """,
        {"today": today},
    )


def _add_revisions(cursor, by: User | None, at: datetime) -> int:
    cursor.execute(
        """
        WITH revision AS (
            INSERT INTO teachers_dossierrevision (teacher_id, sequence, index_version_id,
                organisation_id, data, source, entered_by_id, accepted_by_id, accepted_at,
                effective_on)
            SELECT person.teacher_id, person.revisions + 1, intake.index_version_id,
                   intake.organisation_id, intake.data, intake.source, intake.entered_by_id, %s, %s,
                   %s
            FROM teachers_intake AS intake JOIN teachers_incoming AS person USING (identity_hash)
            RETURNING id, teacher_id, sequence
        )
        INSERT INTO teachers_dossier (teacher_id, revision_id, revisions)
        SELECT teacher_id, id, sequence FROM revision
        ON CONFLICT (teacher_id) DO UPDATE
            SET revision_id = excluded.revision_id, revisions = excluded.revisions
        """,
        [by.pk if by else None, at, timezone.localdate(at)],
    )
    return cursor.rowcount
