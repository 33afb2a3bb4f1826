"""The limit: plain SQL doing only the writes that no system can leave out.

Once with the foreign keys between its rows, as stock viewflow's tables and ours have them, and once
on bare tables: the difference is what integrity costs PostgreSQL, which checks every key of every
row on its own.
"""

import re

from django.db import connection, transaction

TABLES = """
CREATE TABLE raw_case (
    id bigserial PRIMARY KEY, school bigint REFERENCES teachers_organisation, position int,
    decisions int
);
CREATE TABLE raw_submission (
    id bigserial PRIMARY KEY, case_id bigint UNIQUE REFERENCES raw_case, state text,
    school bigint REFERENCES teachers_organisation
);
CREATE TABLE raw_task (
    id bigserial PRIMARY KEY, case_id bigint REFERENCES raw_case,
    organisation bigint REFERENCES teachers_organisation, step text, due date,
    created timestamptz, finished timestamptz
);
CREATE INDEX ON raw_task (organisation, due, id) WHERE finished IS NULL;
CREATE INDEX ON raw_task (case_id, id);
CREATE TABLE raw_decision (
    id bigserial PRIMARY KEY, case_id bigint REFERENCES raw_case,
    task_id bigint REFERENCES raw_task, sequence int, verdict text,
    by_user bigint REFERENCES teachers_user, at timestamptz
);
CREATE INDEX ON raw_decision (case_id, sequence);
"""
DROP = "DROP TABLE IF EXISTS raw_decision, raw_task, raw_submission, raw_case"
LAUNCH = """
WITH opened AS (
    INSERT INTO raw_case (school, position, decisions)
    SELECT id, 0, 0 FROM teachers_organisation WHERE kind = 'school' ORDER BY id LIMIT %s
    RETURNING id, school
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
    SELECT case_id, id, 1, 'approve', %(user)s, now() FROM closed
)
INSERT INTO raw_task (case_id, organisation, step, due, created)
SELECT case_id, %(desk)s, %(step)s, current_date + 20, now() FROM closed
"""


class Plain:
    """Tables of its own, with or without foreign keys; a desk and a user who decides."""

    def __init__(self, *, keys: bool) -> None:
        self.keys = keys
        self._run(DROP)
        self._run(TABLES if keys else re.sub(r" REFERENCES \w+", "", TABLES))
        [(self.user, self.desk)] = self._run(
            "SELECT (SELECT min(id) FROM teachers_user),"
            " (SELECT min(id) FROM teachers_organisation)"
        )

    def _run(self, sql: str, values=None) -> list[tuple]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql if self.keys else sql.replace("raw_", "bare_"), values)
            return cursor.fetchall() if cursor.description else []

    def drop(self) -> None:
        self._run(DROP)

    def launch(self, cases: int) -> None:
        self._run(LAUNCH, [cases])

    def open_tasks(self, step: str) -> list[int]:
        rows = self._run(
            "SELECT id FROM raw_task WHERE step = %s AND finished IS NULL ORDER BY id", [step]
        )
        return [row[0] for row in rows]

    def decide(self, tasks: list[int], next_step: str) -> None:
        self._run(DECIDE, {"tasks": tasks, "step": next_step, "user": self.user, "desk": self.desk})
