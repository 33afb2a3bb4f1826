"""Returns: why, how fast they were answered, and how often schools had to hand in again."""

from datetime import date, datetime

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Func, TextField

from campaigns.models import Campaign
from reports.counts.parts import asked_submissions, decisions
from reports.measures import median
from teachers.models import Organisation
from teachers.working_days import Calendars
from workflows.enums import Verdict

MOST_NAMED = 10


def return_reasons(campaign: Campaign, unit: Organisation) -> list[tuple[str, int]]:
    """(code, number of returns that give it), most frequent first."""
    rows = (
        decisions(campaign, unit)
        .filter(verdict=Verdict.RETURN)
        .annotate(reason=Func(F("reasons"), function="unnest", output_field=TextField()))
        .values("reason")
        .annotate(count=Count("id"))
        .order_by("-count", "reason")
    )
    return [(row["reason"], row["count"]) for row in rows]


#: The chain of each case that was returned once: every return to the school with the signature that
#: followed, by the authority whose calendar counts and by the two days.
ANSWERS = """
    WITH returned AS MATERIALIZED (
        SELECT DISTINCT d.case_id
        FROM workflows_decision d
        JOIN workflows_case c ON c.id = d.case_id
        JOIN teachers_organisation o ON o.id = c.organisation_id
        WHERE d.verdict = 'return' AND d.to_position = 0
          AND c.campaign_id = %(campaign)s AND o.path LIKE %(below)s
    )
    SELECT authority, returned, answered, count(*)
    FROM (
        SELECT CASE WHEN o.kind = 'university' THEN o.path
                    ELSE left(o.path, -length(o.code) - 1) END AS authority,
               d.verdict, d.to_position,
               (d.at AT TIME ZONE %(zone)s)::date AS returned,
               (min(CASE WHEN d.verdict = 'sign' THEN d.at END) OVER (
                   PARTITION BY d.case_id ORDER BY d.sequence
                   ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
                AT TIME ZONE %(zone)s)::date AS answered
        FROM returned
        JOIN workflows_case c ON c.id = returned.case_id
        JOIN workflows_decision d ON d.case_id = c.id
        JOIN campaigns_submission s ON s.id = c.submission_id AND s.state <> 'cancelled'
        JOIN teachers_organisation o ON o.id = c.organisation_id
        WHERE d.at <= %(at)s
    ) AS chain
    WHERE verdict = 'return' AND to_position = 0
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def answers(
    campaign: Campaign, unit: Organisation, at: datetime, on: date, calendars: Calendars
) -> dict:
    """Returns to the school and how they were answered, in working days of the authority's place.

    answered: followed by a new signature; answer_days: the median; in_time: answered within the
    campaign's days for it; late: not answered, and those days are over.
    """
    with connection.cursor() as cursor:
        asked = {"campaign": campaign.pk, "below": f"{unit.path}%", "at": at}
        cursor.execute(ANSWERS, {**asked, "zone": settings.TIME_ZONE})
        rows = cursor.fetchall()
    taken: dict[int, int] = {}
    late = 0
    for path, returned, answered, count in rows:
        days = calendars.of(path).between(returned, answered or on)
        if answered is not None:
            taken[days] = taken.get(days, 0) + count
        elif days > campaign.return_days:
            late += count
    return {
        "answered": sum(taken.values()),
        "answer_days": median(taken),
        "in_time": sum(n for days, n in taken.items() if days <= campaign.return_days),
        "allowed": campaign.return_days,
        "late": late,
    }


def rework(campaign: Campaign, unit: Organisation) -> dict:
    """How often submissions were handed in: [{attempt, count}], and those handed in most often."""
    rows = asked_submissions(campaign, unit)
    attempts = rows.values("attempt").annotate(count=Count("id")).order_by("attempt")
    worst = (
        rows.filter(attempt__gt=2)
        .order_by("-attempt", "organisation__code")
        .values_list(
            "attempt", "organisation__code", "organisation__name", "organisation__name_en"
        )[:MOST_NAMED]
    )
    return {
        "attempts": list(attempts),
        "worst": [
            {"attempt": attempt, "code": code, "name": name, "name_en": name_en}
            for attempt, code, name, name_en in worst
        ],
    }
