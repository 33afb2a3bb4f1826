"""Moving a campaign from stage to stage."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.enums import FINAL, StageKind
from campaigns.models import Campaign
from teachers.models import Post, User
from teachers.refusals import Refusal
from teachers.retrying import whole
from workflows import seals
from workflows.actions.moving import move_cases
from workflows.actions.opening import NotForManager
from workflows.enums import Verdict
from workflows.models import Task
from workflows.policies import may_manage
from workflows.screening import candidates
from workflows.statements import lock_documents_of


class WrongState(Refusal):
    code = "wrong_state"


class StillOpen(Refusal):
    code = "still_open"


class WordsMissing(Refusal):
    code = "words_missing"


def _locked(campaign: Campaign, by: User, post: Post) -> Campaign:
    if not may_manage(post, campaign.organisation) or post.user_id != by.pk:
        raise NotForManager(_("Only a campaign manager of this organisation may do this."))
    return Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)


def _move(campaign: Campaign, name: str) -> None:
    """Call the transition of this name. Raises WrongState with the state it is in."""
    transition = getattr(campaign, name)
    if not any(t.name == name for t in campaign.get_available_state_transitions()):
        raise WrongState(
            _("“%(campaign)s” is %(state)s: this step is not open to it.")
            % {"campaign": campaign, "state": campaign.get_state_display()}
        )
    transition()


@whole
def begin_collection(campaign: Campaign, *, by: User, post: Post, at: datetime) -> Campaign:
    """Open the doors: schools may submit; the preparation is sealed.

    Raises WrongState, NotForManager.
    """
    campaign = _locked(campaign, by, post)
    _move(campaign, "begin_collection")
    campaign.save(update_fields=["state"])
    seals.add(campaign, stage=StageKind.PREPARATION, by=by, at=at)
    return campaign


@whole
def begin_review(campaign: Campaign, *, by: User, post: Post, at: datetime) -> Campaign:
    """The collection days are over and sealed; late and returned schools may still submit."""
    campaign = _locked(campaign, by, post)
    _move(campaign, "begin_review")
    campaign.save(update_fields=["state"])
    seals.add(campaign, stage=StageKind.COLLECTION, by=by, at=at)
    return campaign


@whole
def close(campaign: Campaign, *, by: User, post: Post, at: datetime) -> Campaign:
    """End the campaign and seal it. Raises StillOpen while a submission has not reached an end."""
    campaign = _locked(campaign, by, post)
    left = campaign.submissions.exclude(state__in=FINAL).count()
    if left:
        raise StillOpen(
            ngettext(
                "%(count)d submission is still open: decide it or cancel the campaign.",
                "%(count)d submissions are still open: decide them or cancel the campaign.",
                left,
            )
            % {"count": left}
        )
    _move(campaign, "close")
    campaign.closed_at = at
    campaign.save(update_fields=["state", "closed_at"])
    seals.add(campaign, stage=StageKind.CLOSING, by=by, at=at)
    return campaign


@whole
def cancel(campaign: Campaign, *, words: str, by: User, post: Post, at: datetime) -> Campaign:
    """Call the campaign off with all its submissions that are not approved; words say why.

    The campaign is moved first, so that a decision that waits for a lock finds it closed; if it had
    been launched, it is sealed at the end.
    Raises WordsMissing, WrongState, NotForManager.
    """
    if not words.strip():
        raise WordsMissing(_("Say in words why the campaign is cancelled."))
    campaign = _locked(campaign, by, post)
    _move(campaign, "cancel")
    campaign.closed_at = at
    campaign.save(update_fields=["state", "closed_at"])
    live = Task.objects.open().filter(process__campaign=campaign)
    lock_documents_of(list(live.values_list("pk", flat=True)))
    found = candidates(list(live.values_list("pk", flat=True)), by, at, post=post)
    move_cases(
        [(candidate, None) for candidate in found.values()],
        verdict=Verdict.CANCEL,
        by=by,
        post=post,
        at=at,
        reasons=[],
        words=words.strip(),
    )
    if campaign.launched_at is not None:
        seals.add(campaign, stage=StageKind.CLOSING, by=by, at=at)
    return campaign
