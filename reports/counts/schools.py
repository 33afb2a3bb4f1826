"""The units that one authority runs itself, one row each."""

from datetime import date
from typing import Any

from django.db.models import Count, Q

from campaigns.enums import SubmissionState
from campaigns.models import Campaign
from reports.counts.lateness import Lateness
from reports.counts.parts import asked_submissions
from reports.measures import REACHED, SUMS
from teachers.models import Organisation
from workflows.enums import Verdict

FIELDS = (
    "organisation__code",
    "organisation__name",
    "organisation__name_en",
    "state",
    "attempt",
    "records_count",
    "errors_count",
    "warnings_count",
    "unexplained_count",
)


def own_schools(
    campaign: Campaign, unit: Organisation, on: date, on_time: dict[str, int], late: Lateness
) -> list[dict]:
    """One row for the unit's own submission and for each school directly below it.

    `on_time` says by part which of them reached the goal of the stage by its last day.
    """
    own = Organisation.objects.filter(Q(pk=unit.pk) | Q(parent=unit, kind="school"))
    returned = Count("case__decisions", filter=Q(case__decisions__verdict=Verdict.RETURN))
    rows = (
        asked_submissions(campaign, unit)
        .filter(organisation__in=own)
        .values(*FIELDS)
        .annotate(returns=returned)
        .order_by("organisation__depth", "organisation__code")
    )
    in_time, due = _by_code(on_time), _by_code(late.parts)
    schools = []
    for row in rows:
        key = "" if row["organisation__code"] == unit.code else row["organisation__code"]
        _overdue, day = due.get(key, (0, None))
        schools.append({**_school(row, day, on), "on_time": in_time.get(key, 0)})
    return schools


def _by_code(parts: dict) -> dict:
    """By the first code of the part: a school has nothing below it."""
    return {part.partition("/")[0]: found for part, found in parts.items()}


def _school(row: dict, due: date | None, on: date) -> dict:
    state = row["state"]
    blank = state in {SubmissionState.DRAFT, SubmissionState.RETURNED} and not row["records_count"]
    counts: dict[str, Any] = dict.fromkeys(SUMS, 0)
    counts |= {
        "asked": 1,
        "filled": int(not blank),
        **{key: int(state in states) for key, states in REACHED.items()},
        "again": int(row["attempt"] > 1),
        "returned": int(row["returns"] > 0),
        "returns": row["returns"],
        "open_returns": int(state == SubmissionState.RETURNED),
        "overdue": int(due is not None),
        "days": (on - due).days if due else 0,
        "records": row["records_count"],
        "errors": row["errors_count"],
        "warnings": row["warnings_count"],
        "unexplained": row["unexplained_count"],
    }
    return {
        "code": row["organisation__code"],
        "name": row["organisation__name"],
        "name_en": row["organisation__name_en"],
        "state": state,
        "attempt": row["attempt"],
        **counts,
    }
