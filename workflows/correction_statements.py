"""Set-based SQL of the lists of corrections. One submission or ten thousand: the same statements.

All of them need the lock on the documents.
"""

from django.db import connection

from workflows.enums import CorrectionState


def send_baskets(task_ids: list[int], *, organisation_id: int, role: str) -> None:
    """Bind what lies in a desk's baskets to the decisions that have just closed these tasks.

    Plan: decisions by their task, cases by key, lines by corrections_of_a_submission.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE workflows_correction AS line SET decision_id = decision.id
            FROM workflows_decision AS decision
            JOIN workflows_case AS kase ON kase.id = decision.case_id
            WHERE decision.task_id = ANY(%s) AND line.submission_id = kase.submission_id
              AND line.decision_id IS NULL AND line.organisation_id = %s AND line.role = %s
            """,
            [task_ids, organisation_id, role],
        )


def put_back(act_id: int, task_ids: list[int]) -> None:
    """Put the lines that an act has sent with these tasks back into their baskets.

    Plan: items by act and task, lines by the index of their decision.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE workflows_correction AS line SET decision_id = NULL
            FROM workflows_actitem AS item
            WHERE item.act_id = %s AND item.task_id = ANY(%s)
              AND line.decision_id = item.decision_id
            """,
            [act_id, task_ids],
        )


def read_unanswered(
    task_ids: list[int], *, organisation_id: int, role: str
) -> list[tuple[str, int]]:
    """Of the open tasks of one desk: name of the school and number of its lines without an answer,
    where there are any.

    Plan: tasks and cases by key, lines by corrections_of_a_submission.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT unit.name, count(*)
            FROM workflows_task AS task
            JOIN workflows_case AS kase ON kase.id = task.process_id
            JOIN workflows_correction AS line ON line.submission_id = kase.submission_id
            JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
            WHERE task.id = ANY(%s) AND task.finished IS NULL
              AND task.organisation_id = %s AND task.role = %s
              AND line.decision_id IS NOT NULL AND line.answer = '' AND line.state = %s
            GROUP BY unit.id ORDER BY unit.id
            """,
            [task_ids, organisation_id, role, CorrectionState.OPEN],
        )
        return cursor.fetchall()
