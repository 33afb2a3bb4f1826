"""The engine's set-based statements. One row or ten thousand: the same SQL.

Each takes parallel arrays, one entry an item. Plans: every statement joins its arrays (a function
scan) to primary keys or to the index named in its comment; none reads a whole table.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from django.db import connection
from django.utils.timezone import localdate
from viewflow.workflow.fields import get_task_ref

from campaigns.count_triggers import AUTHORITY_SQL
from workflows.due_statements import ONE_TIMETABLE_SQL
from workflows.flows import step
from workflows.ledger import CANONICAL_SQL, RULING_SQL
from workflows.prepared import Prepared
from workflows.separation import CONFLICTS_SQL


class Target(NamedTuple):
    """Where a case goes, the same for most cases of a decision: a stop, or its end (None).

    state is the document's new one. resume_at, stopped_on and stopped_days are what the case
    remembers from now on (see Case); sent_down: a higher level has returned it to an authority.
    """

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
    sent_down: bool = False


class Move(NamedTuple):
    """One case moving from the stop of its open task to its target.

    kind and document_id name the submission, change request or problem.
    """

    case_id: int
    task_id: int
    kind: str
    document_id: int
    target: Target


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


@cache
def _task_ref(name: str | None) -> str | None:
    return get_task_ref(step(name)) if name else None


_LOCK = Prepared(
    "engine_lock",
    """
    WITH kase AS MATERIALIZED (
        SELECT kase.submission_id, kase.change_id, kase.problem_id
        FROM workflows_task AS task JOIN workflows_case AS kase ON kase.id = task.process_id
        WHERE task.id = ANY(%(tasks)s)
    ), submission AS MATERIALIZED (
        SELECT id FROM campaigns_submission
        WHERE id = ANY(ARRAY(SELECT submission_id FROM kase)) ORDER BY id FOR NO KEY UPDATE
    ), change AS MATERIALIZED (
        SELECT id FROM teachers_changerequest
        WHERE id = ANY(ARRAY(SELECT change_id FROM kase)) ORDER BY id FOR NO KEY UPDATE
    ), problem AS MATERIALIZED (
        SELECT id FROM campaigns_problem
        WHERE id = ANY(ARRAY(SELECT problem_id FROM kase)) ORDER BY id FOR NO KEY UPDATE
    )
    SELECT (SELECT count(*) FROM submission), (SELECT count(*) FROM change),
           (SELECT count(*) FROM problem)
    """,
    tasks="bigint[]",
)


def lock_documents_of(task_ids: list[int]) -> None:
    """Lock what the tasks are about: submissions, then changes, then problems, each in id order.

    Primary keys throughout: ANY(ARRAY(...)) keeps the planner from hashing whole tables. One order
    for everybody, so that no two wait in a circle.
    """
    _LOCK.run({"tasks": task_ids})


_READ = Prepared(
    "engine_read",
    """
    SELECT task.id, kase.id, coalesce(kase.submission_id, kase.change_id, kase.problem_id),
           unit.name, unit.id, unit.path,
           CASE WHEN task.id = (%(tasks)s)[1] THEN TIMETABLE END,
           task.kind, kase.campaign_id, task.organisation_id, task.role, task.step, task.position,
           kase.route_id, task.owner_id, task.finished, task.due_date,
           kase.resume_at, kase.stopped_on, kase.stopped_days,
           campaign.state, campaign.kept_approvals, campaign.sampling_share > 0,
           (SELECT days FROM teachers_changepolicy WHERE kind = change.kind),
           coalesce(submission.attempt, 0) > 0,
           submission.records_count = 0,
           coalesce(submission.errors_count, jsonb_array_length(change.errors), 0) > 0,
           submission.unexplained_count > 0,
           array_to_string(CONFLICTS, ' '),
           kase.problem_id IS NOT NULL AND EXISTS (
               SELECT FROM campaigns_problem AS problem
               JOIN campaigns_problemparty AS party ON party.problem_id = problem.id
               WHERE problem.id = kase.problem_id AND party.answer = ''
                 AND problem.answer_by >= %(today)s),
           %(seen)s IS NOT NULL AND (
               EXISTS (SELECT FROM campaigns_record AS record
                       WHERE record.submission_id = submission.id
                         AND record.entered_at > %(seen)s)
               OR task.created > %(seen)s),
           (SELECT post.valid_from <= %(today)s AND coalesce(post.valid_to > %(today)s, true)
                AND (%(delegation)s IS NULL OR EXISTS (
                    SELECT FROM teachers_delegation AS given
                    WHERE given.id = %(delegation)s AND given.ended_at IS NULL
                      AND given.valid_from <= %(today)s AND given.valid_to > %(today)s))
            FROM teachers_post AS post WHERE post.id = %(post)s)
    FROM workflows_task AS task
    JOIN workflows_case AS kase ON kase.id = task.process_id
    JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
    LEFT JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
    LEFT JOIN campaigns_campaign AS campaign ON campaign.id = kase.campaign_id
    LEFT JOIN teachers_changerequest AS change ON change.id = kase.change_id
    WHERE task.id = ANY(%(tasks)s)
    """.replace("CONFLICTS", CONFLICTS_SQL).replace("TIMETABLE", ONE_TIMETABLE_SQL),
    tasks="bigint[]",
    persons="bigint[]",
    post="bigint",
    delegation="bigint",
    today="date",
    seen="timestamptz",
)


def read_tasks(
    task_ids: list[int],
    *,
    persons: list[int],
    post_id: int,
    delegation_id: int | None,
    today: date,
    seen: datetime | None,
    lock: bool = False,
) -> list[tuple]:
    """The tasks with all that the screening asks, in the order of `screening.Candidate`.

    persons: who decides, and for whom. post_id and delegation_id: what the person acts under; once
    a statement it is asked whether that still holds. seen: when the person looked, if that is
    known. lock: the documents are locked first, as by `lock_documents_of`, in the same message.
    With the first task comes what its due date goes by: most decisions need no more.
    Nested loops over primary keys; own work by the decisions of the case and the records of
    the submission. In SQL because building this query by the ORM takes longer than running it for
    one task.
    """
    asked = {
        "tasks": task_ids,
        "persons": persons,
        "post": post_id,
        "delegation": delegation_id,
        "today": today,
        "seen": seen,
    }
    return _READ.run(asked, behind=_LOCK if lock else "")


def reroute_cases(case_ids: list[int], route_ids: list[int], organisation_ids: list[int]) -> None:
    """Give cases another route and, problem data, another desk; before the move that follows.

    Primary keys; to be called under the documents' lock.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE workflows_case AS kase SET
                route_id = course.route_id, organisation_id = course.organisation_id
            FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
                AS course(id, route_id, organisation_id)
            WHERE kase.id = course.id
            """,
            [case_ids, route_ids, organisation_ids],
        )
        cursor.execute(
            """
            UPDATE campaigns_problem AS problem SET organisation_id = kase.organisation_id
            FROM workflows_case AS kase
            WHERE kase.id = ANY(%s) AND problem.id = kase.problem_id
              AND problem.organisation_id <> kase.organisation_id
            """,
            [case_ids],
        )


def read_deciders(task_ids: list[int]) -> dict[int, tuple[str, datetime, str, str]]:
    """Task to who decided it, when, the verdict, and for whom the person acted ("" if for nobody).

    Decisions by task; one index scan each.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (decision.task_id)
                   decision.task_id, person.name, decision.at, decision.verdict,
                   CASE WHEN decision.delegation_id IS NULL THEN '' ELSE holder.name END
            FROM workflows_decision AS decision
            JOIN teachers_user AS person ON person.id = decision.by_id
            JOIN teachers_post AS post ON post.id = decision.post_id
            JOIN teachers_user AS holder ON holder.id = post.user_id
            WHERE decision.task_id = ANY(%s) ORDER BY decision.task_id, decision.sequence DESC
            """,
            [task_ids],
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def open_manager_tasks(
    submission_ids: list[int], *, organisation_id: int, at: datetime
) -> list[int]:
    """Put the ended cases of these submissions on the desk of the campaign's manager; return the
    tasks in the order of the submissions.

    They are decided in the same transaction (verdict REOPEN). Unique index on the case's
    submission, then one insert.
    """
    node = step("reopening")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH task AS (
                INSERT INTO workflows_task (process_id, organisation_id, kind, campaign_id, step,
                    role, position, place_id, school_kind, is_again, is_clean, due_date, flow_task,
                    flow_task_type, status, created, token)
                SELECT kase.id, %(desk)s, 'submission', kase.campaign_id, %(step)s, %(role)s,
                       kase.position, PLACE, unit.school_kind, true, true, %(day)s, %(task)s,
                       'HUMAN', 'NEW', %(at)s, 'start'
                FROM workflows_case AS kase
                JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
                WHERE kase.submission_id = ANY(%(submissions)s) AND kase.finished IS NOT NULL
                RETURNING id, process_id
            )
            SELECT task.id FROM task JOIN workflows_case AS kase ON kase.id = task.process_id
            ORDER BY kase.submission_id
            """.replace("PLACE", AUTHORITY_SQL),
            {
                "submissions": submission_ids,
                "desk": organisation_id,
                "step": node.name,
                "role": node.role.value,
                "task": get_task_ref(node),
                "day": localdate(at),
                "at": at,
            },
        )
        return [task for (task,) in cursor.fetchall()]


#: Adds one decision a case to the ledger and chains it, moves cases and documents, closes the tasks
#: and opens the next ones: one statement, primary keys throughout. A task is opened from what its
#: predecessor's closing gives back, so the old one is closed when the index one_open_task_per_case
#: looks. What most moves have in common is sent once (`targets` says which is whose): a thousand
#: tasks are two numbers each. The trigger of the states refuses an illegal move. Submitting counts
#: an attempt. The triggers that count are told the moment (teachers/counters.py).
_MOVE = Prepared(
    "engine_move",
    """
    WITH item AS MATERIALIZED (
        SELECT kase.id AS case_id, task.id AS task_id, task.kind, task.campaign_id,
               kase.submission_id, kase.change_id, kase.decisions_count + 1 AS sequence, task.step,
               task.position AS from_position, (%(to)s)[move.target] AS to_position,
               (%(states)s)[move.target] AS state,
               coalesce(submission.attempt, change.attempt, 1)
                   + (%(verdict)s = 'submit')::int AS attempt,
               task.organisation_id, kase.ledger_head AS previous_hash, %(verdict)s AS verdict,
               (SELECT set_config('engine.at', %(at)s::text, true))::timestamptz AS at,
               (%(steps)s)[move.target] AS next_step, (%(roles)s)[move.target] AS next_role,
               (%(desks)s)[move.target] AS next_desk, (%(due)s)[move.target] AS due,
               (%(counted)s)[move.target] AS counted, (%(refs)s)[move.target] AS ref,
               (%(resume)s)[move.target] AS resume_at, (%(stopped)s)[move.target] AS stopped_on,
               (%(days)s)[move.target] AS stopped_days,
               (%(down)s)[move.target] AS is_sent_down, task.place_id, task.school_kind,
               coalesce(submission.errors_count + submission.warnings_count = 0, true) AS is_clean,
               (SELECT RULING FROM (SELECT %(by)s AS by_id, %(post)s AS post_id,
                    %(delegation)s AS delegation_id, %(at)s AS at, %(reasons)s AS reasons,
                    %(words)s AS words) AS said) AS ruling
        FROM unnest(%(tasks)s, %(targets)s) AS move(task_id, target)
        JOIN workflows_task AS task ON task.id = move.task_id
        JOIN workflows_case AS kase ON kase.id = task.process_id
        LEFT JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
        LEFT JOIN teachers_changerequest AS change ON change.id = kase.change_id
    ), entry AS MATERIALIZED (
        SELECT *, encode(sha256(convert_to(CANONICAL, 'UTF8')), 'hex') AS hash FROM item
    ), decided AS (
        INSERT INTO workflows_decision (case_id, task_id, sequence, verdict, step,
            from_position, to_position, attempt, organisation_id, by_id, post_id, delegation_id,
            at, reasons, words, previous_hash, hash)
        SELECT case_id, task_id, sequence, verdict, step, from_position, to_position,
               attempt, organisation_id, %(by)s, %(post)s, %(delegation)s, at, %(reasons)s,
               %(words)s, previous_hash, hash
        FROM entry
    ), moved AS (
        UPDATE workflows_case AS kase SET
            decisions_count = entry.sequence,
            ledger_head = entry.hash,
            position = coalesce(entry.to_position, kase.position),
            resume_at = entry.resume_at,
            stopped_on = entry.stopped_on,
            stopped_days = entry.stopped_days,
            finished = CASE WHEN entry.to_position IS NULL THEN entry.at END,
            status = CASE WHEN entry.to_position IS NOT NULL THEN 'NEW'
                          WHEN entry.verdict = 'cancel' THEN 'CANCELED' ELSE 'DONE' END
        FROM entry WHERE kase.id = entry.case_id
    ), answered AS (
        UPDATE campaigns_submission AS submission SET
            state = entry.state,
            attempt = entry.attempt,
            submitted_at = CASE WHEN entry.verdict = 'submit' THEN entry.at
                                ELSE submission.submitted_at END,
            approved_at = CASE WHEN entry.state = 'approved' THEN entry.at
                               WHEN entry.verdict = 'reopen' THEN NULL
                               ELSE submission.approved_at END
        FROM entry WHERE submission.id = entry.submission_id
    ), changed AS (
        UPDATE teachers_changerequest AS change SET
            state = entry.state,
            attempt = entry.attempt,
            submitted_at = CASE WHEN entry.verdict = 'submit' THEN entry.at
                                ELSE change.submitted_at END,
            approved_at = CASE WHEN entry.state = 'approved' THEN entry.at
                               ELSE change.approved_at END,
            approved_by_id = CASE WHEN entry.state = 'approved' THEN %(by)s
                                  ELSE change.approved_by_id END
        FROM entry WHERE change.id = entry.change_id
    ), closed AS (
        UPDATE workflows_task AS task SET
            finished = entry.at,
            status = CASE WHEN entry.verdict IN ('cancel', 'recall', 'undo', 'reroute')
                          THEN 'CANCELED' ELSE 'DONE' END
        FROM entry WHERE task.id = entry.task_id
        RETURNING entry.case_id, entry.next_desk, entry.kind, entry.campaign_id, entry.next_step,
            entry.next_role, entry.to_position, entry.place_id, entry.school_kind, entry.attempt,
            entry.is_sent_down, entry.is_clean, entry.due, entry.counted, entry.ref, entry.at
    )
    INSERT INTO workflows_task (process_id, organisation_id, kind, campaign_id, step, role,
                                position, place_id, school_kind, is_again, is_sent_down, is_clean,
                                due_date, counted_days, flow_task, flow_task_type, status, created,
                                token)
    SELECT case_id, next_desk, kind, campaign_id, next_step, next_role, to_position, place_id,
           school_kind, attempt > 1, is_sent_down, is_clean, due, counted, ref, 'HUMAN', 'NEW', at,
           'start'
    FROM closed WHERE to_position IS NOT NULL
    """.replace("CANONICAL", CANONICAL_SQL).replace("RULING", RULING_SQL),
    verdict="text",
    by="bigint",
    post="bigint",
    delegation="bigint",
    at="timestamptz",
    reasons="text[]",
    words="text",
    tasks="bigint[]",
    targets="int[]",
    to="int[]",
    states="text[]",
    steps="text[]",
    roles="text[]",
    desks="bigint[]",
    due="date[]",
    refs="text[]",
    resume="int[]",
    stopped="date[]",
    days="int[]",
    counted="int[]",
    down="boolean[]",
)


def move_cases(moves: list[Move], ruling: Ruling) -> None:
    """Write decisions, move cases and documents, close tasks, open the next: one statement."""
    numbers: dict[Target, int] = {}
    targets = [numbers.setdefault(move.target, len(numbers) + 1) for move in moves]
    to, states, steps, roles, desks, due, counted, resume, stopped, days, down = map(
        list, zip(*numbers, strict=True)
    )
    _MOVE.run(
        {
            "verdict": ruling.verdict,
            "by": ruling.by_id,
            "post": ruling.post_id,
            "delegation": ruling.delegation_id,
            "at": ruling.at,
            "reasons": ruling.reasons,
            "words": ruling.words,
            "tasks": [move.task_id for move in moves],
            "targets": targets,
            "to": to,
            "states": states,
            "steps": steps,
            "roles": roles,
            "desks": desks,
            "due": due,
            "refs": [_task_ref(name) for name in steps],
            "resume": resume,
            "stopped": stopped,
            "days": days,
            "counted": counted,
            "down": down,
        }
    )
