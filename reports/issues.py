"""What the last issue of a report said, so that the next one can say what changed."""

from datetime import datetime

from campaigns.models import Campaign
from reports.enums import ReportState
from reports.models import Report
from teachers.models import Organisation

#: Figures of version 1 know neither of these.
SINCE_TWO = ("on_time", "on_time_rate", "again")


def previous_issue(
    campaign: Campaign, kind: str, stage: str, unit: Organisation, at: datetime
) -> dict | None:
    """The last finished issue of the same report before `at`.

    totals: its measures and rates (those it did not know are None); parts: the rate of each
    subordinate unit and of each county by code; waiting, problems: what was named and open then.
    """
    report = (
        Report.objects.filter(
            campaign=campaign,
            kind=kind,
            stage=stage,
            organisation=unit,
            state=ReportState.DONE,
            frozen_at__lt=at,
        )
        .order_by("-issue")
        .first()
    )
    if report is None:
        return None
    said = report.figures
    return {
        "issue": report.issue,
        "at": report.frozen_at.isoformat(),
        "totals": {**dict.fromkeys(SINCE_TWO), **said["totals"]},
        "parts": {
            row["code"]: row["passed_rate"]
            for rows in [*(group["rows"] for group in said["groups"]), said.get("counties", [])]
            for row in rows
            if row["code"]
        },
        "waiting": said["waiting"]["count"] if "waiting" in said else None,
        "problems": sum(row["open"] for row in said["problems"]) if "problems" in said else None,
    }
