"""What must hold after whatever happened: asked of the database by SQL."""

from django.db import connection

from campaigns.counts import SUBMISSIONS
from campaigns.models import Campaign, Submission
from teachers.models import ChangeRequest
from teachers.state_machines import legal_moves
from workflows.desk_counts import DESKS
from workflows.ledger import CANONICAL_SQL, RULING_SQL


def _illegal_moves(model, events: str) -> str:
    """Rows whose history holds a step that the declarations do not know, from the draft on: each
    event holds the row after a change, the last of them as it is now."""
    moves = ", ".join(f"('{before}', '{after}')" for before, after in legal_moves(model))
    return f"""
        SELECT DISTINCT id FROM (
            SELECT id, state AS after, lag(state, 1, 'draft') OVER (
                PARTITION BY id ORDER BY place NULLS LAST) AS before
            FROM (SELECT pgh_obj_id AS id, state, pgh_id AS place FROM {events}
                  UNION ALL SELECT id, state, NULL FROM {model._meta.db_table}) AS stand
        ) AS step
        WHERE after <> before AND (before, after) NOT IN (VALUES {moves})"""  # noqa: S608


RULES = {
    "every state of a submission was reached by legal moves": _illegal_moves(
        Submission, "campaigns_submissionevent"
    ),
    "every state of a campaign was reached by legal moves": _illegal_moves(
        Campaign, "campaigns_campaignevent"
    ),
    "every state of a change request was reached by legal moves": _illegal_moves(
        ChangeRequest, "teachers_changerequestevent"
    ),
    "a task belongs to a case and a decision to a task of its case": """
        SELECT task.id FROM workflows_task AS task
        LEFT JOIN workflows_case AS kase ON kase.id = task.process_id WHERE kase.id IS NULL
        UNION ALL
        SELECT decision.id FROM workflows_decision AS decision
        LEFT JOIN workflows_task AS task
          ON task.id = decision.task_id AND task.process_id = decision.case_id
        WHERE task.id IS NULL""",
    "every decision carries the hash of its canonical form and of the one before it": f"""
        SELECT id FROM (
            SELECT *, lag(hash, 1, '') OVER (PARTITION BY case_id ORDER BY sequence) AS newest,
                   row_number() OVER (PARTITION BY case_id ORDER BY sequence) AS place,
                   {RULING_SQL} AS ruling
            FROM workflows_decision) AS decision
        WHERE sequence <> place OR previous_hash <> newest
           OR hash <> encode(sha256(convert_to({CANONICAL_SQL}, 'UTF8')), 'hex')""",  # noqa: S608
    "an act counts its items, those handled and those done": """
        SELECT act.id FROM workflows_act AS act
        LEFT JOIN workflows_actitem AS item ON item.act_id = act.id
        GROUP BY act.id
        HAVING act.items_count <> count(item.id)
            OR act.handled_count <> count(item.id) FILTER (WHERE item.outcome <> '')
            OR act.done_count <> count(item.id) FILTER (WHERE item.outcome = 'done')
            OR act.state = 'done' AND act.handled_count <> act.items_count""",
    "an item of an act is done by a decision of its case, and by one only": """
        SELECT item.id FROM workflows_actitem AS item
        JOIN workflows_act AS act ON act.id = item.act_id
        JOIN workflows_task AS task ON task.id = item.task_id
        LEFT JOIN workflows_decision AS decision ON decision.id = item.decision_id
        WHERE item.outcome = 'done' AND (decision.case_id, decision.verdict, decision.by_id)
              IS DISTINCT FROM (task.process_id, act.verdict, act.by_id)
        UNION ALL
        SELECT min(item.id) FROM workflows_actitem AS item
        WHERE item.outcome = 'done' GROUP BY item.decision_id HAVING count(*) > 1""",
    "what has left the clerk has records and no errors": """
        SELECT id FROM campaigns_submission
        WHERE state IN ('signing', 'county_review', 'city_review', 'authority_review',
                        'province_review', 'approved')
          AND (errors_count > 0 OR records_count = 0)""",
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
    "what is repeated is what it repeats": """
        SELECT task.id FROM workflows_task AS task
        JOIN workflows_case AS kase ON kase.id = task.process_id
        LEFT JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
        LEFT JOIN workflows_decision AS decision ON decision.task_id = task.id
        WHERE task.campaign_id IS DISTINCT FROM kase.campaign_id
           OR kase.campaign_id IS DISTINCT FROM submission.campaign_id
           OR decision.case_id <> task.process_id
           OR decision.organisation_id <> task.organisation_id""",
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
