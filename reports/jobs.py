"""Background work of the reports app."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django_tasks import task

from reports import actions, packs
from reports.enums import UNFINISHED, ReportState
from reports.models import Pack, Report
from teachers.waiting_jobs import waiting
from teachers.work_locks import Work, nobody_works_on

MOST_ATTEMPTS = 3
#: What waits longer than this without a job in the queue has lost its job.
LOST_AFTER = timedelta(minutes=10)
#: Reports of a pack come after those that somebody waits for, where the queue knows ranks.
AFTER_OTHERS = -10


@task(queue_name="reports")
def make_report(report_id: int) -> None:
    """Make one report, tell its packs, then put back what dead workers held.

    Harmless when run twice: a finished report stays as it is.
    """
    actions.make(report_id, timezone.now())
    packs.settled(report_id)
    sweep(at=timezone.now())


@task(queue_name="reports")
def make_pack(pack_id: int) -> None:
    """Do the next step of a pack. Harmless when run twice."""
    packs.advance(pack_id, timezone.now())


def enqueue_for_pack(report_id: int) -> None:
    """Queue a report that nobody waits for by itself."""
    if make_report.get_backend().supports_priority:
        make_report.using(priority=AFTER_OTHERS).enqueue(report_id)
    else:
        make_report.enqueue(report_id)


def sweep(*, at: datetime) -> list[int]:
    """Queue again what a dead worker held or what lost its job; give up after three attempts.

    A report counts as abandoned when it is running and no living connection holds its lock.
    Returns the numbers of the reports that were put back; packs go on by themselves.
    """
    back = []
    running = Report.objects.filter(state=ReportState.RUNNING).order_by("pk")
    for report_id in running.values_list("pk", flat=True):
        if nobody_works_on(Work.REPORT, report_id) and put_back(report_id, at):
            back.append(report_id)
    lost = _lost(at)
    for report_id in lost:
        make_report.enqueue(report_id)
    sweep_packs(at=at)
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
    if not again:
        packs.settled(report_id)
    return again


def _lost(at: datetime) -> list[int]:
    """Queued reports without a waiting job."""
    queued = Report.objects.filter(state=ReportState.QUEUED, asked_at__lt=at - LOST_AFTER)
    lost = queued.exclude(pk__in=waiting(make_report)).order_by("pk")
    return list(lost.values_list("pk", flat=True))


def sweep_packs(*, at: datetime) -> list[int]:
    """Queue again the packs at which nobody works though a step is due; give up after three.

    One whose reports are in the making waits for them. Returns the numbers of those queued.
    """
    unsettled = Report.objects.filter(packs=OuterRef("pk"), state__in=UNFINISHED)
    due = Pack.objects.filter(state=ReportState.RUNNING) | Pack.objects.filter(
        state=ReportState.QUEUED, asked_at__lt=at - LOST_AFTER
    )
    due = due.exclude(Exists(unsettled)).order_by("pk")
    back = []
    for pack in due.exclude(pk__in=waiting(make_pack)):
        if not nobody_works_on(Work.PACK, pack.pk):
            continue
        if pack.attempts >= MOST_ATTEMPTS:
            packs.fail(pack.pk, f"The worker died (attempt {pack.attempts} of 3).", at)
        else:
            make_pack.enqueue(pack.pk)
            back.append(pack.pk)
    return back
