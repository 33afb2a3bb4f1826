"""The set-based statements that open cases: of a whole campaign, of changes, of problem data.

One statement each, so a document has its case and its first task, or neither.
"""

from datetime import date, datetime

from django.db import connection
from viewflow.workflow.fields import get_flow_ref, get_task_ref

from campaigns.count_triggers import AUTHORITY_SQL
from workflows.flows import Step, SubmissionFlow, step
from workflows.prepared import literal


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
                       %(flow)s, 'NEW', (
                           SELECT set_config('engine.at', %(at)s::timestamptz::text, true)
                       )::timestamptz
                FROM submission JOIN school USING (organisation_id)
                RETURNING id, organisation_id
            )
            INSERT INTO workflows_task (process_id, organisation_id, kind, campaign_id, step, role,
                                        position, place_id, school_kind, is_again, is_clean,
                                        due_date, flow_task, flow_task_type, status, created, token)
            SELECT kase.id, organisation_id, 'submission', %(campaign)s, %(step)s, %(role)s, 0,
                   PLACE, unit.school_kind, false, true, %(due)s, %(task)s, 'HUMAN',
                   'NEW', %(at)s, 'start'
            FROM kase JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
            """.replace("PLACE", AUTHORITY_SQL),
            {
                "organisations": literal(organisations),
                "routes": literal(routes),
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


def open_documents(
    *, kind: str, rows: list[tuple[int, int, int, int, date, int]], first: Step, at: datetime
) -> int:
    """Open case and first task of documents that have none yet; return how many.

    kind: "change" or "problem". rows: document, its organisation, route, first desk, due date, and
    how many working days made it. One statement; unique index on the document's column of
    workflows_case.
    """
    column = {"change": "change_id", "problem": "problem_id"}[kind]
    documents, organisations, route_ids, desks, days, counted = (
        [list(column) for column in zip(*rows, strict=True)] if rows else ([], [], [], [], [], [])
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH document AS (
                SELECT * FROM unnest(%(documents)s::bigint[], %(organisations)s::bigint[],
                                     %(routes)s::bigint[], %(desks)s::bigint[], %(days)s::date[],
                                     %(counted)s::int[])
                    AS document(id, organisation_id, route_id, desk_id, due_date, counted_days)
            ), kase AS (
                INSERT INTO workflows_case (COLUMN, organisation_id, route_id, position,
                    decisions_count, ledger_head, flow_class, status, created)
                SELECT id, organisation_id, route_id, 0, 0, '', %(flow)s, 'NEW', %(at)s
                FROM document ORDER BY id
                ON CONFLICT (COLUMN) DO NOTHING
                RETURNING id, COLUMN AS document_id
            )
            INSERT INTO workflows_task (process_id, organisation_id, kind, step, role, position,
                                        place_id, school_kind, is_again, is_clean, due_date,
                                        counted_days, flow_task, flow_task_type, status, created,
                                        token)
            SELECT kase.id, document.desk_id, %(kind)s, %(step)s, %(role)s, 0, PLACE,
                   unit.school_kind, false, true, document.due_date,
                   document.counted_days, %(task)s, 'HUMAN', 'NEW', %(at)s, 'start'
            FROM kase JOIN document ON document.id = kase.document_id
            JOIN teachers_organisation AS unit ON unit.id = document.organisation_id
            """.replace("COLUMN", column).replace("PLACE", AUTHORITY_SQL),
            {
                "kind": kind,
                "documents": documents,
                "organisations": organisations,
                "routes": route_ids,
                "desks": desks,
                "days": days,
                "counted": counted,
                "flow": get_flow_ref(first.flow_class),
                "at": at,
                "step": first.name,
                "role": first.role.value,
                "task": get_task_ref(first),
            },
        )
        return cursor.rowcount
