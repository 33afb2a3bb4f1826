"""The limit: plain SQL on bare tables, doing only the writes that no system can leave out."""

from django.db import connection, transaction

TABLES = """
DROP TABLE IF EXISTS raw_decision, raw_task, raw_submission, raw_case;
CREATE TABLE raw_case (id bigserial PRIMARY KEY, school bigint, position int, decisions int);
CREATE TABLE raw_submission (
    id bigserial PRIMARY KEY, case_id bigint UNIQUE, state text, school bigint
);
CREATE TABLE raw_task (
    id bigserial PRIMARY KEY, case_id bigint, organisation bigint, step text, due date,
    created timestamptz, finished timestamptz
);
CREATE INDEX ON raw_task (organisation, due, id) WHERE finished IS NULL;
CREATE INDEX ON raw_task (case_id, id);
CREATE TABLE raw_decision (
    id bigserial PRIMARY KEY, case_id bigint, task_id bigint, sequence int, verdict text,
    by_user bigint, at timestamptz
);
CREATE INDEX ON raw_decision (case_id, sequence);
"""
LAUNCH = """
WITH opened AS (
    INSERT INTO raw_case (school, position, decisions)
    SELECT n, 0, 0 FROM generate_series(1, %s) AS n RETURNING id, school
), answers AS (
    INSERT INTO raw_submission (case_id, state, school) SELECT id, 'draft', school FROM opened
)
INSERT INTO raw_task (case_id, organisation, step, due, created)
SELECT id, school, 'fill', current_date + 20, now() FROM opened
"""
DECIDE = """
WITH locked AS (
    SELECT id FROM raw_case WHERE id IN (
        SELECT case_id FROM raw_task WHERE id = ANY(%(tasks)s)
    ) ORDER BY id FOR UPDATE
), closed AS (
    UPDATE raw_task SET finished = now()
    WHERE id = ANY(%(tasks)s) AND finished IS NULL AND case_id IN (SELECT id FROM locked)
    RETURNING id, case_id
), moved AS (
    UPDATE raw_case SET position = position + 1, decisions = decisions + 1
    FROM closed WHERE raw_case.id = closed.case_id
), answers AS (
    UPDATE raw_submission SET state = %(step)s
    FROM closed WHERE raw_submission.case_id = closed.case_id
), written AS (
    INSERT INTO raw_decision (case_id, task_id, sequence, verdict, by_user, at)
    SELECT case_id, id, 1, 'approve', 1, now() FROM closed
)
INSERT INTO raw_task (case_id, organisation, step, due, created)
SELECT case_id, 1, %(step)s, current_date + 20, now() FROM closed
"""


def make_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)


def drop_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE raw_decision, raw_task, raw_submission, raw_case")


def launch(cases: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LAUNCH, [cases])


def open_tasks(step: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM raw_task WHERE step = %s AND finished IS NULL ORDER BY id", [step]
        )
        return [row[0] for row in cursor.fetchall()]


def decide(tasks: list[int], next_step: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(DECIDE, {"tasks": tasks, "step": next_step})
