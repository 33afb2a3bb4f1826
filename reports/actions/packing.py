"""Ask for the pack of a stage, call it off, try it again."""

from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from reports import policies
from reports.actions.refusals import (
    NothingToCancel,
    NothingToRetry,
    NotYourUnit,
    refuse_before_launch,
    refuse_unless_allowed,
    refuse_without_authorities_below,
)
from reports.enums import UNFINISHED, ReportState
from reports.models import Pack, Report
from teachers import access
from teachers.models import Organisation, Post, User
from teachers.retrying import whole

ENDED_WITHOUT = (ReportState.FAILED, ReportState.CANCELLED)


@whole
def ask_pack(
    *,
    campaign: Campaign,
    stage: str,
    organisation: Organisation,
    by: User,
    post: Post,
    at: datetime,
    language: str = "zh-hans",
) -> Pack:
    """Queue the reports of a stage on a unit and all authorities below it, to be put together.

    Gives back the one that is in the making, if there is one. Row and job are written in one
    transaction. Raises NotYourUnit, NotLaunched, NothingBelow.
    """
    refuse_unless_allowed(post, organisation)
    refuse_before_launch(campaign, stage)
    refuse_without_authorities_below(organisation)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    same = {"campaign": campaign, "stage": stage, "organisation": organisation}
    making_now = Pack.objects.filter(**same, state__in=UNFINISHED).first()
    if making_now:
        return making_now
    pack = Pack.objects.create(**same, language=language, asked_by=by, asked_at=at)
    _enqueue(pack)
    return pack


def _enqueue(pack: Pack) -> None:
    from reports import jobs

    jobs.make_pack.enqueue(pack.pk)


@whole
def cancel_pack(*, pack: Pack, by: User, post: Post, at: datetime) -> Pack:
    """Call off a pack and those of its reports that are not made yet; made ones stay.

    Raises NotYourUnit, NothingToCancel.
    """
    pack = _locked(pack, post)
    if pack.state not in UNFINISHED:
        raise NothingToCancel(_("This pack is not being made; there is nothing to call off."))
    pack.cancel()
    pack.finished_at = at
    pack.save(update_fields=["state", "finished_at"])
    others = Pack.objects.filter(state__in=UNFINISHED).exclude(pk=pack.pk)
    waiting = pack.reports.filter(state__in=UNFINISHED).exclude(packs__in=others)
    _lock_in_order(waiting).update(state=ReportState.CANCELLED, finished_at=at)
    access.note(
        "report_cancel",
        f"pack {pack.pk}: {pack.organisation.name}",
        by=by,
        post=post,
        at=at,
        organisation=pack.organisation,
    )
    return pack


@whole
def retry_pack(*, pack: Pack, by: User, post: Post, at: datetime) -> Pack:
    """Queue a failed pack, or one that was called off, again: what is made is not made again.

    The figures stay those of the pack's moment. Raises NotYourUnit, NothingToRetry.
    """
    from reports import jobs

    pack = _locked(pack, post)
    if pack.state not in ENDED_WITHOUT:
        raise NothingToRetry(_("This pack has not failed; there is nothing to repeat."))
    same = {"campaign": pack.campaign_id, "stage": pack.stage, "organisation": pack.organisation_id}
    twin = Pack.objects.filter(**same, state__in=UNFINISHED).first()
    if twin:
        return twin
    pack.retry()
    pack.asked_by, pack.asked_at, pack.attempts = by, at, 0
    pack.error, pack.finished_at = "", None
    pack.save(update_fields=["state", "asked_by", "asked_at", "attempts", "error", "finished_at"])
    for report_id in _queue_again(pack, at):
        jobs.enqueue_for_pack(report_id)
    _enqueue(pack)
    return pack


def _queue_again(pack: Pack, at: datetime) -> list[int]:
    """Its reports that ended without a document wait again; where the unit's report is in the
    making for another reason, that one takes the place. Returns those that wait anew."""
    ended = _lock_in_order(pack.reports.filter(state__in=ENDED_WITHOUT))
    units = list(ended.values_list("organisation", flat=True))
    elsewhere = Report.objects.filter(
        campaign=pack.campaign_id,
        kind="stage",
        stage=pack.stage,
        organisation__in=units,
        state__in=UNFINISHED,
    )
    taken = dict(elsewhere.values_list("organisation", "pk"))
    given_up = ended.filter(organisation__in=taken)
    pack.reports.remove(*given_up)
    pack.reports.add(*taken.values())
    again = list(ended.exclude(organisation__in=taken).values_list("pk", flat=True))
    Report.objects.filter(pk__in=again).update(
        state=ReportState.QUEUED, asked_at=at, attempts=0, error="", finished_at=None, pages_done=0
    )
    return again


def _locked(pack: Pack, post: Post) -> Pack:
    pack = (
        Pack.objects.select_for_update(of=("self",))
        .select_related("organisation", "campaign")
        .get(pk=pack.pk)
    )
    if not policies.may_ask(post, pack.organisation):
        raise NotYourUnit(_("This pack is made for supervisors of the unit and those above it."))
    return pack


def _lock_in_order(reports):
    """The same reports, each locked, in the order of their numbers."""
    ids = list(reports.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    return Report.objects.filter(pk__in=ids)
