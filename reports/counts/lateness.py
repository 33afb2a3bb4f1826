"""Tasks that are late or lie long: whose, at which step, since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign
from reports.counts.parts import cut_at, part_sql
from reports.measures import LONG_DAYS, REVIEWS
from teachers.models import Organisation
from teachers.working_days import Calendars

DAY = timedelta(days=1)
#: The open tasks of the subtree that are overdue or were opened before a moment, in one pass (index
#: open_tasks_of_a_campaign): by part, desk, step and day. Names are looked up for what is left.
LYING = f"""
    WITH lying AS MATERIALIZED (
        SELECT {part_sql("unit.path")} AS part, task.organisation_id, task.step, task.due_date,
               (task.created AT TIME ZONE %(zone)s)::date AS opened, count(*) AS n
        FROM workflows_task AS task
        JOIN workflows_case AS kase ON kase.id = task.process_id
        JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
        WHERE task.finished IS NULL AND task.campaign_id = %(campaign)s
          AND unit.path LIKE %(below)s
          AND (task.due_date < %(on)s
               OR task.step = ANY(%(reviews)s) AND task.created < %(long_ago)s)
        GROUP BY 1, 2, 3, 4, 5
    )
    SELECT lying.part, desk.code, desk.name, desk.name_en, desk.path, lying.step, lying.due_date,
           lying.opened, lying.n
    FROM lying
    CROSS JOIN LATERAL (
        SELECT code, name, name_en, path FROM teachers_organisation
        WHERE id = lying.organisation_id OFFSET 0
    ) AS desk
    ORDER BY desk.code, lying.step, lying.opened, lying.due_date, lying.part
"""  # noqa: S608 - constants only


class Lying(NamedTuple):
    """`count` open tasks of one part at one step of one desk."""

    part: str
    code: str
    name: str
    name_en: str
    path: str
    step: str
    due: date
    opened: date
    count: int

    @property
    def desk(self) -> dict:
        return {"code": self.code, "name": self.name, "name_en": self.name_en, "step": self.step}


@dataclass(frozen=True)
class Lateness:
    """parts: by the codes below the unit how many tasks are overdue, and the day on which the
    oldest was due. desks: with overdue tasks, worst first. waiting: reviewing desks where
    submissions have lain for more than LONG_DAYS working days, worst first."""

    parts: dict[str, tuple[int, date]]
    desks: list[dict]
    waiting: list[dict]


def lateness(
    campaign: Campaign, unit: Organisation, on: date, calendars: Calendars, levels: int = 1
) -> Lateness:
    """What lies on the desks for submissions of the subtree; one statement.

    levels: of the codes below the unit by which is counted (parts.part_of).
    """
    latest = max(calendars.of(top).before(on, LONG_DAYS) for top in calendars.tops) + DAY
    params = {
        "campaign": campaign.pk,
        "below": f"{unit.path}%",
        **cut_at(unit, levels),
        "zone": settings.TIME_ZONE,
        "on": on,
        "reviews": REVIEWS,
        "long_ago": timezone.make_aware(datetime.combine(latest, time.min)),
    }
    with connection.cursor() as cursor:
        cursor.execute(LYING, params)
        rows = [Lying._make(row) for row in cursor.fetchall()]
    late = [row for row in rows if row.due < on]
    return Lateness(_parts(late), _late_desks(late, on), _waiting_desks(rows, on, calendars))


def _parts(late: Iterable[Lying]) -> dict[str, tuple[int, date]]:
    parts: dict[str, tuple[int, date]] = {}
    for row in late:
        count, oldest = parts.get(row.part, (0, row.due))
        parts[row.part] = (count + row.count, min(oldest, row.due))
    return parts


def _late_desks(late: Iterable[Lying], on: date) -> list[dict]:
    desks: dict[tuple[str, str], dict] = {}
    for row in late:
        desk = desks.setdefault((row.code, row.step), {**row.desk, "count": 0, "due": row.due})
        desk["count"] += row.count
        desk["due"] = min(desk["due"], row.due)
    worst = sorted(desks.values(), key=lambda d: (d["due"], -d["count"], d["code"], d["step"]))
    return [
        {**desk, "due": desk["due"].isoformat(), "days": (on - desk["due"]).days} for desk in worst
    ]


def _waiting_desks(rows: Iterable[Lying], on: date, calendars: Calendars) -> list[dict]:
    """Working days are those of the desk, counted after the day on which the task was opened."""
    desks: dict[tuple[str, str], dict] = {}
    for row in rows:
        if row.step not in REVIEWS:
            continue
        days = calendars.of(row.path).between(row.opened, on)
        if days <= LONG_DAYS:
            continue
        zero = {**row.desk, "count": 0, "since": row.opened, "days": days}
        desk = desks.setdefault((row.code, row.step), zero)
        desk["count"] += row.count
        desk["days"] = max(desk["days"], days)
        desk["since"] = min(desk["since"], row.opened)
    worst = sorted(desks.values(), key=lambda d: (-d["days"], -d["count"], d["code"], d["step"]))
    return [{**desk, "since": desk["since"].isoformat()} for desk in worst]
