"""The engine's set-based statements. One row or ten thousand: the same SQL.

Each takes parallel arrays, one entry an item. Plans: every statement joins its arrays (a function
scan) to primary keys or to the index named in its comment; none reads a whole table.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from viewflow.workflow.fields import get_task_ref

from workflows.flows import step
from workflows.ledger import CANONICAL_SQL
from workflows.separation import CONFLICTS_SQL


@dataclass(frozen=True, slots=True)
class Move:
    """One case moving: from the stop of its open task to another stop, or to its end (None).

    kind and document_id name the submission, change request or problem; state is its new one. The
    last three are what the case remembers from now on (see Case).
    """

    case_id: int
    task_id: int
    kind: str
    document_id: int
    campaign_id: int | None
    to_position: int | None
    state: str
    next_step: str | None = None
    next_role: str | None = None
    next_organisation_id: int | None = None
    due_date: date | None = None
    counted_days: int | None = None
    resume_at: int | None = None
    stopped_on: date | None = None
    stopped_days: int = 0


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is said, by whom, under which post and when; one for all cases of a decision."""

    verdict: str
    by_id: int
    post_id: int
    at: datetime
    delegation_id: int | None = None
    reasons: list[str] = field(default_factory=list)
    words: str = ""


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


def read_tasks(
    task_ids: list[int], *, persons: list[int], today: date, seen: datetime | None
) -> list[tuple]:
    """The tasks with all that the screening asks, in the order of `screening.Candidate`.

    persons: who decides, and for whom. seen: when the person looked, if that is known. Nested loops
    over primary keys; own work by the indexes of records and decisions by person. In SQL because
    building this query by the ORM takes longer than running it for one task.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT task.id, kase.id, task.kind,
                   coalesce(kase.submission_id, kase.change_id, kase.problem_id),
                   kase.campaign_id, unit.name, unit.id, unit.path,
                   task.organisation_id, task.role, task.step, task.position, kase.route_id,
                   task.owner_id, task.finished, task.due_date,
                   kase.resume_at, kase.stopped_on, kase.stopped_days,
                   coalesce(campaign.state, ''), coalesce(campaign.kept_approvals, ''),
                   (SELECT days FROM teachers_changepolicy WHERE kind = change.kind),
                   coalesce(submission.records_count, 1),
                   coalesce(submission.errors_count, jsonb_array_length(change.errors), 0),
                   coalesce(submission.unexplained_count, 0),
                   CONFLICTS,
                   kase.problem_id IS NOT NULL AND EXISTS (
                       SELECT FROM campaigns_problem AS problem
                       JOIN campaigns_problemparty AS party ON party.problem_id = problem.id
                       WHERE problem.id = kase.problem_id AND party.answer = ''
                         AND problem.answer_by >= %(today)s),
                   %(seen)s::timestamptz IS NOT NULL AND (
                       EXISTS (SELECT FROM campaigns_record AS record
                               WHERE record.submission_id = submission.id
                                 AND record.entered_at > %(seen)s::timestamptz)
                       OR task.created > %(seen)s::timestamptz)
            FROM workflows_task AS task
            JOIN workflows_case AS kase ON kase.id = task.process_id
            JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
            LEFT JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
            LEFT JOIN campaigns_campaign AS campaign ON campaign.id = kase.campaign_id
            LEFT JOIN teachers_changerequest AS change ON change.id = kase.change_id
            WHERE task.id = ANY(%(tasks)s)
            """.replace("CONFLICTS", CONFLICTS_SQL),
            {"tasks": task_ids, "persons": persons, "today": today, "seen": seen},
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


#: Closes the tasks, adds one decision a case to the ledger and chains it, moves the cases and opens
#: the next task of those that go on: one statement, primary keys throughout. A task is opened from
#: what its predecessor's closing gives back, so the old one is closed when the index
#: one_open_task_per_case looks.
_MOVE = """
    WITH item AS MATERIALIZED (
        SELECT kase.id AS case_id, task.id AS task_id, task.kind, task.campaign_id,
               kase.decisions_count + 1 AS sequence, task.step,
               task.position AS from_position, move.to_position,
               coalesce(submission.attempt, change.attempt, 1)
                   + (%(verdict)s = 'submit')::int AS attempt,
               task.organisation_id, kase.ledger_head AS previous_hash,
               %(verdict)s::text AS verdict, %(by)s::bigint AS by_id, %(post)s::bigint AS post_id,
               %(delegation)s::bigint AS delegation_id, %(at)s::timestamptz AS at,
               %(reasons)s::text[] AS reasons, %(words)s::text AS words,
               move.step AS next_step, move.role AS next_role, move.desk AS next_desk, move.due,
               move.counted, move.ref, move.resume_at, move.stopped_on, move.stopped_days
        FROM unnest(%(tasks)s::bigint[], %(to)s::int[], %(steps)s::text[], %(roles)s::text[],
                    %(desks)s::bigint[], %(due)s::date[], %(refs)s::text[], %(resume)s::int[],
                    %(stopped)s::date[], %(days)s::int[], %(counted)s::int[])
            AS move(task_id, to_position, step, role, desk, due, ref, resume_at, stopped_on,
                    stopped_days, counted)
        JOIN workflows_task AS task ON task.id = move.task_id
        JOIN workflows_case AS kase ON kase.id = task.process_id
        LEFT JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
        LEFT JOIN teachers_changerequest AS change ON change.id = kase.change_id
    ), entry AS (
        INSERT INTO workflows_decision (case_id, task_id, sequence, verdict, step,
            from_position, to_position, attempt, organisation_id, by_id, post_id, delegation_id,
            at, reasons, words, previous_hash, hash)
        SELECT case_id, task_id, sequence, verdict, step, from_position, to_position,
               attempt, organisation_id, by_id, post_id, delegation_id, at, reasons, words,
               previous_hash, encode(sha256(convert_to(CANONICAL, 'UTF8')), 'hex')
        FROM item
        RETURNING case_id, sequence, hash
    ), moved AS (
        UPDATE workflows_case AS kase SET
            decisions_count = item.sequence,
            ledger_head = entry.hash,
            position = coalesce(item.to_position, kase.position),
            resume_at = item.resume_at,
            stopped_on = item.stopped_on,
            stopped_days = item.stopped_days,
            finished = CASE WHEN item.to_position IS NULL THEN item.at END,
            status = CASE WHEN item.to_position IS NOT NULL THEN 'NEW'
                          WHEN item.verdict = 'cancel' THEN 'CANCELED' ELSE 'DONE' END
        FROM entry JOIN item USING (case_id, sequence) WHERE entry.case_id = kase.id
    ), closed AS (
        UPDATE workflows_task AS task SET
            finished = item.at,
            status = CASE WHEN item.verdict IN ('cancel', 'recall', 'undo') THEN 'CANCELED'
                          ELSE 'DONE' END,
            owner_id = item.by_id
        FROM item WHERE task.id = item.task_id
        RETURNING item.*
    )
    INSERT INTO workflows_task (process_id, organisation_id, kind, campaign_id, step, role,
                                position, due_date, counted_days, flow_task, flow_task_type,
                                status, created, token)
    SELECT case_id, next_desk, kind, campaign_id, next_step, next_role, to_position, due, counted,
           ref, 'HUMAN', 'NEW', at, 'start'
    FROM closed WHERE to_position IS NOT NULL ORDER BY case_id
""".replace("CANONICAL", CANONICAL_SQL)


def move_cases(moves: list[Move], ruling: Ruling) -> None:
    """Write decisions, close tasks, move cases, open the next tasks: one statement."""
    steps = [move.next_step for move in moves]
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "verdict": ruling.verdict,
                "by": ruling.by_id,
                "post": ruling.post_id,
                "delegation": ruling.delegation_id,
                "at": ruling.at,
                "reasons": ruling.reasons,
                "words": ruling.words,
                "tasks": [move.task_id for move in moves],
                "to": [move.to_position for move in moves],
                "steps": steps,
                "roles": [move.next_role for move in moves],
                "desks": [move.next_organisation_id for move in moves],
                "due": [move.due_date for move in moves],
                "refs": _task_refs(steps),
                "resume": [move.resume_at for move in moves],
                "stopped": [move.stopped_on for move in moves],
                "days": [move.stopped_days for move in moves],
                "counted": [move.counted_days for move in moves],
            },
        )


def move_submissions(moves: list[Move], ruling: Ruling) -> None:
    """Set the submissions' states (primary key); the trigger refuses an illegal move.

    Submitting counts an attempt and notes the moment; approval by the province notes its moment.
    """
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
                "verdict": ruling.verdict,
                "at": ruling.at,
                "documents": [move.document_id for move in moves],
                "states": [move.state for move in moves],
            },
        )


def move_changes(moves: list[Move], ruling: Ruling) -> None:
    """Set the change requests' states (primary key); the trigger refuses an illegal move.

    Submitting counts an attempt and notes the moment; the last approval notes who and when.
    """
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
                "verdict": ruling.verdict,
                "by": ruling.by_id,
                "at": ruling.at,
                "documents": [move.document_id for move in moves],
                "states": [move.state for move in moves],
            },
        )
