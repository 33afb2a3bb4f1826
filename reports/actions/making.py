"""Make a report that was asked for. It is there whole or not at all."""

from datetime import datetime
from time import monotonic

from django.db import transaction

from reports import kinds, making
from reports.actions.asking import enqueue
from reports.enums import UNFINISHED, ReportState
from reports.figures import VERSION
from reports.models import Report, ReportFile
from teachers.work_locks import Work, held


class CalledOff(Exception):
    """Somebody has called the report off while it was being made."""


class Progress:
    """Told the number of each page, writes the highest on the row, at most every EVERY seconds.

    Raises CalledOff when the row is not being made any more.
    """

    EVERY = 0.5

    def __init__(self, report_id: int) -> None:
        self._rows = Report.objects.filter(pk=report_id, state=ReportState.RUNNING)
        self._highest, self._written = 0, -self.EVERY

    def __call__(self, page: int) -> None:
        self._highest = max(self._highest, page)
        if monotonic() - self._written < self.EVERY:
            return
        self._written = monotonic()
        if not self._rows.update(pages_done=self._highest):
            raise CalledOff


def make(report_id: int, at: datetime) -> Report:
    """Freeze the figures, draw the document, sign it, keep it. Returns the row, done or failed.

    Does nothing when the report is finished or called off, or another process is making it now.
    What goes wrong is kept on the row; the old file, if there is none, stays none.
    """
    with held(Work.REPORT, report_id) as alone:
        if not alone or not start(report_id):
            return Report.objects.get(pk=report_id)
        report = _made(report_id, at)
    if report.state == ReportState.QUEUED:
        enqueue(report)  # called off and asked for again, while this process still held it
    return report


def _made(report_id: int, at: datetime) -> Report:
    try:
        report = freeze(report_id, at)
        return finish(report_id, making.of(report, told=Progress(report_id)), at)
    except CalledOff:
        return Report.objects.get(pk=report_id)
    except Exception as problem:
        return fail(report_id, problem, at)


def start(report_id: int) -> bool:
    """Take a waiting report, or one whose maker died; False when there is nothing to make."""
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        if report.state not in UNFINISHED:
            return False
        report.start()
        report.attempts += 1
        report.error, report.pages_done = "", 0
        report.save(update_fields=["state", "attempts", "error", "pages_done"])
    return True


def freeze(report_id: int, at: datetime) -> Report:
    """Count in one snapshot and write the figures down before anything is drawn.

    What is frozen already, with its pack or by a worker that died, stays as it is.
    """
    report = Report.objects.select_related("campaign", "organisation").get(pk=report_id)
    if report.figures is None or report.figures_version != VERSION:
        report.figures = kinds.count(report, at)
        report.figures_version, report.frozen_at = VERSION, at
        report.save(update_fields=["figures", "figures_version", "frozen_at"])
    # As the database gives it back: a report made again from the row has the same bytes.
    report.refresh_from_db(fields=["figures"])
    return report


def finish(report_id: int, document, at: datetime) -> Report:
    """Keep the document (reports.documents.Document) and call the report done, together.

    Raises CalledOff when the row is not being made any more: nothing is kept then.
    """
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        if report.state != ReportState.RUNNING:
            raise CalledOff
        report.finish()
        report.finished_at = at
        report.pages = report.pages_done = document.pages
        report.size, report.sha256 = len(document.content), document.sha256
        report.signed_as = document.signed_as
        report.save(
            update_fields=[
                "state",
                "finished_at",
                "pages",
                "pages_done",
                "size",
                "sha256",
                "signed_as",
            ]
        )
        ReportFile.objects.update_or_create(report=report, defaults={"content": document.content})
    return report


def fail(report_id: int, problem: Exception, at: datetime) -> Report:
    """Note on the row why the report could not be made, unless it was called off meanwhile."""
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        if report.state in UNFINISHED:
            report.fail()
            report.finished_at = at
            report.error = f"{type(problem).__name__}: {problem}"[:500]
            report.save(update_fields=["state", "finished_at", "error"])
    return report
