"""The work of the reviewers: decisions by step, by desk and by person, and how long each took."""

from datetime import datetime

from django.db import connection

from campaigns.models import Campaign
from reports.measures import REVIEWS
from teachers.models import Organisation

MOST_PEOPLE = 20
_FROM = """
    FROM workflows_decision d
    JOIN workflows_task t ON t.id = d.task_id
    JOIN workflows_case c ON c.id = d.case_id
    JOIN campaigns_submission s ON s.id = c.submission_id AND s.state <> 'cancelled'
    JOIN teachers_organisation o ON o.id = c.organisation_id"""
_HOURS = """percentile_cont(0.5) WITHIN GROUP (
               ORDER BY greatest(extract(epoch FROM d.at - t.created), 0) / 3600.0)"""
DECISIONS_BY_STEP = f"""
    SELECT d.step,
           count(*) FILTER (WHERE d.verdict IN ('submit', 'sign', 'approve')),
           count(*) FILTER (WHERE d.verdict = 'return'), {_HOURS}
    {_FROM}
    WHERE c.campaign_id = %(campaign)s AND o.path LIKE %(below)s AND d.at <= %(at)s
      AND d.verdict IN ('submit', 'sign', 'approve', 'return')
    GROUP BY d.step ORDER BY d.step
"""  # noqa: S608
#: Desks and people in one pass over the decisions of the reviewing steps.
LOAD = f"""
    SELECT grouping(d.by_id), desk.code, desk.name, desk.name_en, person.name,
           count(DISTINCT d.by_id), count(*), count(*) FILTER (WHERE d.verdict = 'return'), {_HOURS}
    {_FROM}
    JOIN teachers_organisation desk ON desk.id = d.organisation_id
    JOIN teachers_user person ON person.id = d.by_id
    WHERE c.campaign_id = %(campaign)s AND o.path LIKE %(below)s AND desk.path LIKE %(below)s
      AND d.step = ANY(%(steps)s) AND d.verdict IN ('approve', 'return') AND d.at <= %(at)s
    GROUP BY GROUPING SETS (
        (desk.code, desk.name, desk.name_en),
        (desk.code, desk.name, desk.name_en, d.by_id, person.name))
    ORDER BY count(*) DESC, desk.code, d.by_id
"""  # noqa: S608


def decisions_by_step(campaign: Campaign, unit: Organisation, at: datetime) -> list[dict]:
    """Decisions of each step and the median hours from the opening of the task to the decision."""
    with connection.cursor() as cursor:
        cursor.execute(DECISIONS_BY_STEP, _asked(campaign, unit, at))
        rows = cursor.fetchall()
    return [
        {"step": step, "passed": passed, "returned": returned, "median_hours": round(hours, 1)}
        for step, passed, returned, hours in rows
    ]


def load(campaign: Campaign, unit: Organisation, at: datetime) -> dict:
    """Approvals and returns of the reviewers of the unit and of the desks below it.

    people: number of reviewers who decided; desks and persons: busiest first, of the persons the
    first MOST_PEOPLE.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOAD, {**_asked(campaign, unit, at), "steps": REVIEWS})
        rows = cursor.fetchall()
    desks = [_load(row) for row in rows if row[0]]
    people = [{**_load(row), "person": row[4]} for row in rows if not row[0]]
    return {
        "people": sum(desk["people"] for desk in desks),
        "decisions": sum(desk["decisions"] for desk in desks),
        "returned": sum(desk["returned"] for desk in desks),
        "desks": desks,
        "persons": people[:MOST_PEOPLE],
    }


def _asked(campaign: Campaign, unit: Organisation, at: datetime) -> dict:
    return {"campaign": campaign.pk, "below": f"{unit.path}%", "at": at}


def _load(row: tuple) -> dict:
    _by_desk, code, name, name_en, _person, people, count, returned, hours = row
    return {
        "code": code,
        "name": name,
        "name_en": name_en,
        "people": people,
        "decisions": count,
        "returned": returned,
        "median_hours": round(hours, 1),
    }
