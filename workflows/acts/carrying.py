"""Carrying an act out: chunk by chunk, each one whole, from wherever it stopped."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.utils import timezone

from teachers.models import Post
from teachers.ready_queries import Ready
from teachers.retrying import whole_transaction
from teachers.work_locks import Work, held
from workflows.actions import decide
from workflows.acts import statements, undoing
from workflows.enums import ActState, OutcomeKind, Verdict
from workflows.models import Act, ActItem
from workflows.statements import lock_documents_of

logger = logging.getLogger(__name__)
#: Items decided in one transaction.
CHUNK = 500
#: So many items that fail on their own, and the act is broken off.
MOST_FAILURES = 20
WAITING = (ActState.QUEUED, ActState.RUNNING)


def carry_out(act_id: int, *, clock: Callable[[], datetime]) -> Act:
    """Decide what the act has not handled yet; return the row.

    Does nothing when it is finished or another process carries it out now. Each chunk decides its
    items and notes their outcomes, with the ledger's rows, in one transaction: broken off at any
    point and called again, it goes on where it stopped and decides nothing twice. What goes wrong
    with an item is noted on it, and the others go on. clock: tells the moment of each chunk.
    Raises OperationalError or InterfaceError when the database is lost; a sweep puts it back then.
    """
    with held(Work.ACT, act_id) as alone:
        if alone and whole_transaction(lambda: _start(act_id)):
            _work_through(act_id, clock)
    return _ACT(act=act_id)[0]


def _start(act_id: int) -> bool:
    """Take it in hand; False if it is finished. The first chunk's commit flushes this one's."""
    statements.leave_flushing_to_the_next()
    waiting = Act.objects.filter(pk=act_id, state__in=WAITING)
    started = {"state": ActState.RUNNING, "attempts": F("attempts") + 1, "error": ""}
    return bool(waiting.update(**started))


def _work_through(act_id: int, clock: Callable[[], datetime]) -> None:
    """Chunk after chunk; one that fails is tried in smaller ones, down to the item at fault."""
    size, failures = CHUNK, 0
    while True:
        try:
            if not whole_transaction(lambda n=size: _chunk(act_id, n, clock())):
                return
            size = min(CHUNK, size * 2)
        except (InterfaceError, OperationalError):
            raise
        except Exception as problem:
            if size > 1:
                size = max(1, size // 8)
                continue
            failures += 1
            whole_transaction(lambda p=problem, n=failures: _leave_out(act_id, p, n, clock()))


def _locked(act_id: int) -> Act | None:
    """The act if it still runs and nobody else has it in hand."""
    return next(iter(_RUNNING(act=act_id)), None)


def _next(act: Act, size: int) -> list[int]:
    return [task_id for (task_id,) in _NEXT(act=act.pk)][:size]


_ACT = Ready("act_by_key", lambda act: Act.objects.filter(pk=act), act="bigint")
_NEXT = Ready(
    "next_items_of_an_act",
    lambda act: (
        ActItem.objects.filter(act=act, outcome="")
        .order_by("position")
        .values_list("task_id")[:CHUNK]
    ),
    act="bigint",
)
_RUNNING = Ready(
    "running_act",
    lambda act: (
        Act.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("by", "post__organisation", "post__user", "delegation__within")
        .filter(pk=act, state=ActState.RUNNING)
    ),
    act="bigint",
)


def _chunk(act_id: int, size: int, at: datetime) -> int:
    """Decide the next items and note what became of them. Returns how many there were."""
    act = _locked(act_id)
    if act is None:
        return 0
    tasks = _next(act, size)
    before: dict[int, str] = {}
    outcomes: dict[int, OutcomeKind] = {}
    if tasks:
        lock_documents_of(tasks)
        before = {} if act.undoes_id else statements.read_before(tasks)
        outcomes = _decide(act, tasks, at)
        statements.write_outcomes(act, outcomes, before)
    act.handled_count += len(tasks)
    act.done_count += sum(kind == OutcomeKind.DONE for kind in outcomes.values())
    if act.handled_count >= act.items_count:
        act.state, act.finished_at = ActState.DONE, at
    act.save(update_fields=["handled_count", "done_count", "state", "finished_at"])
    return len(tasks) if act.state == ActState.RUNNING else 0


def _decide(act: Act, tasks: list[int], at: datetime) -> dict[int, OutcomeKind]:
    """What becomes of each task. Who no longer holds the post decides nothing."""
    post = act.post
    post.delegation = act.delegation
    if not _still_holds(act, post, at):
        return dict.fromkeys(tasks, OutcomeKind.NOT_YOURS)
    if act.undoes_id:
        return undoing.take_back(tasks, act=act, post=post, at=at)
    receipt = decide(
        tasks,
        verdict=Verdict(act.verdict),
        by=act.by,
        post=post,
        at=at,
        reasons=act.reasons,
        words=act.words,
        return_to=act.return_to or None,
        seen=act.seen_at,
        in_bulk=act.items_count > 1,
    )
    return {outcome.task_id: outcome.kind for outcome in receipt.outcomes}


def _still_holds(act: Act, post: Post, at: datetime) -> bool:
    today = timezone.localdate(at)
    if post.valid_from > today or (post.valid_to is not None and post.valid_to <= today):
        return False
    given = act.delegation
    return given is None or (given.ended_at is None and given.valid_from <= today < given.valid_to)


def _leave_out(act_id: int, problem: Exception, failures: int, at: datetime) -> None:
    """Note on the next item that it failed, and on the act why; break off after too many."""
    act = _locked(act_id)
    if act is None:
        return
    tasks = _next(act, 1)
    statements.write_outcomes(act, dict.fromkeys(tasks, OutcomeKind.FAILED), {})
    act.handled_count += len(tasks)
    act.error = type(problem).__name__
    logger.error("act %s, tasks %s", act_id, tasks, exc_info=problem)
    if failures >= MOST_FAILURES:
        act.state, act.finished_at = ActState.FAILED, at
    if act.handled_count >= act.items_count:
        act.state, act.finished_at = ActState.DONE, at
    act.save(update_fields=["handled_count", "error", "state", "finished_at"])
