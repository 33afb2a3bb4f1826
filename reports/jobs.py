"""Background work of the reports app."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from reports import actions
from reports.enums import ReportState
from reports.models import Report
from teachers.waiting_jobs import waiting
from teachers.work_locks import Work, nobody_works_on

MOST_ATTEMPTS = 3
#: A report that waits longer than this without a job in the queue has lost its job.
LOST_AFTER = timedelta(minutes=10)


@task(queue_name="reports")
def make_report(report_id: int) -> None:
    """Make one report, then put back what dead workers held.

    Harmless when run twice: a finished report stays as it is.
    """
    actions.make(report_id, timezone.now())
    sweep(at=timezone.now())


def sweep(*, at: datetime) -> list[int]:
    """Queue again what a dead worker held or what lost its job; give up after three attempts.

    A report counts as abandoned when it is running and no living connection holds its lock.
    Returns the numbers of the reports that were put back.
    """
    back = []
    running = Report.objects.filter(state=ReportState.RUNNING).order_by("pk")
    for report_id in running.values_list("pk", flat=True):
        if nobody_works_on(Work.REPORT, report_id) and put_back(report_id, at):
            back.append(report_id)
    lost = _lost(at)
    for report_id in lost:
        make_report.enqueue(report_id)
    return back + lost


def put_back(report_id: int, at: datetime) -> bool:
    """Queue an abandoned report again; after MOST_ATTEMPTS it has failed. True when queued."""
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        if report.state != ReportState.RUNNING:
            return False
        again = report.attempts < MOST_ATTEMPTS
        report.fail()
        report.error = f"The worker died (attempt {report.attempts} of {MOST_ATTEMPTS})."
        report.finished_at = at
        report.save(update_fields=["state", "error", "finished_at"])
        if again:
            report.retry()
            report.finished_at = None
            report.save(update_fields=["state", "finished_at"])
            make_report.enqueue(report.pk)
    return again


def _lost(at: datetime) -> list[int]:
    """Queued reports without a waiting job."""
    queued = Report.objects.filter(state=ReportState.QUEUED, asked_at__lt=at - LOST_AFTER)
    lost = queued.exclude(pk__in=waiting(make_report)).order_by("pk")
    return list(lost.values_list("pk", flat=True))
