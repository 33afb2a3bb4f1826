"""Set-based SQL of acts. One item or a hundred thousand: the same statements."""

from django.db import connection
from django.db.models import QuerySet

from workflows.enums import OutcomeKind
from workflows.models import Act, Task


def leave_flushing_to_the_next() -> None:
    """Let this transaction commit without waiting for the disk: the next one, which follows at once
    and decides, waits for both. Broken off between them nothing was decided, and nobody was told.

    Does nothing inside a larger transaction, whose commit is its own.
    """
    if not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


def insert_items(act: Act, tasks: "QuerySet[Task]") -> int:
    """Write an item for each of the tasks, in their order; return how many (INSERT … SELECT)."""
    chosen, params = tasks.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO workflows_actitem (act_id, position, task_id, outcome)
            SELECT %s, chosen.position - 1, chosen.id, ''
            FROM (SELECT id, row_number() OVER () AS position FROM ({chosen}) AS task(id))
                AS chosen
            """,  # noqa: S608
            [act.pk, *params],
        )
        return cursor.rowcount


def insert_named_items(act: Act, task_ids: list[int]) -> int:
    """Write an item for each of these tasks that exists, in the order asked; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflows_actitem (act_id, position, task_id, outcome)
            SELECT %s, asked.position - 1, task.id, ''
            FROM unnest(%s::bigint[]) WITH ORDINALITY AS asked(id, position)
            JOIN workflows_task AS task ON task.id = asked.id
            """,
            [act.pk, task_ids],
        )
        return cursor.rowcount


def insert_items_done_by(act: Act, done_by: Act) -> int:
    """Write an item for each task that another act has done, in its order; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflows_actitem (act_id, position, task_id, outcome)
            SELECT %s, position, task_id, '' FROM workflows_actitem
            WHERE act_id = %s AND outcome = 'done'
            """,
            [act.pk, done_by.pk],
        )
        return cursor.rowcount


def read_before(task_ids: list[int]) -> dict[int, str]:
    """Task to what its case remembers now, as JSON; to be called under the documents' lock.

    `records` is the number of teachers of a submission, or of the attachments of a change request:
    it tells whether something was taken out later.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT task.id, jsonb_build_object(
                       'resume_at', kase.resume_at, 'stopped_on', kase.stopped_on,
                       'stopped_days', kase.stopped_days,
                       'records', coalesce(submission.records_count, (
                           SELECT count(*) FROM teachers_changerequest_evidence AS evidence
                           WHERE evidence.changerequest_id = kase.change_id)))::text
            FROM workflows_task AS task
            JOIN workflows_case AS kase ON kase.id = task.process_id
            LEFT JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
            WHERE task.id = ANY(%s)
            """,
            [task_ids],
        )
        return dict(cursor.fetchall())


def write_outcomes(act: Act, outcomes: dict[int, str], before: dict[int, str]) -> None:
    """Fill in what became of the items; with the newest decision where one was made.

    The newest decision of a case is that of the act if it was done, or that of who came between
    before an undo; of a task decided before, it is the task's own (both by index).
    """
    tasks, own = list(outcomes), "" if act.undoes_id else OutcomeKind.ALREADY_DECIDED
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE workflows_actitem AS item SET
                outcome = result.outcome,
                before = result.before::jsonb,
                decision_id = CASE
                    WHEN result.outcome = %s THEN (
                        SELECT decision.id FROM workflows_decision AS decision
                        WHERE decision.task_id = task.id
                        ORDER BY decision.sequence DESC LIMIT 1)
                    WHEN result.outcome IN ('done', 'already_decided', 'later_level') THEN (
                        SELECT decision.id FROM workflows_decision AS decision
                        WHERE decision.case_id = task.process_id
                        ORDER BY decision.sequence DESC LIMIT 1)
                    END
            FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS result(task_id, outcome, before)
            JOIN workflows_task AS task ON task.id = result.task_id
            WHERE item.act_id = %s AND item.task_id = result.task_id AND item.outcome = ''
            """,
            [own, tasks, list(outcomes.values()), [before.get(task) for task in tasks], act.pk],
        )


def read_for_undo(act_id: int, task_ids: list[int]) -> list[tuple]:
    """What an undo asks of the items of an act, in the order of `undoing.Item`.

    Items by act and task, decisions and cases by primary key, open tasks by the index
    one_open_task_per_case; to be called under the documents' lock.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT item.task_id, task.step, task.organisation_id, task.due_date,
                   task.counted_days, decision.verdict, decision.from_position,
                   newest.sequence - decision.sequence, newest.verdict,
                   kase.finished IS NOT NULL, coming.id, coming.owner_id,
                   (item.before->>'resume_at')::int, (item.before->>'stopped_on')::date,
                   (item.before->>'stopped_days')::int,
                   decision.verdict = 'return' AND (
                       EXISTS (SELECT FROM campaigns_record AS record
                               WHERE record.submission_id = kase.submission_id
                                 AND record.entered_at > decision.at)
                       OR EXISTS (SELECT FROM campaigns_finding AS finding
                                  WHERE finding.submission_id = kase.submission_id
                                    AND finding.explained_at > decision.at)
                       OR EXISTS (SELECT FROM workflows_correction AS line
                                  WHERE line.submission_id = kase.submission_id
                                    AND line.answered_at > decision.at)
                       OR (item.before->>'records')::int <> coalesce(submission.records_count, (
                           SELECT count(*) FROM teachers_changerequest_evidence AS evidence
                           WHERE evidence.changerequest_id = kase.change_id))
                       OR (SELECT count(*) FROM teachers_changerequestevent AS event
                           WHERE event.pgh_obj_id = kase.change_id AND event.state = 'returned'
                             AND event.pgh_id > (
                               SELECT max(earlier.pgh_id) FROM teachers_changerequestevent
                                   AS earlier
                               WHERE earlier.pgh_obj_id = kase.change_id
                                 AND earlier.state <> 'returned')) > 1),
                   task.is_sent_down
            FROM workflows_actitem AS item
            JOIN workflows_task AS task ON task.id = item.task_id
            JOIN workflows_decision AS decision ON decision.id = item.decision_id
            JOIN workflows_case AS kase ON kase.id = task.process_id
            JOIN workflows_decision AS newest
              ON newest.case_id = kase.id AND newest.sequence = kase.decisions_count
            LEFT JOIN workflows_task AS coming
              ON coming.process_id = kase.id AND coming.finished IS NULL
            LEFT JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
            WHERE item.act_id = %s AND item.task_id = ANY(%s) AND item.outcome = 'done'
            """,
            [act_id, task_ids],
        )
        return cursor.fetchall()
