"""Ask for a report, make it, try again. A report is there whole or not at all."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import CampaignState, StageKind
from campaigns.models import Campaign
from reports import documents, making, policies
from reports.enums import ReportState
from reports.figures import VERSION, figures
from reports.models import Report, ReportFile
from reports.verification_codes import new_code
from teachers.models import Organisation, Post, User
from teachers.refusals import NotAllowed, Refusal
from teachers.work_locks import Work, held, nobody_works_on


class NotYourUnit(NotAllowed):
    code = "not_your_unit"


class NotLaunched(Refusal):
    code = "campaign_not_launched"


class NothingToRetry(Refusal):
    code = "nothing_to_retry"


def ask(
    *,
    campaign: Campaign,
    stage: str,
    organisation: Organisation,
    by: User,
    post: Post,
    at: datetime,
    language: str = "zh-hans",
) -> Report:
    """Put a report in the queue, or give back the one that is already in the making.

    The row, its issue number and its job are written in one transaction; one that a dead worker
    held is put back into the queue. Raises NotYourUnit and NotLaunched.
    """
    with transaction.atomic():
        report, created = queue(campaign, stage, organisation, by, post, at, language)
        if created:
            _enqueue(report)
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
) -> tuple[Report, bool]:
    _refuse_unless_allowed(campaign, stage, organisation, post)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    rows = Report.objects.filter(campaign=campaign, stage=stage, organisation=organisation)
    making_now = rows.filter(state__in=[ReportState.QUEUED, ReportState.RUNNING]).first()
    if making_now:
        return making_now, False
    last = rows.order_by("-issue").values_list("issue", flat=True).first() or 0
    report = Report.objects.create(
        campaign=campaign,
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


def _refuse_unless_allowed(
    campaign: Campaign, stage: str, organisation: Organisation, post: Post
) -> None:
    if not policies.may_ask(post, organisation):
        raise NotYourUnit(
            _("Reports on %(unit)s are made for its own supervisors and those above it.")
            % {"unit": organisation}
        )
    if campaign.state == CampaignState.DRAFT and stage != StageKind.PREPARATION:
        raise NotLaunched(
            _(
                "%(campaign)s has not been launched yet: only the report on its preparation can be "
                "made."
            )
            % {"campaign": campaign}
        )


def _enqueue(report: Report) -> None:
    from reports import jobs

    jobs.make_report.enqueue(report.pk)


def _revive(report: Report, at: datetime) -> None:
    from reports import jobs

    if report.state == ReportState.RUNNING and nobody_works_on(Work.REPORT, report.pk):
        jobs.put_back(report.pk, at)
        report.refresh_from_db()


def retry(*, report: Report, by: User, post: Post, at: datetime) -> Report:
    """Queue a failed report again, under the same issue. Raises NotYourUnit, NothingToRetry."""
    if not policies.may_ask(post, report.organisation):
        raise NotYourUnit(_("This report is made for supervisors of the unit and those above it."))
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if report.state != ReportState.FAILED:
            raise NothingToRetry(_("This report has not failed; there is nothing to repeat."))
        twin = Report.objects.filter(
            campaign=report.campaign_id,
            stage=report.stage,
            organisation=report.organisation_id,
            state__in=[ReportState.QUEUED, ReportState.RUNNING],
        ).first()
        if twin:
            return twin
        report.retry()
        report.asked_by, report.asked_at, report.attempts = by, at, 0
        report.save(update_fields=["state", "asked_by", "asked_at", "attempts"])
        _enqueue(report)
    return report


# --- Making -------------------------------------------------------------------------------
def make(report_id: int, at: datetime) -> Report:
    """Freeze the figures, draw the document, keep both. Returns the row, done or failed.

    Does nothing when the report is finished or another process is making it now. What goes wrong
    is kept on the row; the old file, if there is none, stays none.
    """
    with held(Work.REPORT, report_id) as alone:
        if not alone or not start(report_id):
            return Report.objects.get(pk=report_id)
        try:
            report = freeze(report_id, at)
            return finish(report_id, making.of(report), at)
        except Exception as problem:
            return fail(report_id, problem, at)


def start(report_id: int) -> bool:
    """Take a waiting report, or one whose maker died; False when there is nothing to make."""
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        if report.state not in {ReportState.QUEUED, ReportState.RUNNING}:
            return False
        report.start()
        report.attempts += 1
        report.error = ""
        report.save(update_fields=["state", "attempts", "error"])
    return True


def freeze(report_id: int, at: datetime) -> Report:
    """Count in one snapshot and write the figures down before anything is drawn."""
    report = Report.objects.select_related("campaign", "organisation").get(pk=report_id)
    report.figures = figures(report.campaign, report.stage, report.organisation, at)
    report.figures_version, report.frozen_at = VERSION, at
    report.save(update_fields=["figures", "figures_version", "frozen_at"])
    # As the database gives it back: a report made again from the row has the same bytes.
    report.refresh_from_db(fields=["figures"])
    return report


def finish(report_id: int, document: documents.Document, at: datetime) -> Report:
    """Keep the document and call the report done, in one transaction."""
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        report.finish()
        report.finished_at, report.pages = at, document.pages
        report.size, report.sha256 = len(document.content), document.sha256
        report.signed_as = document.signed_as
        report.save(update_fields=["state", "finished_at", "pages", "size", "sha256", "signed_as"])
        ReportFile.objects.update_or_create(report=report, defaults={"content": document.content})
    return report


def fail(report_id: int, problem: Exception, at: datetime) -> Report:
    """Note on the row why the report could not be made."""
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        report.fail()
        report.finished_at = at
        report.error = f"{type(problem).__name__}: {problem}"[:500]
        report.save(update_fields=["state", "finished_at", "error"])
    return report
