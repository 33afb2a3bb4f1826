"""The engine's set-based statements. One row or ten thousand: the same SQL.

Each takes parallel arrays, one entry an item. Plans: every statement joins its arrays (a function
scan) to primary keys or to the index named in its comment; none reads a whole table.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import connection
from viewflow.workflow.fields import get_task_ref

from workflows.flows import step
from workflows.ledger import CANONICAL_SQL


@dataclass(frozen=True)
class Move:
    """One case moving: from the stop of its open task to another stop, or to its end (None).

    kind and document_id name the submission, change request or problem; state is its new one.
    """

    case_id: int
    task_id: int
    kind: str
    document_id: int
    from_position: int
    to_position: int | None
    state: str
    next_step: str | None = None
    next_role: str | None = None
    next_organisation_id: int | None = None
    due_date: date | None = None


def _columns(moves: list[Move]) -> dict[str, list]:
    return {f.name: [getattr(move, f.name) for move in moves] for f in fields(Move)}


def _task_refs(steps: list[str | None]) -> list[str | None]:
    refs = {name: get_task_ref(step(name)) for name in set(steps) if name}
    return [refs.get(name) for name in steps]


def lock_documents_of(task_ids: list[int]) -> None:
    """Lock what the tasks are about: submissions, then changes, then problems, each in id order.

    Primary keys throughout: ANY(ARRAY(...)) keeps the planner from hashing whole tables. One order
    for everybody, so that no two wait in a circle.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH kase AS MATERIALIZED (
                SELECT kase.submission_id, kase.change_id, kase.problem_id
                FROM workflows_task AS task JOIN workflows_case AS kase ON kase.id = task.process_id
                WHERE task.id = ANY(%s)
            ), submission AS MATERIALIZED (
                SELECT id FROM campaigns_submission
                WHERE id = ANY(ARRAY(SELECT submission_id FROM kase)) ORDER BY id FOR UPDATE
            ), change AS MATERIALIZED (
                SELECT id FROM teachers_changerequest
                WHERE id = ANY(ARRAY(SELECT change_id FROM kase)) ORDER BY id FOR UPDATE
            ), problem AS MATERIALIZED (
                SELECT id FROM campaigns_problem
                WHERE id = ANY(ARRAY(SELECT problem_id FROM kase)) ORDER BY id FOR UPDATE
            )
            SELECT (SELECT count(*) FROM submission), (SELECT count(*) FROM change),
                   (SELECT count(*) FROM problem)
            """,
            [task_ids],
        )


def read_tasks(task_ids: list[int], *, by_id: int, today: date) -> list[tuple]:
    """The tasks with all that the screening asks, in the order of `screening.Candidate`.

    Nested loops over primary keys; own work by the indexes of records and decisions by person. In
    SQL because building this query by the ORM takes longer than running it for one task.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT task.id, kase.id,
                   CASE WHEN kase.submission_id IS NOT NULL THEN 'submission'
                        WHEN kase.change_id IS NOT NULL THEN 'change' ELSE 'problem' END,
                   coalesce(kase.submission_id, kase.change_id, kase.problem_id),
                   kase.campaign_id, unit.name, unit.id,
                   task.organisation_id, task.role, task.step, task.position, kase.route_id,
                   task.finished, coalesce(campaign.state, ''),
                   (SELECT days FROM teachers_changepolicy WHERE kind = change.kind),
                   coalesce(submission.records_count, 1),
                   coalesce(submission.errors_count, jsonb_array_length(change.errors), 0),
                   coalesce(submission.unexplained_count, 0),
                   EXISTS (SELECT FROM campaigns_record AS record
                           WHERE record.submission_id = submission.id
                             AND record.entered_by_id = %(by)s)
                   OR change.entered_by_id IS NOT DISTINCT FROM %(by)s
                   OR EXISTS (SELECT FROM workflows_decision AS own
                              WHERE own.case_id = kase.id AND own.by_id = %(by)s
                                AND own.verdict IN ('submit', 'sign')),
                   kase.problem_id IS NOT NULL AND EXISTS (
                       SELECT FROM campaigns_problem AS problem
                       JOIN campaigns_problemparty AS party ON party.problem_id = problem.id
                       WHERE problem.id = kase.problem_id AND party.answer = ''
                         AND problem.answer_by >= %(today)s)
            FROM workflows_task AS task
            JOIN workflows_case AS kase ON kase.id = task.process_id
            JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
            LEFT JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
            LEFT JOIN campaigns_campaign AS campaign ON campaign.id = kase.campaign_id
            LEFT JOIN teachers_changerequest AS change ON change.id = kase.change_id
            WHERE task.id = ANY(%(tasks)s)
            """,
            {"tasks": task_ids, "by": by_id, "today": today},
        )
        return cursor.fetchall()


def read_deciders(task_ids: list[int]) -> dict[int, tuple[str, datetime, str]]:
    """Task to who decided it, when, and the verdict (decisions by task; one index scan each)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (decision.task_id)
                   decision.task_id, person.name, decision.at, decision.verdict
            FROM workflows_decision AS decision
            JOIN teachers_user AS person ON person.id = decision.by_id
            WHERE decision.task_id = ANY(%s) ORDER BY decision.task_id, decision.sequence DESC
            """,
            [task_ids],
        )
        return {task: (name, at, verdict) for task, name, at, verdict in cursor.fetchall()}


def read_timetables(campaign_ids: list[int]) -> list[tuple[int, str, date, int]]:
    """Campaign, kind of stage, its last day, and the campaign's days to answer a return."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT stage.campaign_id, stage.kind, stage.ends_on, campaign.return_days
            FROM campaigns_campaignstage AS stage
            JOIN campaigns_campaign AS campaign ON campaign.id = stage.campaign_id
            WHERE stage.campaign_id = ANY(%s)
            """,
            [campaign_ids],
        )
        return cursor.fetchall()


def write_decisions(
    moves: list[Move],
    *,
    verdict: str,
    by_id: int,
    post_id: int,
    at: datetime,
    reasons: list[str],
    words: str,
) -> None:
    """Add one decision a case to the ledger and chain it; the case keeps number and hash."""
    columns = _columns(moves)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH item AS (
                SELECT kase.id AS case_id, move.task_id, kase.decisions_count + 1 AS sequence,
                       task.step, move.from_position, move.to_position,
                       coalesce(submission.attempt, change.attempt, 1)
                           + (%(verdict)s = 'submit')::int AS attempt,
                       task.organisation_id, kase.ledger_head AS previous_hash,
                       %(verdict)s::text AS verdict, %(by)s::bigint AS by_id,
                       %(post)s::bigint AS post_id, %(at)s::timestamptz AS at,
                       %(reasons)s::text[] AS reasons, %(words)s::text AS words
                FROM unnest(%(cases)s::bigint[], %(tasks)s::bigint[], %(from)s::int[],
                            %(to)s::int[]) AS move(case_id, task_id, from_position, to_position)
                JOIN workflows_case AS kase ON kase.id = move.case_id
                JOIN workflows_task AS task ON task.id = move.task_id
                LEFT JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
                LEFT JOIN teachers_changerequest AS change ON change.id = kase.change_id
            ), entry AS (
                INSERT INTO workflows_decision (case_id, task_id, sequence, verdict, step,
                    from_position, to_position, attempt, organisation_id, by_id, post_id, at,
                    reasons, words, previous_hash, hash)
                SELECT case_id, task_id, sequence, verdict, step, from_position, to_position,
                       attempt, organisation_id, by_id, post_id, at, reasons, words, previous_hash,
                       encode(sha256(convert_to(CANONICAL, 'UTF8')), 'hex')
                FROM item
                RETURNING case_id, sequence, hash, to_position
            )
            UPDATE workflows_case AS kase SET
                decisions_count = entry.sequence,
                ledger_head = entry.hash,
                position = coalesce(entry.to_position, kase.position),
                finished = CASE WHEN entry.to_position IS NULL THEN %(at)s::timestamptz END,
                status = CASE WHEN entry.to_position IS NOT NULL THEN 'NEW'
                              WHEN %(verdict)s = 'cancel' THEN 'CANCELED' ELSE 'DONE' END
            FROM entry WHERE entry.case_id = kase.id
            """.replace("CANONICAL", CANONICAL_SQL),
            {
                "verdict": verdict,
                "by": by_id,
                "post": post_id,
                "at": at,
                "reasons": reasons,
                "words": words,
                "cases": columns["case_id"],
                "tasks": columns["task_id"],
                "from": columns["from_position"],
                "to": columns["to_position"],
            },
        )


def close_tasks(moves: list[Move], *, verdict: str, by_id: int, at: datetime) -> None:
    """Finish the tasks that were decided (primary key)."""
    status = "CANCELED" if verdict in {"cancel", "recall"} else "DONE"
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE workflows_task SET finished = %s, status = %s, owner_id = %s WHERE id = ANY(%s)
            """,
            [at, status, by_id, [move.task_id for move in moves]],
        )


def move_submissions(moves: list[Move], *, verdict: str, at: datetime) -> None:
    """Set the submissions' states (primary key); the trigger refuses an illegal move.

    Submitting counts an attempt and notes the moment; approval by the province notes its moment.
    """
    columns = _columns(moves)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE campaigns_submission AS submission SET
                state = move.state,
                attempt = submission.attempt + (%(verdict)s = 'submit')::int,
                submitted_at = CASE WHEN %(verdict)s = 'submit' THEN %(at)s::timestamptz
                                    ELSE submission.submitted_at END,
                approved_at = CASE WHEN move.state = 'approved' THEN %(at)s::timestamptz
                                   ELSE submission.approved_at END
            FROM unnest(%(documents)s::bigint[], %(states)s::text[]) AS move(document_id, state)
            WHERE submission.id = move.document_id
            """,
            {
                "verdict": verdict,
                "at": at,
                "documents": columns["document_id"],
                "states": columns["state"],
            },
        )


def move_changes(moves: list[Move], *, verdict: str, by_id: int, at: datetime) -> None:
    """Set the change requests' states (primary key); the trigger refuses an illegal move.

    Submitting counts an attempt and notes the moment; the last approval notes who and when.
    """
    columns = _columns(moves)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE teachers_changerequest AS change SET
                state = move.state,
                attempt = change.attempt + (%(verdict)s = 'submit')::int,
                submitted_at = CASE WHEN %(verdict)s = 'submit' THEN %(at)s::timestamptz
                                    ELSE change.submitted_at END,
                approved_at = CASE WHEN move.state = 'approved' THEN %(at)s::timestamptz
                                   ELSE change.approved_at END,
                approved_by_id = CASE WHEN move.state = 'approved' THEN %(by)s::bigint
                                      ELSE change.approved_by_id END
            FROM unnest(%(documents)s::bigint[], %(states)s::text[]) AS move(document_id, state)
            WHERE change.id = move.document_id
            """,
            {
                "verdict": verdict,
                "by": by_id,
                "at": at,
                "documents": columns["document_id"],
                "states": columns["state"],
            },
        )


def open_tasks(moves: list[Move], *, at: datetime) -> None:
    """Open the next task of every case that goes on (unique index one_open_task_per_case)."""
    going_on = [move for move in moves if move.to_position is not None]
    if not going_on:
        return
    columns = _columns(going_on)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflows_task (process_id, organisation_id, step, role, position, due_date,
                                        flow_task, flow_task_type, status, created, token)
            SELECT *, 'HUMAN', 'NEW', %s, 'start'
            FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[],
                %s::int[], %s::date[], %s::text[])
            """,
            [
                at,
                columns["case_id"],
                columns["next_organisation_id"],
                columns["next_step"],
                columns["next_role"],
                columns["to_position"],
                columns["due_date"],
                _task_refs(columns["next_step"]),
            ],
        )
