"""SQL that asks the rules of separation of many at once: a whole desk, the whole ledger."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from workflows.separation import CONFLICTS_SQL, broken_sql

_TASK_AND_ALL = """
    FROM workflows_task AS task
    JOIN workflows_case AS kase ON kase.id = task.process_id
    JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
    LEFT JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
    LEFT JOIN campaigns_campaign AS campaign ON campaign.id = kase.campaign_id
    LEFT JOIN teachers_changerequest AS change ON change.id = kase.change_id"""


def all_excluded(
    *, organisation_id: int, role: str, person_id: int, kinds: list[str], path: str
) -> bool:
    """Whether something waits at a desk and a person could decide nothing of it.

    Walks the open tasks of the desk until the first one that the person may decide.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH waiting AS (
                SELECT {CONFLICTS_SQL} AS rules {_TASK_AND_ALL}
                WHERE task.organisation_id = %(desk)s AND task.role = %(role)s
                  AND task.finished IS NULL AND starts_with(unit.path, %(path)s)
                  AND (%(kinds)s::text[] = '{{}}' OR task.kind = ANY(%(kinds)s))
            )
            SELECT EXISTS (SELECT FROM waiting)
                   AND NOT EXISTS (SELECT FROM waiting WHERE rules = '{{}}')
            """,  # noqa: S608
            {
                "persons": [person_id],
                "desk": organisation_id,
                "role": role,
                "path": path,
                "kinds": kinds,
            },
        )
        return cursor.fetchone()[0]


@dataclass(frozen=True, slots=True)
class Violation:
    """A decision in the ledger that its maker should not have made, with the rules it breaks.

    `document` names what the case moves: "submission", "change" or "problem" and its key.
    """

    decision_id: int
    case_id: int
    sequence: int
    document: str
    document_id: int
    unit: str
    step: str
    verdict: str
    at: datetime
    person: str
    acting_for: str
    organisation: str
    rules: list[str]


#: What is judged: decisions that can break a rule at all.
_JUDGING = "('approve', 'return', 'refuse', 'settle', 'sign')"
_AS_DECIDED = broken_sql(
    persons="ARRAY[decision.by_id, post.user_id]",
    attempt="decision.attempt",
    number="decision.sequence",
    at="decision.at",
)
#: Decisions whose maker had any other part in the case, which every rule needs: another decision
#: of it (one's own, or made in one's name), an entry of the change or of a record, a file of one's
#: own. The rules themselves are asked of these few only. Plan: one pass over the decisions of the
#: subtree; they are listed under who made them and, where that is somebody else, under the holder
#: of the post, and hashed by case and person; records by the index who_entered_records alone.
_SUSPECT = f"""
    WITH part AS MATERIALIZED (
        SELECT decision.id, decision.case_id, kase.submission_id, kase.change_id, decision.by_id,
               nullif(post.user_id, decision.by_id) AS holder_id,
               decision.verdict IN {_JUDGING} AND decision.id > %(after)s AS judges
        FROM workflows_decision AS decision
        JOIN workflows_case AS kase ON kase.id = decision.case_id
        JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
        JOIN teachers_post AS post ON post.id = decision.post_id
        LEFT JOIN campaigns_campaign AS campaign ON campaign.id = kase.campaign_id
        WHERE unit.path LIKE %(below)s AND (%(campaign)s = '' OR campaign.code = %(campaign)s)
    ), listed AS NOT MATERIALIZED (
        SELECT id, case_id, submission_id, change_id, judges, by_id AS person_id FROM part
        UNION ALL
        SELECT id, case_id, submission_id, change_id, judges, holder_id FROM part
        WHERE holder_id IS NOT NULL
    ), twice AS MATERIALIZED (
        SELECT case_id, person_id FROM listed GROUP BY case_id, person_id HAVING count(*) > 1
    ), judging AS NOT MATERIALIZED (
        SELECT * FROM listed WHERE judges
    )
    SELECT judging.id FROM judging JOIN twice USING (case_id, person_id)
    UNION
    SELECT judging.id FROM judging
    JOIN campaigns_record AS record
      ON record.submission_id = judging.submission_id AND record.entered_by_id = judging.person_id
    UNION
    SELECT judging.id FROM judging
    JOIN teachers_changerequest AS change
      ON change.id = judging.change_id AND change.entered_by_id = judging.person_id
    UNION
    SELECT judging.id FROM judging
    JOIN teachers_user AS person ON person.id = judging.person_id
    WHERE judging.submission_id IS NULL AND person.teacher_id IS NOT NULL
"""  # noqa: S608 - constants only


def violations(
    *, path: str = "", campaign: str = "", after: int = 0, limit: int | None = None
) -> list[Violation]:
    """Decisions in the ledger that break a rule, by key; as it stood when each was made.

    path: only cases of units below it; campaign: only those of its cases (by code). First looks
    for those that could, then asks the rules of each of them: in one statement the planner would
    ask them of all.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SUSPECT, {"below": f"{path}%", "campaign": campaign, "after": after})
        suspects = [decision_id for (decision_id,) in cursor.fetchall()]
        if not suspects:
            return []
        cursor.execute(
            f"""
            SELECT * FROM (
                SELECT decision.id, kase.id AS kase, decision.sequence, task.kind,
                       coalesce(kase.submission_id, kase.change_id, kase.problem_id) AS document,
                       unit.name AS unit, decision.step, decision.verdict, decision.at,
                       person.name AS person,
                       CASE WHEN decision.delegation_id IS NULL THEN '' ELSE holder.name END,
                       desk.name AS desk, {_AS_DECIDED} AS rules
                {_TASK_AND_ALL}
                JOIN workflows_decision AS decision ON decision.task_id = task.id
                JOIN teachers_post AS post ON post.id = decision.post_id
                JOIN teachers_user AS person ON person.id = decision.by_id
                JOIN teachers_user AS holder ON holder.id = post.user_id
                JOIN teachers_organisation AS desk ON desk.id = decision.organisation_id
                WHERE decision.id = ANY(%(suspects)s)
            ) AS found
            WHERE rules <> '{{}}' ORDER BY id LIMIT %(limit)s
            """,  # noqa: S608
            {"suspects": suspects, "limit": limit},
        )
        return [Violation(*row) for row in cursor.fetchall()]
