"""The work of the reviewers: decisions by step, by desk and by person, and how long each took."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from campaigns.models import Campaign
from reports.measures import REVIEWS
from teachers.models import Organisation

MOST_PEOPLE = 20
_HOURS = "percentile_cont(0.5) WITHIN GROUP (ORDER BY hours)"
#: One pass over the decisions of the subtree, each with the hours since its task was opened; then
#: steps, and of the reviewing steps desks and people, from the same rows. The cases come first, so
#: that a decision is looked up once, among 15,400, whatever the planner takes the subtree for;
#: names are looked up one by one, for the few hundred rows that are left.
WORK = f"""
    WITH kase AS MATERIALIZED (
        SELECT c.id
        FROM workflows_case c
        JOIN campaigns_submission s ON s.id = c.submission_id AND s.state <> 'cancelled'
        JOIN teachers_organisation o ON o.id = c.organisation_id
        WHERE c.campaign_id = %(campaign)s AND o.path LIKE %(below)s
    ), decided AS MATERIALIZED (
        SELECT d.step, d.organisation_id AS desk_id, d.by_id, d.verdict = 'return' AS is_return,
               d.verdict IN ('approve', 'return') AND d.step = ANY(%(steps)s) AS is_review,
               greatest(date_part('epoch', d.at - t.created), 0) / 3600 AS hours
        FROM kase
        JOIN workflows_decision d ON d.case_id = kase.id
        JOIN workflows_task t ON t.id = d.task_id
        WHERE d.at <= %(at)s AND d.verdict IN ('submit', 'sign', 'approve', 'return')
    ), by_step AS (
        SELECT step, count(*) AS n, count(*) FILTER (WHERE is_return) AS returned,
               {_HOURS} AS hours
        FROM decided GROUP BY step
    ), by_desk AS (
        SELECT desk_id, by_id, count(*) AS n, count(*) FILTER (WHERE is_return) AS returned,
               {_HOURS} AS hours
        FROM decided WHERE is_review
        GROUP BY GROUPING SETS ((desk_id), (desk_id, by_id))
    )
    SELECT step, NULL AS code, NULL AS name, NULL AS name_en, by_id, NULL AS person, n, returned,
           hours
    FROM (SELECT *, NULL::bigint AS by_id FROM by_step) AS steps
    UNION ALL
    SELECT NULL, desk.code, desk.name, desk.name_en, by_id, person.name, n, returned, hours
    FROM by_desk
    CROSS JOIN LATERAL (
        SELECT code, name, name_en, path FROM teachers_organisation WHERE id = desk_id OFFSET 0
    ) AS desk
    LEFT JOIN LATERAL (SELECT name FROM teachers_user WHERE id = by_id OFFSET 0) AS person ON true
    WHERE desk.path LIKE %(below)s
    ORDER BY step, n DESC, code, by_id
"""  # noqa: S608 - constants only


@dataclass(frozen=True)
class Work:
    """steps: decisions of each step and the median hours from the opening of the task to the
    decision. load: approvals and returns of the reviewers of the unit and of the desks below it;
    `people` is the number of reviewers who decided, desks and persons are listed busiest first, of
    the persons the first MOST_PEOPLE."""

    steps: list[dict]
    load: dict


def work(campaign: Campaign, unit: Organisation, at: datetime) -> Work:
    """What has been decided on the submissions of the subtree until `at`; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            WORK,
            {"campaign": campaign.pk, "below": f"{unit.path}%", "at": at, "steps": REVIEWS},
        )
        rows = cursor.fetchall()
    people = [{**_load(row), "people": 1, "person": row[5]} for row in rows if row[4] is not None]
    at_desks = Counter(person["code"] for person in people)
    desks = [
        {**_load(row), "people": at_desks[row[1]]}
        for row in rows
        if row[0] is None and row[4] is None
    ]
    load = {
        "people": sum(desk["people"] for desk in desks),
        "decisions": sum(desk["decisions"] for desk in desks),
        "returned": sum(desk["returned"] for desk in desks),
        "desks": desks,
        "persons": people[:MOST_PEOPLE],
    }
    return Work([_step(row) for row in rows if row[0] is not None], load)


def _step(row: tuple) -> dict:
    step, *_desk, count, returned, hours = row
    return {
        "step": step,
        "passed": count - returned,
        "returned": returned,
        "median_hours": round(hours, 1),
    }


def _load(row: tuple) -> dict:
    _step, code, name, name_en, _by, _person, count, returned, hours = row
    return {
        "code": code,
        "name": name,
        "name_en": name_en,
        "decisions": count,
        "returned": returned,
        "median_hours": round(hours, 1),
    }
