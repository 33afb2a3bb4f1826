"""Acts in the background, and what becomes of those whose worker died."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from teachers.waiting_jobs import waiting
from teachers.work_locks import Work, nobody_works_on
from workflows import counting, notices
from workflows.enums import ActState
from workflows.models import Act

MOST_ATTEMPTS = 5
#: An act that waits longer than this without a job in the queue has lost its job.
LOST_AFTER = timedelta(minutes=2)


@task()
def carry_out_act(act_id: int) -> None:
    """Carry one act out and tell who asked; put back what dead workers held, fold the counts.

    Harmless when run twice.
    """
    from workflows.acts.carrying import carry_out

    try:
        act = carry_out(act_id, clock=timezone.now)
        if act.finished_at is not None:
            notices.tell_of_act(act, at=act.finished_at)
    finally:
        sweep(at=timezone.now())
        counting.fold()


def sweep(*, at: datetime) -> list[int]:
    """Queue again what a dead worker left or what lost its job. Returns the numbers of the acts.

    An act counts as left when it is running and no living connection holds its lock.
    """
    running = Act.objects.filter(state=ActState.RUNNING).order_by("pk")
    back = [
        act_id
        for act_id in running.values_list("pk", flat=True)
        if nobody_works_on(Work.ACT, act_id) and put_back(act_id, at=at)
    ]
    lost = _lost(at)
    for act_id in lost:
        carry_out_act.enqueue(act_id)
    return back + lost


def put_back(act_id: int, *, at: datetime) -> bool:
    """Queue an act that was left; after MOST_ATTEMPTS it is broken off. True when queued."""
    with transaction.atomic():
        act = (
            Act.objects.select_for_update(skip_locked=True)
            .filter(pk=act_id, state=ActState.RUNNING)
            .first()
        )
        if act is None:
            return False
        again = act.attempts < MOST_ATTEMPTS
        act.state = ActState.QUEUED if again else ActState.FAILED
        act.error = f"The worker died (attempt {act.attempts} of {MOST_ATTEMPTS})."
        act.finished_at = None if again else at
        act.save(update_fields=["state", "error", "finished_at"])
        if again:
            carry_out_act.enqueue(act.pk)
    return again


def _lost(at: datetime) -> list[int]:
    """Queued acts without a waiting job."""
    queued = Act.objects.filter(state=ActState.QUEUED, asked_at__lt=at - LOST_AFTER)
    ids = list(queued.order_by("pk").values_list("pk", flat=True))
    known = waiting(carry_out_act) if ids else set()
    return [act_id for act_id in ids if act_id not in known]
