"""Ask for a rehearsal of a draft version on a campaign's records, and run it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import rehearsing
from campaigns.enums import CampaignState, RehearsalState
from campaigns.models import Campaign, Rehearsal
from teachers import policies
from teachers.enums import VersionState
from teachers.models import IndexVersion, Post, User
from teachers.refusals import NotAllowed, Refusal
from teachers.work_locks import Work, held

MOST_ATTEMPTS = 3


class NotTheKeeper(NotAllowed):
    code = "not_the_keeper"


class NothingToRehearse(Refusal):
    code = "nothing_to_rehearse"


def rehearse(
    *, version: IndexVersion, campaign: Campaign, by: User, post: Post, at: datetime
) -> Rehearsal:
    """Queue a rehearsal, or give back the one that is running on this draft already.

    The row and its job are written in one transaction. Raises NotTheKeeper, and NothingToRehearse
    for a published version or a campaign without records.
    """
    from campaigns import jobs

    if not policies.keeps_index(post):
        raise NotTheKeeper(_("The index system is kept by the administrators of the province."))
    with transaction.atomic():
        draft = IndexVersion.objects.select_for_update().get(pk=version.pk)
        if draft.state != VersionState.DRAFT:
            raise NothingToRehearse(
                _("Version %(code)s is published. Only drafts are rehearsed.")
                % {"code": draft.code}
            )
        running = draft.rehearsals.filter(
            state__in=[RehearsalState.QUEUED, RehearsalState.RUNNING]
        ).first()
        if running is not None:
            return running
        total = rehearsing.records_to_check(campaign)
        if campaign.state == CampaignState.DRAFT or not total:
            raise NothingToRehearse(
                _("%(campaign)s has no records yet. Choose a campaign that was answered.")
                % {"campaign": campaign}
            )
        rehearsal = Rehearsal.objects.create(
            version=draft,
            campaign=campaign,
            draft_as_of=draft.changed_at,
            asked_by=by,
            asked_at=at,
            total=total,
        )
        jobs.run_rehearsal.enqueue(rehearsal.pk)
    return rehearsal


def run(rehearsal_id: int, *, at: datetime) -> Rehearsal:
    """Run a waiting rehearsal, or go on with one whose worker died. Returns the row.

    Does nothing when it is finished or another process runs it now. What goes wrong is kept on
    the row.
    """
    with held(Work.REHEARSAL, rehearsal_id) as alone:
        if alone and _start(rehearsal_id, at):
            try:
                rehearsing.run(rehearsal_id, at=at)
            except Exception as problem:
                _fail(rehearsal_id, problem, at)
    return Rehearsal.objects.get(pk=rehearsal_id)


def _start(rehearsal_id: int, at: datetime) -> bool:
    with transaction.atomic():
        rehearsal = Rehearsal.objects.select_for_update().filter(pk=rehearsal_id).first()
        if rehearsal is None or rehearsal.state not in (
            RehearsalState.QUEUED,
            RehearsalState.RUNNING,
        ):
            return False
        rehearsal.start()
        rehearsal.attempts += 1
        rehearsal.started_at = rehearsal.started_at or at
        rehearsal.save(update_fields=["state", "attempts", "started_at"])
    return True


def _fail(rehearsal_id: int, problem: Exception, at: datetime) -> None:
    """Note on the row why the run stopped, in words if it is one of ours."""
    ours = isinstance(problem, rehearsing.DraftChanged)
    with transaction.atomic():
        rehearsal = Rehearsal.objects.select_for_update().filter(pk=rehearsal_id).first()
        if rehearsal is None:
            return
        rehearsal.fail()
        rehearsal.finished_at = at
        rehearsal.error = str(problem)[:500] if ours else type(problem).__name__
        rehearsal.save(update_fields=["state", "finished_at", "error"])


def put_back(rehearsal_id: int, *, at: datetime) -> bool:
    """Queue a run again that a dead worker left; after MOST_ATTEMPTS it has failed."""
    from campaigns import jobs

    with transaction.atomic():
        rehearsal = Rehearsal.objects.select_for_update().get(pk=rehearsal_id)
        if rehearsal.state != RehearsalState.RUNNING:
            return False
        if rehearsal.attempts >= MOST_ATTEMPTS:
            rehearsal.fail()
            rehearsal.finished_at = at
            rehearsal.error = f"The worker died (attempt {rehearsal.attempts} of {MOST_ATTEMPTS})."
            rehearsal.save(update_fields=["state", "finished_at", "error"])
            return False
        jobs.run_rehearsal.enqueue(rehearsal.pk)
    return True
