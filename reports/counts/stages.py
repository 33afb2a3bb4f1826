"""The whole campaign: its stages in a row."""

from datetime import datetime

from django.utils import timezone

from campaigns.enums import StageKind
from campaigns.models import Campaign
from reports.counts.days import moments
from reports.measures import GOAL, rate
from teachers.models import Organisation

#: Stages that submissions pass; the preparation has none yet, the closing is the last review's.
PASSED = (
    StageKind.COLLECTION,
    StageKind.COUNTY_REVIEW,
    StageKind.CITY_REVIEW,
    StageKind.PROVINCE_REVIEW,
)


def stages_in_a_row(
    campaign: Campaign, unit: Organisation, totals: dict, sealed: list[dict], at: datetime
) -> list[dict]:
    """For each stage of the timetable its days, how many units stand at its goal, how many of them
    reached it in time, and the root of its seal."""
    roots = {seal["stage"]: seal for seal in sealed}
    on = timezone.localdate(at)
    rows = []
    for days in campaign.stages.order_by("position"):
        row = {
            "kind": days.kind,
            "starts_on": days.starts_on.isoformat(),
            "ends_on": days.ends_on.isoformat(),
            "begun": days.starts_on <= on,
            "passed": None,
            "on_time": None,
            "passed_rate": None,
            "on_time_rate": None,
            "root": roots[days.kind]["root"] if days.kind in roots else "",
        }
        if days.kind in PASSED and row["begun"]:
            passed = totals[GOAL[days.kind]]
            in_time = sum(moments(campaign, unit, days.kind, at).on_time.values())
            row |= {
                "passed": passed,
                "on_time": in_time,
                "passed_rate": rate(passed, totals["asked"]),
                "on_time_rate": rate(in_time, totals["asked"]),
            }
        rows.append(row)
    return rows
