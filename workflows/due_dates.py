"""Until when the next desk has time, and the clock that stands still at the school."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from teachers import working_days
from workflows import statements
from workflows.enums import DocumentKind, Verdict
from workflows.flows import Step
from workflows.screening import Candidate

#: Working days for a desk if no policy says how many.
DEFAULT_DAYS = 5
#: The head's step: the last one inside the school.
LAST_AT_SCHOOL = 1


@dataclass(frozen=True)
class DueDates:
    """Until when the next desk has time: a submission until its stage ends, else working days.

    stages: campaign and kind of stage to its last day. days: campaign to the working days it gives
    to answer a return.
    """

    today: date
    returned: bool
    stages: dict[tuple[int, str], date]
    days: dict[int, int]

    def of(self, candidate: Candidate, node: Step, stopped_days: int) -> date:
        """Last day at a step. A review's day moves on by the days the case was with the school."""
        if candidate.kind != DocumentKind.SUBMISSION:
            return working_days.after(self.today, candidate.days or DEFAULT_DAYS)
        day = self.stages[candidate.campaign_id, node.stage]
        if node.is_review and stopped_days:
            day = working_days.after(day, stopped_days)
        if self.returned:
            day = max(day, working_days.after(self.today, self.days[candidate.campaign_id]))
        return day

    def clock(self, candidate: Candidate, to_position: int | None) -> tuple[date | None, int]:
        """Since when the clock stands still, and for how many working days it has before."""
        since, days = candidate.stopped_on, candidate.stopped_days
        if to_position == 0 and candidate.position > LAST_AT_SCHOOL:
            return since or self.today, days
        if since and to_position is not None and to_position > LAST_AT_SCHOOL:
            return None, days + working_days.between(since, self.today)
        return since, days


def due_dates(candidates: list[Candidate], verdict: Verdict, at: datetime) -> DueDates:
    """Last day of each stage by campaign; a return leaves at least the campaign's days for it."""
    today = timezone.localdate(at)
    campaigns = sorted({one.campaign_id for one in candidates if one.campaign_id is not None})
    rows = statements.read_timetables(campaigns) if campaigns else []
    return DueDates(
        today,
        verdict == Verdict.RETURN,
        {(campaign, kind): ends_on for campaign, kind, ends_on, _days in rows},
        {campaign: days for campaign, _kind, _ends_on, days in rows},
    )
