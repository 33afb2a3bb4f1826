"""The engine's set-based statements. One row or ten thousand: the same SQL.

Each takes parallel arrays, one entry an item. Plans: every statement joins its arrays (a function
scan) to primary keys or to the index named in its comment; none reads a whole table.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import connection
from viewflow.workflow.fields import get_flow_ref, get_task_ref

from workflows.flows import SubmissionFlow, step
from workflows.ledger import CANONICAL_SQL


@dataclass(frozen=True)
class Move:
    """One case moving: from the stop of its open task to another stop, or to its end (None)."""

    case_id: int
    task_id: int
    submission_id: int
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


def lock_submissions_of(task_ids: list[int]) -> None:
    """Lock the submissions behind the tasks, in id order (nested loop over primary keys)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT submission.id FROM campaigns_submission AS submission
            WHERE submission.id IN (
                SELECT kase.submission_id FROM workflows_task AS task
                JOIN workflows_case AS kase ON kase.id = task.process_id
                WHERE task.id = ANY(%s))
            ORDER BY submission.id FOR UPDATE
            """,
            [task_ids],
        )


def read_tasks(task_ids: list[int], *, by_id: int) -> list[tuple]:
    """The tasks with all that the screening asks, in the order of `screening.Candidate`.

    Nested loops over primary keys; own work by the indexes of records and decisions by person. In
    SQL because building this query by the ORM takes longer than running it for one task.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT task.id, kase.id, kase.submission_id, kase.campaign_id, unit.name, unit.id,
                   task.organisation_id, task.role, task.step, task.position, kase.route_id,
                   task.finished, campaign.state, submission.records_count,
                   submission.errors_count, submission.unexplained_count,
                   EXISTS (SELECT FROM campaigns_record AS record
                           WHERE record.submission_id = submission.id
                             AND record.entered_by_id = %(by)s)
                   OR EXISTS (SELECT FROM workflows_decision AS own
                              WHERE own.case_id = kase.id AND own.by_id = %(by)s
                                AND own.verdict IN ('submit', 'sign')),
                   coalesce(newest.name, ''), newest.at, coalesce(newest.verdict, '')
            FROM workflows_task AS task
            JOIN workflows_case AS kase ON kase.id = task.process_id
            JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
            JOIN campaigns_campaign AS campaign ON campaign.id = kase.campaign_id
            JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
            LEFT JOIN LATERAL (
                SELECT person.name, decision.at, decision.verdict
                FROM workflows_decision AS decision
                JOIN teachers_user AS person ON person.id = decision.by_id
                WHERE decision.task_id = task.id
                ORDER BY decision.sequence DESC LIMIT 1
            ) AS newest ON true
            WHERE task.id = ANY(%(tasks)s)
            """,
            {"tasks": task_ids, "by": by_id},
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
                       submission.attempt + (%(verdict)s = 'submit')::int AS attempt,
                       task.organisation_id, kase.ledger_head AS previous_hash,
                       %(verdict)s::text AS verdict, %(by)s::bigint AS by_id,
                       %(post)s::bigint AS post_id, %(at)s::timestamptz AS at,
                       %(reasons)s::text[] AS reasons, %(words)s::text AS words
                FROM unnest(%(cases)s::bigint[], %(tasks)s::bigint[], %(from)s::int[],
                            %(to)s::int[]) AS move(case_id, task_id, from_position, to_position)
                JOIN workflows_case AS kase ON kase.id = move.case_id
                JOIN workflows_task AS task ON task.id = move.task_id
                JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
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
            FROM unnest(%(submissions)s::bigint[], %(states)s::text[]) AS move(submission_id, state)
            WHERE submission.id = move.submission_id
            """,
            {
                "verdict": verdict,
                "at": at,
                "submissions": columns["submission_id"],
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


def open_cases(
    *,
    campaign_id: int,
    organisations: list[int],
    routes: list[int],
    due_date: date,
    at: datetime,
) -> int:
    """Open submission, case and first task of each school that has none yet; return how many.

    One statement, so a school has either all three or nothing. A school that has a submission of
    the campaign already is left alone (unique index one_submission_per_school_and_campaign).
    """
    first = step("fill")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH school AS (
                SELECT * FROM unnest(%(organisations)s::bigint[], %(routes)s::bigint[])
                    AS school(organisation_id, route_id)
            ), submission AS (
                INSERT INTO campaigns_submission (campaign_id, organisation_id, state, attempt,
                    records_count, errors_count, warnings_count, unexplained_count)
                SELECT %(campaign)s, organisation_id, %(state)s, 0, 0, 0, 0, 0
                FROM school ORDER BY organisation_id
                ON CONFLICT (campaign_id, organisation_id) DO NOTHING
                RETURNING id, organisation_id
            ), kase AS (
                INSERT INTO workflows_case (submission_id, organisation_id, campaign_id, route_id,
                    position, decisions_count, ledger_head, flow_class, status, created)
                SELECT submission.id, organisation_id, %(campaign)s, school.route_id, 0, 0, '',
                       %(flow)s, 'NEW', %(at)s
                FROM submission JOIN school USING (organisation_id)
                RETURNING id, organisation_id
            )
            INSERT INTO workflows_task (process_id, organisation_id, step, role, position, due_date,
                                        flow_task, flow_task_type, status, created, token)
            SELECT id, organisation_id, %(step)s, %(role)s, 0, %(due)s, %(task)s, 'HUMAN', 'NEW',
                   %(at)s, 'start'
            FROM kase
            """,
            {
                "organisations": organisations,
                "routes": routes,
                "campaign": campaign_id,
                "state": first.state.value,
                "flow": get_flow_ref(SubmissionFlow),
                "at": at,
                "step": first.name,
                "role": first.role.value,
                "due": due_date,
                "task": get_task_ref(first),
            },
        )
        return cursor.rowcount
