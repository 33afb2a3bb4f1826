"""What must hold after whatever happened: asked of the database by SQL."""

from django.db import connection

from campaigns.counts import SUBMISSIONS
from workflows.desk_counts import DESKS

RULES = {
    "a live case has exactly one open task": """
        SELECT kase.id FROM workflows_case AS kase
        LEFT JOIN workflows_task AS task ON task.process_id = kase.id AND task.finished IS NULL
        WHERE kase.finished IS NULL GROUP BY kase.id HAVING count(task.id) <> 1""",
    "an ended case has no open task": """
        SELECT kase.id FROM workflows_case AS kase
        JOIN workflows_task AS task ON task.process_id = kase.id AND task.finished IS NULL
        WHERE kase.finished IS NOT NULL""",
    "every submission has one case": """
        SELECT submission.id FROM campaigns_submission AS submission
        LEFT JOIN workflows_case AS kase ON kase.submission_id = submission.id
        GROUP BY submission.id HAVING count(kase.id) <> 1""",
    "every change request and every open problem has at most one case": """
        SELECT coalesce(change_id, problem_id) FROM workflows_case
        WHERE submission_id IS NULL
        GROUP BY change_id, problem_id HAVING count(*) > 1""",
    "a change that is over holds no field": """
        SELECT change.id FROM teachers_changerequest AS change
        JOIN teachers_fieldlock AS held ON held.change_id = change.id
        WHERE change.state IN ('in_force', 'refused', 'withdrawn')""",
    "a person has one primary employment": """
        SELECT teacher_id FROM teachers_employment WHERE kind = 'primary' AND to_date IS NULL
        GROUP BY teacher_id HAVING count(*) > 1""",
    "a finished task has exactly one decision, an open one none": """
        SELECT task.id FROM workflows_task AS task
        LEFT JOIN workflows_decision AS decision ON decision.task_id = task.id
        GROUP BY task.id HAVING count(decision.id) <> (task.finished IS NOT NULL)::int""",
    "the open task stands where the case stands": """
        SELECT task.id FROM workflows_task AS task
        JOIN workflows_case AS kase ON kase.id = task.process_id
        JOIN workflows_routestop AS stop
          ON stop.route_id = kase.route_id AND stop.position = kase.position
        WHERE task.finished IS NULL AND (task.position <> kase.position OR task.step <> stop.step
          OR task.organisation_id <> coalesce(stop.organisation_id, kase.organisation_id))""",
    "a case counts its decisions and keeps the newest hash": """
        SELECT kase.id FROM workflows_case AS kase
        LEFT JOIN workflows_decision AS decision ON decision.case_id = kase.id
        GROUP BY kase.id
        HAVING count(decision.id) <> kase.decisions_count
            OR coalesce((array_agg(decision.hash ORDER BY decision.sequence DESC))[1], '')
               <> kase.ledger_head""",
    "a person has one live number": """
        SELECT teacher_id FROM teachers_teachernumber WHERE is_live
        GROUP BY teacher_id HAVING count(*) > 1""",
}


def violations() -> dict[str, list[int]]:
    """Rule to the ids that break it; empty when all is well."""
    found = {}
    with connection.cursor() as cursor:
        for rule, sql in RULES.items():
            cursor.execute(sql)
            ids = [row[0] for row in cursor.fetchall()]
            if ids:
                found[rule] = ids
    for counter in (SUBMISSIONS, DESKS):
        if wrong := counter.differences():
            found[f"{counter.totals} counts what there is"] = wrong
    return found
