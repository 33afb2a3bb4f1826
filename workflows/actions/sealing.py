"""Sealing the ledgers of a campaign when a review stage is over."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.enums import StageKind
from campaigns.models import Campaign, CampaignStage
from teachers.models import Post, User
from teachers.refusals import Refusal
from teachers.retrying import whole
from workflows import seals
from workflows.actions.opening import NotForManager
from workflows.models import Seal
from workflows.policies import may_manage

#: These end by their last day or by the manager's word; the others by a move of the campaign.
SEALED_BY_HAND = (StageKind.COUNTY_REVIEW, StageKind.CITY_REVIEW, StageKind.PROVINCE_REVIEW)


class CannotSeal(Refusal):
    code = "cannot_seal"


class AlreadySealed(Refusal):
    code = "already_sealed"


@whole
def seal(campaign: Campaign, *, stage: StageKind, by: User, post: Post, at: datetime) -> Seal:
    """Seal the end of a review stage: the heads of all the campaign's cases under one root.

    Once for each stage. Locks the campaign, so that its seals come one after the other.
    Raises NotForManager, CannotSeal, AlreadySealed.
    """
    stage = StageKind(stage)
    if not may_manage(post, campaign.organisation) or post.user_id != by.pk:
        raise NotForManager(_("Only a campaign manager of this organisation may do this."))
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    _refuse_early(campaign, stage, at)
    known = Seal.objects.filter(campaign=campaign, stage=stage).first()
    if known is not None:
        raise AlreadySealed(
            _("“%(stage)s” was sealed on %(day)s already: it is seal %(number)d.")
            % {"stage": stage.label, "day": _day(known.at), "number": known.number}
        )
    return seals.add(campaign, stage=stage, by=by, at=at)


def seal_due(*, at: datetime) -> list[Seal]:
    """Seal every review stage whose last day has passed and which has no seal yet.

    One transaction each, under the lock of the campaign: safe to run twice and on two machines.
    """
    over = CampaignStage.objects.filter(
        campaign__in=Campaign.objects.running(),
        kind__in=SEALED_BY_HAND,
        ends_on__lt=timezone.localdate(at),
    )
    sealed = Seal.objects.filter(campaign=OuterRef("campaign"), stage=OuterRef("kind"))
    due = over.exclude(Exists(sealed)).order_by("campaign_id", "position")
    made = [_seal_unless_sealed(stage, at) for stage in due]
    return [one for one in made if one is not None]


@whole
def _seal_unless_sealed(stage: CampaignStage, at: datetime) -> Seal | None:
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=stage.campaign_id)
    if not campaign.accepts_work or Seal.objects.filter(campaign=campaign, stage=stage.kind):
        return None
    return seals.add(campaign, stage=StageKind(stage.kind), by=None, at=at)


def can_be_sealed(campaign: Campaign, at: datetime) -> list[CampaignStage]:
    """The review stages that have begun and have no seal, in order."""
    if not campaign.accepts_work:
        return []
    begun = campaign.stages.filter(kind__in=SEALED_BY_HAND, starts_on__lte=timezone.localdate(at))
    sealed = Seal.objects.filter(campaign=campaign).values("stage")
    return list(begun.exclude(kind__in=sealed).order_by("position"))


def _refuse_early(campaign: Campaign, stage: StageKind, at: datetime) -> None:
    if stage not in SEALED_BY_HAND:
        raise CannotSeal(
            _("“%(stage)s” is sealed by itself when the campaign moves on: choose a review.")
            % {"stage": stage.label}
        )
    if not campaign.accepts_work:
        raise CannotSeal(
            _("“%(campaign)s” does not run: there is nothing to seal.") % {"campaign": campaign}
        )
    begins = campaign.stages.get(kind=stage).starts_on
    if timezone.localdate(at) < begins:
        raise CannotSeal(
            _("“%(stage)s” begins on %(day)s: seal it when it is over.")
            % {"stage": stage.label, "day": date_format(begins, "Y-m-d")}
        )


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y-m-d")
