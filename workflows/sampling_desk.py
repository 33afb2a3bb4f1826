"""Reads for the pages of the sampling desk."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from campaigns.enums import CampaignState
from campaigns.models import Campaign
from teachers.models import Post
from workflows import sampling_statements as statements
from workflows.models import Draw, SampledRecord
from workflows.policies import draws_samples
from workflows.sampling import RISK_NAMES

PAGE = 50
WITH_EVERYTHING = ("campaign", "organisation", "by")


@dataclass(frozen=True)
class Lead:
    """How the sampling desk of a campaign stands, in short: for the head of the inbox. Without a
    campaign there are several, and the desk itself tells them apart."""

    campaign: Campaign | None = None
    limit: int = 0
    found: statements.Found | None = None

    @property
    def state(self) -> str:
        if self.campaign is None:
            return "several"
        return state_of(self.found, self.limit) if self.found else "none"


def state_of(found: statements.Found, limit: int) -> str:
    """ "running", "passed", "failed", or "empty": the school has all that was drawn again."""
    if not found.is_finished:
        return "running"
    if not found.judged:
        return "empty"
    return "passed" if found.errors.within(limit) else "failed"


def lead(post: Post, campaigns: list[Campaign]) -> Lead | None:
    """For a desk that samples, with work of campaigns that ask for it (one statement if it is only
    one of them); else None."""
    asking = [campaign for campaign in campaigns if campaign.sampling_share]
    if not asking or not draws_samples(post):
        return None
    if len(asking) > 1:
        return Lead()
    newest = statements.newest_found(post, asking[0].pk)
    return Lead(asking[0], *newest) if newest else Lead(asking[0])


@dataclass(frozen=True)
class Sheet:
    """A draw with what it has found. Rates are in percent, the interval is that of 95 %."""

    draw: Draw
    found: statements.Found

    @property
    def state(self) -> str:
        return state_of(self.found, self.draw.limit)

    @property
    def rate(self) -> float | None:
        rate = self.found.errors.rate
        return None if rate is None else rate * 100

    @property
    def low(self) -> float | None:
        return self._bound(0)

    @property
    def high(self) -> float | None:
        return self._bound(1)

    def _bound(self, which: int) -> float | None:
        interval = self.found.errors.interval
        return None if interval is None else interval[which] * 100


def campaigns_with_samples(post: Post) -> list[Campaign]:
    """Launched campaigns that ask for samples and touch the post's unit, the newest first."""
    visible = Campaign.objects.visible_to(post).filter(sampling_share__gt=0)
    return list(visible.exclude(state=CampaignState.DRAFT).order_by("-pk"))


def sheets(draws: Iterable[Draw]) -> list[Sheet]:
    """What each draw has found (one statement)."""
    rows = list(draws)
    found = statements.found_in([row.pk for row in rows]) if rows else {}
    return [Sheet(row, found[row.pk]) for row in rows]


def draws_below(post: Post, campaign: Campaign, *, after: int | None) -> list[Sheet]:
    """A page of the draws of the own unit and of those below, newest first, and one more (two
    statements)."""
    draws = Draw.objects.visible_to(post).filter(campaign=campaign)
    if after is not None:
        draws = draws.filter(pk__lt=after)
    rows = draws.select_related(*WITH_EVERYTHING).defer("population").order_by("-pk")
    return sheets(rows[: PAGE + 1])


def rows_of(draw: Draw, post: Post, *, after: int | None) -> list[SampledRecord]:
    """A page of a draw's records that a post may see, in the order drawn, and one more; each with
    `standing` and `risk_names` (two statements)."""
    rows = draw.records.filter(submission__organisation__path__startswith=post.reach)
    rows = rows.select_related("submission__organisation", "opened_by", "judged_by")
    if after is not None:
        rows = rows.filter(position__gt=after)
    rows = list(rows.order_by("position")[: PAGE + 1])
    standings = statements.standings([row.pk for row in rows])
    for row in rows:
        row.standing = standings[row.pk]
        row.risk_names = names_of(row)
    return rows


def names_of(row: SampledRecord) -> list[Promise]:
    """What makes it risky, in words."""
    return [RISK_NAMES[risk] for risk in row.risks]


def of_own_desk(post: Post | None):
    """The sampled records that the desk of a post has to judge or has judged."""
    if post is None:
        return SampledRecord.objects.none()
    desk = {"draw__organisation": post.organisation_id, "draw__role": post.role}
    return SampledRecord.objects.filter(**desk).select_related("draw__campaign")
