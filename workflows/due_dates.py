"""Until when the next desk has time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from teachers import working_days
from workflows import statements
from workflows.enums import DocumentKind, Verdict
from workflows.flows import Step
from workflows.screening import Candidate

#: Working days for a desk if no policy says how many.
DEFAULT_DAYS = 5


@dataclass(frozen=True)
class DueDates:
    """Until when the next desk has time: a submission until its stage ends, else working days."""

    today: date
    stages: dict[tuple[int, str], date]

    def of(self, candidate: Candidate, node: Step) -> date:
        if candidate.kind == DocumentKind.SUBMISSION:
            return self.stages[candidate.campaign_id, node.stage]
        return working_days.after(self.today, candidate.days or DEFAULT_DAYS)


def due_dates(candidates: list[Candidate], verdict: Verdict, at: datetime) -> DueDates:
    """Last day of each stage by campaign; a return leaves at least the campaign's days for it."""
    today = timezone.localdate(at)
    campaigns = {one.campaign_id for one in candidates if one.campaign_id is not None}
    if not campaigns:
        return DueDates(today, {})
    rows = statements.read_timetables(sorted(campaigns))
    extra = verdict == Verdict.RETURN
    stages = {
        (campaign, kind): max(ends_on, today + timedelta(days=days)) if extra else ends_on
        for campaign, kind, ends_on, days in rows
    }
    return DueDates(today, stages)
