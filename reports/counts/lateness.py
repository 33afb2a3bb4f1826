"""Tasks that are late or lie long: whose, at which step, since when."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Min
from django.db.models.functions import TruncDate

from campaigns.models import Campaign
from reports.counts.parts import late_tasks
from reports.measures import LONG_DAYS, REVIEWS
from teachers.models import Organisation
from teachers.working_days import Calendars
from workflows.models import Task

DAY = timedelta(days=1)


def late_desks(campaign: Campaign, unit: Organisation, on: date) -> list[dict]:
    """Desks with overdue tasks: whose, which step, how many, days of the oldest; worst first."""
    rows = (
        late_tasks(campaign, unit, on)
        .values("step", "organisation__code", "organisation__name", "organisation__name_en")
        .annotate(count=Count("id"), oldest=Min("due_date"))
        .order_by("oldest", "-count", "organisation__code", "step")
    )
    return [
        {
            "code": row["organisation__code"],
            "name": row["organisation__name"],
            "name_en": row["organisation__name_en"],
            "step": row["step"],
            "count": row["count"],
            "due": row["oldest"].isoformat(),
            "days": (on - row["oldest"]).days,
        }
        for row in rows
    ]


def waiting_desks(
    campaign: Campaign, unit: Organisation, on: date, calendars: Calendars
) -> list[dict]:
    """Reviewing desks where submissions have lain for more than LONG_DAYS working days.

    Working days are those of the desk, counted after the day on which the task was opened; worst
    first. One statement, over the open tasks of the campaign.
    """
    latest = max(calendars.of(top).before(on, LONG_DAYS) for top in calendars.tops) + DAY
    tasks = (
        Task.objects.open()
        .filter(
            process__campaign=campaign,
            process__organisation__path__startswith=unit.path,
            step__in=REVIEWS,
        )
        .annotate(day=TruncDate("created"))
        .filter(day__lt=latest)
        .values_list(
            "organisation__code",
            "organisation__name",
            "organisation__name_en",
            "organisation__path",
            "step",
            "day",
        )
        .annotate(count=Count("id"))
        .order_by("organisation__code", "step", "day")
    )
    return _desks(tasks, on, calendars)


def _desks(tasks: Iterable[tuple], on: date, calendars: Calendars) -> list[dict]:
    desks: dict[tuple[str, str], dict] = {}
    for code, name, name_en, path, step, day, count in tasks:
        days = calendars.of(path).between(day, on)
        if days <= LONG_DAYS:
            continue
        known = {"code": code, "name": name, "name_en": name_en, "step": step}
        desk = desks.setdefault((code, step), {**known, "count": 0, "since": day, "days": days})
        desk["count"] += count
        desk["days"] = max(desk["days"], days)
        desk["since"] = min(desk["since"], day)
    worst = sorted(desks.values(), key=lambda d: (-d["days"], -d["count"], d["code"], d["step"]))
    return [{**desk, "since": desk["since"].isoformat()} for desk in worst]
