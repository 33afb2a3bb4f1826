"""The two statements of the sweep: note what is due, and tell everybody in one message each."""

from datetime import date, datetime

from django.db import connection

from campaigns.enums import CampaignState
from teachers.enums import Role

#: Who hears of what is late below.
TOLD_OF_LATE = (Role.REVIEWER, Role.CHIEF, Role.MANAGER)
#: A campaign in another state asks nobody for anything.
WORKING = (CampaignState.COLLECTING, CampaignState.IN_REVIEW)


def write_reminders(*, tops: list[str], soon: list[date], late: list[date], today: date) -> int:
    """Note of open tasks that they are due soon, overdue, or late enough for the superior, each
    once; return how many notes are new.

    tops, soon, late: for each authority with a calendar of its own, where today is worked, its
    path, the last day that counts as soon and the last that is to be told above; of several above a
    desk the nearest holds. Plan: the open tasks by their partial index, those due by then only;
    reminders by the index one_reminder_of_a_kind_per_task.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflows_reminder (task_id, kind, "on")
            SELECT task.id, said.kind, %(today)s
            FROM workflows_task AS task
            JOIN teachers_organisation AS desk ON desk.id = task.organisation_id
            LEFT JOIN campaigns_campaign AS campaign ON campaign.id = task.campaign_id
            CROSS JOIN LATERAL (
                SELECT calendar.soon, calendar.late
                FROM unnest(%(tops)s::text[], %(soon)s::date[], %(late)s::date[])
                    AS calendar(top, soon, late)
                WHERE starts_with(desk.path, calendar.top)
                ORDER BY length(calendar.top) DESC LIMIT 1
            ) AS mark
            CROSS JOIN LATERAL (VALUES
                ('soon', task.due_date BETWEEN %(today)s AND mark.soon),
                ('overdue', task.due_date < %(today)s),
                ('escalated', task.due_date <= mark.late)
            ) AS said(kind, holds)
            WHERE task.finished IS NULL AND task.due_date <= %(horizon)s AND said.holds
              AND mark.soon IS NOT NULL
              AND (campaign.id IS NULL OR campaign.state = ANY(%(working)s))
              AND NOT EXISTS (
                  SELECT FROM workflows_reminder AS known
                  WHERE known.task_id = task.id AND known.kind = said.kind)
            ORDER BY task.id, said.kind
            ON CONFLICT (task_id, kind) DO NOTHING
            """,
            {
                "tops": tops,
                "soon": soon,
                "late": late,
                "today": today,
                "horizon": max((day for day in soon if day), default=today),
                "working": [state.value for state in WORKING],
            },
        )
        return cursor.rowcount


def write_digests(*, today: date, at: datetime) -> int:
    """Tell everybody concerned what was noted today, in one message a person; return how many.

    Concerned are the holders of posts at the task's desk, whoever claimed it, those who act for a
    holder within the scope of their delegation, and of what is told above the reviewers, chiefs and
    managers of the superior authority (of the own one where none stands above). A second sweep on
    the same day renews the message of those for whom something was added, unread again; it is not
    mailed twice. Plan: the day's reminders once, tasks, cases and units by primary key, posts by
    the index post_desk; no two lists are compared row by row, whatever the planner thinks of their
    size.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _DIGESTS,
            {
                "today": today,
                "key": f"due:{today.isoformat()}",
                "at": at,
                "told": [role.value for role in TOLD_OF_LATE],
            },
        )
        return cursor.rowcount


_DIGESTS = """
    WITH noted AS MATERIALIZED (
        SELECT reminder.kind, task.id AS task_id, task.kind AS document, task.role,
               task.campaign_id, task.due_date, task.owner_id, task.organisation_id AS desk_id,
               coalesce(desk.parent_id, desk.id) AS superior_id, unit.path
        FROM workflows_reminder AS reminder
        JOIN workflows_task AS task ON task.id = reminder.task_id
        JOIN workflows_case AS kase ON kase.id = task.process_id
        JOIN teachers_organisation AS desk ON desk.id = task.organisation_id
        JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
        WHERE reminder."on" = %(today)s
    ), concerned AS (
        SELECT post.user_id, 'own' AS part, noted.*
        FROM noted JOIN teachers_post AS post
          ON post.organisation_id = noted.desk_id AND post.role = noted.role
        WHERE HELD
        UNION
        SELECT noted.owner_id, 'own', noted.*
        FROM noted WHERE noted.owner_id IS NOT NULL
        UNION
        SELECT delegation.to_id, 'own', noted.*
        FROM noted
        JOIN teachers_post AS post
          ON post.organisation_id = noted.desk_id AND post.role = noted.role
        JOIN teachers_delegation AS delegation ON delegation.post_id = post.id
         AND delegation.ended_at IS NULL
         AND delegation.valid_from <= %(today)s AND delegation.valid_to > %(today)s
         AND (cardinality(delegation.kinds) = 0 OR noted.document = ANY(delegation.kinds))
        LEFT JOIN teachers_organisation AS part ON part.id = delegation.within_id
        WHERE HELD AND (part.id IS NULL OR starts_with(noted.path, part.path))
        UNION
        SELECT post.user_id, 'below', noted.*
        FROM noted JOIN teachers_post AS post
          ON post.organisation_id = noted.superior_id AND post.role = ANY(%(told)s)
        WHERE HELD AND noted.kind = 'escalated'
    ), cell AS (
        SELECT concerned.user_id, concerned.part, concerned.kind, concerned.document,
               concerned.role, concerned.campaign_id, count(*) AS n,
               min(concerned.due_date) AS oldest,
               CASE WHEN concerned.part = 'below' AND concerned.document = 'submission'
                        THEN 'campaigns:progress'
                    WHEN concerned.document = 'change' THEN 'workflows:changes'
                    WHEN concerned.document = 'problem' THEN 'workflows:problems'
                    WHEN concerned.role IN ('clerk', 'head') THEN 'workflows:school'
                    ELSE 'workflows:inbox' END AS page
        FROM concerned
        JOIN teachers_user AS person ON person.id = concerned.user_id AND person.is_active
        GROUP BY 1, 2, 3, 4, 5, 6, 9
    )
    INSERT INTO workflows_message (user_id, kind, key, facts, at, mail_error)
    SELECT cell.user_id,
           CASE WHEN bool_or(cell.part = 'own') THEN 'digest' ELSE 'escalation' END,
           %(key)s,
           jsonb_build_object(
               'day', %(today)s, 'oldest', min(cell.oldest),
               'rows', jsonb_agg(
                   jsonb_build_object(
                       'part', cell.part, 'kind', cell.kind, 'document', cell.document,
                       'count', cell.n, 'oldest', cell.oldest, 'page', cell.page,
                       'campaign', CASE WHEN campaign.id IS NOT NULL THEN jsonb_build_object(
                           'code', campaign.code, 'name', campaign.name,
                           'name_en', campaign.name_en) END)
                   ORDER BY cell.part DESC, cell.document DESC, cell.campaign_id, cell.role,
                            array_position(ARRAY['overdue', 'escalated', 'soon'], cell.kind::text)
                   )),
           %(at)s, ''
    FROM cell LEFT JOIN campaigns_campaign AS campaign ON campaign.id = cell.campaign_id
    GROUP BY cell.user_id ORDER BY cell.user_id
    ON CONFLICT (user_id, key) DO UPDATE
        SET kind = EXCLUDED.kind, facts = EXCLUDED.facts, at = EXCLUDED.at, read_at = NULL
        WHERE workflows_message.facts <> EXCLUDED.facts
""".replace(
    "HELD",
    "post.valid_from <= %(today)s AND (post.valid_to IS NULL OR post.valid_to > %(today)s)",
)
