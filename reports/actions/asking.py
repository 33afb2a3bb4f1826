"""Ask for a report, call it off, try it again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import StageKind
from campaigns.models import Campaign
from reports import packs
from reports.actions.refusals import (
    NothingToCancel,
    NothingToRetry,
    NotYourUnit,
    refuse_before_launch,
    refuse_unless_allowed,
    refuse_unless_ethnic,
)
from reports.enums import UNFINISHED, ReportKind, ReportState
from reports.figures import VERSION
from reports.models import Report
from reports.policies import may_ask
from reports.verification_codes import new_code
from teachers import access
from teachers.models import Organisation, Post, User
from teachers.work_locks import Work, nobody_works_on


def ask(
    *,
    campaign: Campaign,
    stage: str,
    organisation: Organisation,
    by: User,
    post: Post,
    at: datetime,
    language: str = "zh-hans",
    kind: str = ReportKind.STAGE,
) -> Report:
    """Put a report in the queue, or give back the one that is already in the making.

    The row, its issue number and its job are written in one transaction; one that a dead worker
    held is put back into the queue. Raises NotYourUnit, NotEthnic and NotLaunched.
    """
    with transaction.atomic():
        report, created = queue(campaign, stage, organisation, by, post, at, language, kind)
        if created:
            enqueue(report)
    if not created:
        _revive(report, at)
    return report


def queue(
    campaign: Campaign,
    stage: str,
    organisation: Organisation,
    by: User,
    post: Post,
    at: datetime,
    language: str,
    kind: str = ReportKind.STAGE,
) -> tuple[Report, bool]:
    """(the row that waits, whether it is new). Without a job: the caller sees to it.

    The kinds that look at a whole campaign belong to its closing, whatever stage is given.
    """
    stage = stage if kind == ReportKind.STAGE else StageKind.CLOSING
    refuse_unless_allowed(post, organisation)
    refuse_unless_ethnic(kind, organisation)
    refuse_before_launch(campaign, stage)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    rows = Report.objects.filter(
        campaign=campaign, kind=kind, stage=stage, organisation=organisation
    )
    making_now = rows.filter(state__in=UNFINISHED).first()
    if making_now:
        return making_now, False
    last = rows.order_by("-issue").values_list("issue", flat=True).first() or 0
    report = Report.objects.create(
        campaign=campaign,
        kind=kind,
        stage=stage,
        organisation=organisation,
        issue=last + 1,
        code=new_code(),
        language=language,
        figures_version=VERSION,
        asked_by=by,
        asked_at=at,
    )
    return report, True


def enqueue(report: Report) -> None:
    from reports import jobs

    jobs.make_report.enqueue(report.pk)


def _revive(report: Report, at: datetime) -> None:
    from reports import jobs

    if report.state == ReportState.RUNNING and nobody_works_on(Work.REPORT, report.pk):
        jobs.put_back(report.pk, at)
        report.refresh_from_db()


def cancel(*, report: Report, by: User, post: Post, at: datetime) -> Report:
    """Call off a report that waits or is being made; the worker stops at its next page.

    Its file is never kept; who did it stands in the access log.
    Raises NotYourUnit, NothingToCancel.
    """
    _refuse_others(post, report.organisation)
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if report.state not in UNFINISHED:
            raise NothingToCancel(_("This report is not being made; there is nothing to call off."))
        report.cancel()
        report.finished_at = at
        report.save(update_fields=["state", "finished_at"])
        access.note(
            "report_cancel",
            f"report {report.pk}: {report.organisation.name}",
            by=by,
            post=post,
            at=at,
            organisation=report.organisation,
        )
    packs.settled(report.pk)
    return report


def retry(*, report: Report, by: User, post: Post, at: datetime) -> Report:
    """Queue a failed report, or one that was called off, again, under the same issue.

    Its figures are counted anew. Raises NotYourUnit, NothingToRetry.
    """
    _refuse_others(post, report.organisation)
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if report.state not in {ReportState.FAILED, ReportState.CANCELLED}:
            raise NothingToRetry(_("This report has not failed; there is nothing to repeat."))
        twin = Report.objects.filter(
            campaign=report.campaign_id,
            kind=report.kind,
            stage=report.stage,
            organisation=report.organisation_id,
            state__in=UNFINISHED,
        ).first()
        if twin:
            return twin
        report.retry()
        report.asked_by, report.asked_at, report.attempts = by, at, 0
        report.figures = report.frozen_at = report.finished_at = None
        report.error, report.pages_done = "", 0
        report.save()
        enqueue(report)
    return report


def _refuse_others(post: Post, organisation: Organisation) -> None:
    if not may_ask(post, organisation):
        raise NotYourUnit(_("This report is made for supervisors of the unit and those above it."))
