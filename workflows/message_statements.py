"""The set-based statements that tell many people at once of what happened to cases."""

from datetime import date, datetime

from django.db import connection

#: So many documents a message names one by one; of the others it says how many they are.
MOST_NAMED = 20


def tell_of_returns(
    task_ids: list[int], *, by_id: int, reasons: list[str], on: date, at: datetime
) -> int:
    """Tell those whom the return of these tasks concerns; return how many. Call it after the move.

    They are the clerks of a school that has its document back, and whoever had approved on the way
    between (the newest approval of each level), as long as they hold a post; never who returned it.
    One message a person, whatever the number of documents. One statement: tasks, cases and desks by
    primary key, decisions by case, posts by their desk or person.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _RETURNS,
            {
                "tasks": task_ids,
                "by": by_id,
                "reasons": reasons,
                "today": on,
                "at": at,
                "named": MOST_NAMED,
            },
        )
        return cursor.rowcount


_RETURNS = """
    WITH item AS MATERIALIZED (
        SELECT task.id AS task_id, task.kind, task.position AS from_position,
               kase.position AS to_position, kase.id AS case_id, kase.organisation_id AS unit_id,
               coalesce(kase.submission_id, kase.change_id, kase.problem_id) AS document_id,
               jsonb_build_object('name', desk.name, 'name_en', desk.name_en) AS desk,
               jsonb_build_object('name', unit.name, 'name_en', unit.name_en) AS unit
        FROM workflows_task AS task
        JOIN workflows_case AS kase ON kase.id = task.process_id
        JOIN teachers_organisation AS desk ON desk.id = task.organisation_id
        JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
        WHERE task.id = ANY(%(tasks)s)
    ), concerned AS (
        SELECT item.task_id, post.user_id, false AS approved
        FROM item JOIN teachers_post AS post
          ON post.organisation_id = item.unit_id AND post.role = 'clerk'
         AND post.valid_from <= %(today)s AND (post.valid_to IS NULL OR post.valid_to > %(today)s)
        WHERE item.to_position = 0
        UNION
        SELECT item.task_id, approval.by_id, true
        FROM item CROSS JOIN LATERAL (
            SELECT DISTINCT ON (decision.from_position) decision.by_id
            FROM workflows_decision AS decision
            WHERE decision.case_id = item.case_id AND decision.verdict = 'approve'
              AND decision.from_position >= item.to_position
              AND decision.from_position < item.from_position
            ORDER BY decision.from_position, decision.sequence DESC
        ) AS approval
        WHERE EXISTS (
            SELECT FROM teachers_post AS post
            WHERE post.user_id = approval.by_id AND post.valid_from <= %(today)s
              AND (post.valid_to IS NULL OR post.valid_to > %(today)s))
    ), told AS (
        SELECT concerned.user_id, concerned.approved, item.*,
               row_number() OVER (PARTITION BY concerned.user_id ORDER BY item.task_id) AS place
        FROM concerned JOIN item USING (task_id)
        JOIN teachers_user AS person ON person.id = concerned.user_id AND person.is_active
        WHERE concerned.user_id <> %(by)s
    )
    INSERT INTO workflows_message (user_id, kind, key, facts, at, mail_error)
    SELECT told.user_id, 'returned', 'returned:' || min(told.task_id), jsonb_build_object(
               'desk', (array_agg(told.desk))[1],
               'approved', bool_and(told.approved),
               'count', count(*),
               'reasons', (
                   SELECT coalesce(jsonb_agg(
                       jsonb_build_object('name', code.name, 'name_en', code.name_en)
                       ORDER BY code.position), '[]')
                   FROM teachers_code AS code
                   JOIN teachers_codelist AS list ON list.id = code.code_list_id
                   WHERE list.key = 'return_reason' AND code.code = ANY(%(reasons)s)),
               'documents', jsonb_agg(jsonb_build_object(
                   'kind', told.kind, 'id', told.document_id, 'unit', told.unit)
                   ORDER BY told.task_id) FILTER (WHERE told.place <= %(named)s)),
           %(at)s, ''
    FROM told GROUP BY told.user_id ORDER BY told.user_id
    ON CONFLICT (user_id, key) DO NOTHING
"""
