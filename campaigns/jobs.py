"""Background work of the campaigns app."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from campaigns.actions import rehearsals
from campaigns.enums import RehearsalState
from campaigns.models import Rehearsal
from teachers.waiting_jobs import waiting
from teachers.work_locks import Work, nobody_works_on

#: A rehearsal that waits longer than this without a job in the queue has lost its job.
LOST_AFTER = timedelta(minutes=10)


@task()
def run_rehearsal(rehearsal_id: int) -> None:
    """Run one rehearsal, then put back what dead workers held.

    Harmless when run twice: a finished rehearsal stays as it is.
    """
    rehearsals.run(rehearsal_id, at=timezone.now())
    sweep(at=timezone.now())


def sweep(*, at: datetime) -> list[int]:
    """Queue again what a dead worker left or what lost its job. Returns their numbers.

    A rehearsal counts as abandoned when it is running and no living connection holds its lock.
    """
    running = Rehearsal.objects.filter(state=RehearsalState.RUNNING).order_by("pk")
    back = [
        rehearsal_id
        for rehearsal_id in running.values_list("pk", flat=True)
        if nobody_works_on(Work.REHEARSAL, rehearsal_id)
        and rehearsals.put_back(rehearsal_id, at=at)
    ]
    lost = _lost(at)
    for rehearsal_id in lost:
        run_rehearsal.enqueue(rehearsal_id)
    return back + lost


def _lost(at: datetime) -> list[int]:
    """Queued rehearsals without a waiting job."""
    queued = Rehearsal.objects.filter(state=RehearsalState.QUEUED, asked_at__lt=at - LOST_AFTER)
    lost = queued.exclude(pk__in=waiting(run_rehearsal)).order_by("pk")
    return list(lost.values_list("pk", flat=True))
