"""When submissions were handed in and reached the goal of the stage: by day, and in time."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection

from campaigns.enums import StageKind
from campaigns.models import Campaign
from reports.counts.parts import cut_at, part_sql
from reports.measures import GOAL, GOAL_STEPS, REACHED
from teachers.models import Organisation

#: One pass over the decisions of the subtree: first signature and first passing of each case, then
#: three groupings of the same rows. Where the route has no step of the stage (a university under a
#: county review, every school in the collection) handing in is passing. An extension moves the last
#: day of the units below it; in a review those of the desks count, not those of single schools.
#: The cases come first: a decision is looked up once, among 15,400.
FIRSTS = f"""
    WITH last_step AS (
        SELECT DISTINCT ON (route_id) route_id, step
        FROM workflows_routestop WHERE step = ANY(%(steps)s) ORDER BY route_id, position DESC
    ), extended AS MATERIALIZED (
        SELECT desk.path, max(extension.until) AS until
        FROM workflows_extension AS extension
        JOIN teachers_organisation AS desk ON desk.id = extension.organisation_id
        WHERE extension.campaign_id = %(campaign)s AND extension.stage = %(stage)s
          AND extension.at <= %(at)s AND (%(schools)s OR desk.kind <> 'school')
        GROUP BY desk.path
    ), kase AS MATERIALIZED (
        SELECT c.id, o.path, s.state = ANY(%(goal)s) AS is_there, last_step.step,
               CASE WHEN last_step.step IS NULL THEN 'sign' ELSE 'approve' END AS verdict
        FROM workflows_case c
        JOIN campaigns_submission s ON s.id = c.submission_id AND s.state <> 'cancelled'
        JOIN teachers_organisation o ON o.id = c.organisation_id
        LEFT JOIN last_step ON last_step.route_id = c.route_id
        WHERE c.campaign_id = %(campaign)s AND o.path LIKE %(below)s
    ), firsts AS (
        SELECT kase.id,
               min(d.at) FILTER (WHERE d.verdict = 'sign') AS signed,
               min(d.at) FILTER (WHERE d.verdict = kase.verdict
                                   AND d.step = coalesce(kase.step, d.step)) AS passed
        FROM kase JOIN workflows_decision d ON d.case_id = kase.id
        WHERE d.at <= %(at)s AND d.verdict IN ('sign', 'approve')
        GROUP BY kase.id
    ), days AS (
        SELECT {part_sql("kase.path")} AS part,
               (signed AT TIME ZONE %(zone)s)::date AS signed,
               (passed AT TIME ZONE %(zone)s)::date AS passed,
               is_there,
               greatest(%(ends_on)s, (SELECT max(until) FROM extended
                                      WHERE starts_with(kase.path, extended.path))) AS last_day
        FROM firsts JOIN kase USING (id)
    )
    SELECT grouping(part), grouping(signed), part, coalesce(signed, passed), count(*),
           count(*) FILTER (WHERE is_there AND passed <= last_day)
    FROM days
    GROUP BY GROUPING SETS ((part), (signed), (passed))
"""  # noqa: S608 - constants only


@dataclass(frozen=True)
class Moments:
    """`days`: [{day, signed, passed}], each submission once; `on_time`: number by part."""

    days: list[dict]
    on_time: dict[str, int]


def moments(
    campaign: Campaign, unit: Organisation, stage: str, at: datetime, levels: int = 1
) -> Moments:
    """By day: submissions signed, and passed by the last step of the stage on their route, each
    for the first time; and how many of those that stand at the goal reached it by its last day.

    levels: of the codes below the unit by which the latter are counted (parts.part_of)."""
    ends_on = campaign.stages.filter(kind=stage).values_list("ends_on", flat=True).first()
    params = {
        "steps": GOAL_STEPS.get(stage, []),
        "stage": stage,
        "campaign": campaign.pk,
        "below": f"{unit.path}%",
        **cut_at(unit, levels),
        "at": at,
        "zone": settings.TIME_ZONE,
        "goal": [str(state) for state in REACHED.get(GOAL[stage], [])],
        "schools": stage == StageKind.COLLECTION,
        "ends_on": ends_on,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIRSTS, params)
        rows = cursor.fetchall()
    days: dict[date, dict] = {}
    on_time: dict[str, int] = {}
    for not_part, not_signed, part, day, count, in_time in rows:
        if not not_part:
            on_time[part] = in_time
        elif day is not None:
            key = "passed" if not_signed else "signed"
            days.setdefault(day, {"signed": 0, "passed": 0})[key] += count
    found = [{"day": day.isoformat(), **days[day]} for day in sorted(days)]
    return Moments(found, on_time if ends_on else {})
