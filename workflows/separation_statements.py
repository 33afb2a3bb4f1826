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


def violations(
    *, path: str = "", campaign: str = "", after: int = 0, limit: int | None = None
) -> list[Violation]:
    """Decisions in the ledger that break a rule, by key; as it stood when each was made.

    path: only cases of units below it; campaign: only those of its cases (by code). Reads the
    decisions in the order of their keys and asks the rules of each: by case, by submission.
    """
    with connection.cursor() as cursor:
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
                WHERE decision.id > %(after)s AND decision.verdict IN {_JUDGING}
                  AND starts_with(unit.path, %(path)s)
                  AND (%(campaign)s = '' OR campaign.code = %(campaign)s)
            ) AS found
            WHERE rules <> '{{}}' ORDER BY id LIMIT %(limit)s
            """,  # noqa: S608
            {"path": path, "campaign": campaign, "after": after, "limit": limit},
        )
        return [Violation(*row) for row in cursor.fetchall()]
