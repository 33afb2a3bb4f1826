"""Rounds in which the authorities look at a sample before they approve in bulk."""

from campaigns.enums import CampaignState
from campaigns.models import Campaign
from teachers.models import Post
from tests import rounds
from workflows import actions
from workflows.enums import SampleVerdict
from workflows.models import Draw, SampledRecord

#: The schools of the county, and whose clerk and head they have.
COUNTY = [
    ("first_school", "school"),
    ("second_school", "second"),
    ("kindergarten", "kindergarten"),
]


def asked_for(round: rounds.Round, *, share: int = 10, least: int = 2, limit: int = 5) -> None:
    """From now on the campaign asks for samples."""
    wanted = {"sampling_share": share, "sampling_least": least, "sampling_limit": limit}
    Campaign.objects.filter(pk=round.campaign.pk).update(**wanted)
    round.campaign.refresh_from_db()
    assert round.campaign.state == CampaignState.COLLECTING


def hand_in(round: rounds.Round, names: list[tuple[str, str]] = COUNTY) -> None:
    for school, who in names:
        unit, clerk, head = (
            round.cast.units[school],
            round.cast.posts[f"{who}_clerk"],
            round.cast.posts[f"{who}_head"],
        )
        round.hand_in(unit, clerk, head)


def draw(round: rounds.Round, post: Post, *, at=None, **more) -> Draw:
    return actions.draw(round.campaign, by=post.user, post=post, at=at or round.at, **more)


def judge(round: rounds.Round, post: Post, row: SampledRecord, words: str = "") -> SampledRecord:
    """Open the record and judge it: right, or wrong if there are words."""
    who = {"by": post.user, "post": post, "at": round.at}
    assert actions.open_sampled(row, **who)
    verdict = SampleVerdict.WRONG if words else SampleVerdict.RIGHT
    return actions.judge(row, verdict=verdict, words=words, **who)


def judge_all(round: rounds.Round, post: Post, drawn: Draw, *, wrong: int = 0) -> None:
    """Judge the whole sample; the first so many are wrong."""
    for row in drawn.records.order_by("position"):
        judge(round, post, row, "学历与证书不符。" if row.position < wrong else "")
