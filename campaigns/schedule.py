"""A campaign's timetable seen from a day."""

from dataclasses import dataclass
from datetime import date

from campaigns.models import Campaign, CampaignStage


@dataclass(frozen=True)
class Period:
    """One stage; state: "done", "now" or "ahead". `elapsed` of `length` days have begun."""

    stage: CampaignStage
    state: str
    elapsed: int
    length: int

    @property
    def left(self) -> int:
        """Whole days after today."""
        return self.length - self.elapsed


def timetable(campaign: Campaign, on: date) -> list[Period]:
    """The stages in order; reads `campaign.stages`, prefetch it for lists."""
    stages = sorted(campaign.stages.all(), key=lambda stage: stage.position)
    return [_period(stage, on) for stage in stages]


def _period(stage: CampaignStage, on: date) -> Period:
    length = (stage.ends_on - stage.starts_on).days + 1
    elapsed = min(max((on - stage.starts_on).days + 1, 0), length)
    state = "done" if on > stage.ends_on else "now" if on >= stage.starts_on else "ahead"
    return Period(stage, state, elapsed, length)


def current_stage(campaign: Campaign, on: date) -> CampaignStage | None:
    """The stage of the day, or the next one; None after the last."""
    ahead = [p.stage for p in timetable(campaign, on) if p.state != "done"]
    return ahead[0] if ahead else None
