"""Ask for a report, make it, try again. A report is there whole or not at all."""

import hashlib
import multiprocessing
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TextIO

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import CampaignState, StageKind
from campaigns.models import Campaign
from reports import documents, making, policies
from reports.enums import ReportState
from reports.figures import VERSION, figures
from reports.models import Report, ReportFile
from teachers.models import Organisation, Post, User
from teachers.refusals import NotAllowed, Refusal


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

    The row, its issue number and its job are written in one transaction. Raises NotYourUnit and
    NotLaunched.
    """
    with transaction.atomic():
        report, created = _ask(campaign, stage, organisation, by, post, at, language)
        if created:
            _enqueue(report)
    return report


def _ask(
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
    with making.held(report_id) as alone:
        if not alone or not _start(report_id):
            return Report.objects.get(pk=report_id)
        try:
            report = _freeze(report_id, at)
            document = documents.pdf(report.figures, issue=report.issue, language=report.language)
            return _finish(report_id, document, at)
        except Exception as problem:
            return _fail(report_id, problem, at)


def _start(report_id: int) -> bool:
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        if report.state not in {ReportState.QUEUED, ReportState.RUNNING}:
            return False
        report.start()
        report.attempts += 1
        report.error = ""
        report.save(update_fields=["state", "attempts", "error"])
    return True


def _freeze(report_id: int, at: datetime) -> Report:
    """Count in one snapshot and write the figures down before anything is drawn."""
    report = Report.objects.select_related("campaign", "organisation").get(pk=report_id)
    report.figures = figures(report.campaign, report.stage, report.organisation, at)
    report.figures_version, report.frozen_at = VERSION, at
    report.save(update_fields=["figures", "figures_version", "frozen_at"])
    # As the database gives it back: a report made again from the row has the same bytes.
    report.refresh_from_db(fields=["figures"])
    return report


def _finish(report_id: int, document: documents.Document, at: datetime) -> Report:
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        report.finish()
        report.finished_at, report.pages = at, document.pages
        report.size, report.sha256 = len(document.content), document.sha256
        report.save(update_fields=["state", "finished_at", "pages", "size", "sha256"])
        ReportFile.objects.update_or_create(report=report, defaults={"content": document.content})
    return report


def _fail(report_id: int, problem: Exception, at: datetime) -> Report:
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        report.fail()
        report.finished_at = at
        report.error = f"{type(problem).__name__}: {problem}"[:500]
        report.save(update_fields=["state", "finished_at", "error"])
    return report


# --- Many at once -------------------------------------------------------------------------
def write_stage_reports(
    campaign: Campaign,
    stages: Iterable[str],
    organisations: Iterable[Organisation],
    *,
    by: User,
    post: Post,
    at: datetime,
    folder: Path,
    stream: TextIO | None = None,
    processes: int = 2,
    language: str = "zh-hans",
) -> list[Path]:
    """Make the reports of several stages and units now, keep them, and write each into `folder`.

    Figures are counted here, one report after the other; the documents are drawn by `processes`
    processes beside this one. Raises the first problem, after the other reports are finished.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pairs = [(stage, unit) for stage in stages for unit in organisations]
    with ExitStack() as stack:
        pool = stack.enter_context(_pool(processes, len(pairs)))
        begun = []
        for stage, unit in pairs:
            with transaction.atomic():
                report, _created = _ask(campaign, stage, unit, by, post, at, language)
            if not stack.enter_context(making.held(report.pk)) or not _start(report.pk):
                continue  # a worker is making this one at the moment
            report = _freeze(report.pk, at)
            begun.append((report, _draw(pool, report)))
        return [_keep(report, drawn, at, folder, stream) for report, drawn in begun]


class _Here:
    """Stands in for a pool of processes when one process is enough."""

    def __enter__(self) -> "_Here":
        return self

    def __exit__(self, *_problem: object) -> None:
        return None

    def submit(self, work, *args, **kwargs) -> Future:
        future: Future = Future()
        try:
            future.set_result(work(*args, **kwargs))
        except Exception as problem:
            future.set_exception(problem)
        return future


def _pool(processes: int, jobs: int):
    if processes < 2 or jobs < 2:
        return _Here()
    return ProcessPoolExecutor(
        processes, mp_context=multiprocessing.get_context("spawn"), initializer=making.prepare
    )


def _draw(pool, report: Report) -> Future:
    return pool.submit(making.draw, report.figures, issue=report.issue, language=report.language)


def _keep(report: Report, drawn: Future, at: datetime, folder: Path, stream: TextIO | None) -> Path:
    try:
        content, pages = drawn.result()
    except Exception as problem:
        _fail(report.pk, problem, at)
        raise
    _finish(report.pk, documents.Document(content, pages), at)
    name = f"{report.campaign.code}-{report.stage}-{report.organisation.code}-{report.issue}.pdf"
    path = folder / name
    path.write_bytes(content)
    if stream:
        digest = hashlib.sha256(content).hexdigest()[:12]
        stream.write(f"{path}  {pages} p  {len(content) // 1024} KB  {digest}\n")
    return path
