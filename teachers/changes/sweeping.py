"""What the calendar does to change requests: begin on their day, end on their day of return."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from teachers.changes import applying
from teachers.enums import ChangeState
from teachers.models import ChangeRequest

#: Requests in one transaction.
CHUNK = 100


@dataclass(frozen=True)
class Swept:
    """How many changes came into force, lapsed, and were over."""

    begun: int
    lapsed: int
    ended: int


def sweep(*, at: datetime) -> Swept:
    """Put due changes in force and end those that are over, in chunks of one transaction each.

    Idempotent; on two machines at once each takes what the other has not locked.
    """
    today = timezone.localdate(at)
    changes = ChangeRequest.objects
    waiting = changes.filter(state=ChangeState.APPROVED, effective_date__lte=today)
    running = changes.filter(
        state=ChangeState.IN_FORCE, ended_at=None, until_date__isnull=False, until_date__lte=today
    )
    taken, begun = _by_chunks(waiting.order_by("effective_date", "pk"), applying.enforce, at)
    _taken, ended = _by_chunks(running.order_by("until_date", "pk"), applying.end, at)
    return Swept(begun=begun, lapsed=taken - begun, ended=ended)


def _by_chunks(rows, act: Callable, at: datetime) -> tuple[int, int]:
    """Rows taken and rows done. Each chunk's rows change state, so the next query skips them."""
    taken = done = 0
    while True:
        with transaction.atomic():
            ids = list(
                rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:CHUNK]
            )
            done += len(act(ids, at=at))
        taken += len(ids)
        if len(ids) < CHUNK:
            return taken, done
