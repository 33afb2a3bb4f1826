"""Asking for an act: once for each key, for tasks by their ids or for a whole view."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from teachers.models import Post, User
from teachers.policies import acts_under
from teachers.refusals import NotAllowed, Refusal
from teachers.retrying import whole, whole_transaction
from workflows import inbox
from workflows.actions.correcting import refuse_unanswered
from workflows.actions.deciding import DECIDED_HERE, grounds
from workflows.acts import jobs, statements
from workflows.acts.carrying import WAITING, carry_out
from workflows.acts.undoing import TAKEN_BACK
from workflows.enums import ActState, Verdict
from workflows.models import Act, Task


class NothingSelected(Refusal):
    code = "nothing_selected"


class KeyUsed(Refusal):
    code = "key_used"


class CannotUndo(Refusal):
    code = "cannot_undo"


class NotYourAct(NotAllowed):
    code = "not_your_act"


class NothingToResume(Refusal):
    code = "nothing_to_resume"


def ask(
    *,
    key: UUID,
    verdict: Verdict,
    by: User,
    post: Post,
    at: datetime,
    tasks: Iterable[int] | None = None,
    filters: inbox.Filters | None = None,
    reasons: Iterable[str] = (),
    words: str = "",
    return_to: str = "",
    seen: datetime | None = None,
    wait: bool = False,
) -> Act:
    """Decide many tasks as one act: those named, or all that a view of the inbox shows the post.

    The same key again, also by two at once, is the same act and decides nothing twice. Up to
    `settings.ACT_IN_REQUEST` items are carried out before this returns, more by a job, unless the
    caller will `wait`. verdict, reasons, words, return_to and seen as in `actions.decide`; what
    came to the desk after `seen` is no part of a view. Raises what it raises about grounds and
    about lists of corrections, NothingSelected when no task is meant, KeyUsed when the key has
    another content.
    """
    verdict = Verdict(verdict)
    if verdict not in DECIDED_HERE:
        raise ValueError(f"{verdict} has an action of its own.")
    reasons, words = grounds(verdict, reasons, words)
    named = None if tasks is None else list(dict.fromkeys(tasks))
    if verdict == Verdict.SUBMIT:
        refuse_unanswered(named or [], post=post)
    asked = Act(
        key=key,
        verdict=verdict,
        by=by,
        post=post,
        delegation=post.delegation,
        reasons=reasons,
        words=words,
        return_to=return_to or "",
        filters=_named(named) if filters is None else _view(filters),
        asked_at=at,
        seen_at=seen,
    )

    def insert(act: Act) -> int:
        if filters is not None:
            return statements.insert_items(act, chosen(post, filters, at=at, seen=seen))
        return statements.insert_named_items(act, named or [])

    act = whole_transaction(lambda: _recorded(asked, insert, wait=wait))
    return _carried_out(act, at, wait=wait)


def undo(act: Act, *, key: UUID, by: User, post: Post, at: datetime, words: str = "") -> Act:
    """Take back what an act has done, as an act of its own with its own receipt.

    Each case goes back to the desk and step it came from, unless a later level has acted, the
    school has begun to correct it, or it has come to its end. Raises NotYourAct for another desk,
    CannotUndo when the time is over, or there is nothing that can be taken back.
    """
    if not of_own_desk(act, post) or not acts_under(post, by):
        raise NotYourAct(_("Only the desk that decided takes its decisions back."))
    asked = Act(
        key=key,
        verdict=Verdict.UNDO,
        by=by,
        post=post,
        delegation=post.delegation,
        words=" ".join(words.split()),
        asked_at=at,
        undoes=act,
    )

    def record() -> Act:
        locked = Act.objects.select_for_update(of=("self",), no_key=True).get(pk=act.pk)
        known = Act.objects.filter(undoes=locked).first()
        if known is not None:
            return known
        _refuse_unless_undoable(locked, at)
        return _recorded(asked, lambda new: statements.insert_items_done_by(new, locked))

    return _carried_out(whole_transaction(record), at)


def undo_until(act: Act) -> datetime | None:
    """Until when an act may be taken back; None while it runs, or if it never may."""
    if act.state in WAITING or act.undoes_id or act.verdict not in TAKEN_BACK:
        return None
    if not act.done_count:
        return None
    return (act.finished_at or act.asked_at) + timedelta(minutes=settings.ACT_UNDO_MINUTES)


def of_own_desk(act: Act, post: Post) -> bool:
    """Whether the act was asked at the desk of this post."""
    return (act.post.organisation_id, act.post.role) == (post.organisation_id, post.role)


def _refuse_unless_undoable(act: Act, at: datetime) -> None:
    if act.state in WAITING:
        raise CannotUndo(_("It still runs: take it back when it has finished."))
    until = undo_until(act)
    if until is None:
        raise CannotUndo(_("There is nothing in it that can be taken back."))
    if at >= until:
        raise CannotUndo(
            _(
                "The %(minutes)d minutes in which this could be taken back are over. "
                "Return what went wrong, or ask the level that has it to return it."
            )
            % {"minutes": settings.ACT_UNDO_MINUTES}
        )


@whole
def resume(act: Act, *, by: User, post: Post) -> Act:
    """Go on with an act that was broken off. Raises NotYourAct, NothingToResume."""
    if not of_own_desk(act, post) or not acts_under(post, by):
        raise NotYourAct(_("Only the desk that decided goes on with it."))
    act = Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
    if act.state != ActState.FAILED:
        raise NothingToResume(_("It was not broken off: there is nothing to go on with."))
    act.state, act.attempts, act.finished_at = ActState.QUEUED, 0, None
    act.save(update_fields=["state", "attempts", "finished_at"])
    jobs.carry_out_act.enqueue(act.pk)
    return act


def chosen(
    post: Post, filters: inbox.Filters, *, at: datetime, seen: datetime | None = None
) -> QuerySet[Task]:
    """The open tasks that a view of the inbox shows under this post, and under its delegation.

    seen: when the view was looked at; what came later is not in it.
    """
    rows = inbox.selected(post, filters, on=timezone.localdate(at))
    if seen is not None:
        rows = rows.filter(created__lte=seen)
    given = post.delegation
    if given and given.kinds:
        rows = rows.filter(kind__in=given.kinds)
    if given and given.within:
        rows = rows.filter(process__organisation__path__startswith=given.within.path)
    return rows


def _carried_out(act: Act, at: datetime, *, wait: bool = False) -> Act:
    """A small act is carried out at once; a large one has its job."""
    if act.state in WAITING and (wait or act.items_count <= settings.ACT_IN_REQUEST):
        return carry_out(act.pk, clock=lambda: at)
    return act


CONTENT = (
    "verdict",
    "by_id",
    "post_id",
    "delegation_id",
    "reasons",
    "words",
    "return_to",
    "filters",
    "undoes_id",
)


def _recorded(asked: Act, insert: Callable[[Act], int], *, wait: bool = False) -> Act:
    """The act with this key; it and its items are there together or not at all."""
    values = {name: getattr(asked, name) for name in (*CONTENT, "asked_at", "seen_at")}
    act, new = Act.objects.get_or_create(key=asked.key, defaults=values)
    if not new:
        if any(getattr(act, name) != getattr(asked, name) for name in CONTENT):
            raise KeyUsed(_("This form was sent before with another choice: load the page again."))
        return act
    act.items_count = insert(act)
    if not act.items_count:
        raise NothingSelected(_("None of these is on your desk any more."))
    act.save(update_fields=["items_count"])
    if act.items_count > settings.ACT_IN_REQUEST and not wait:
        jobs.carry_out_act.enqueue(act.pk)
    else:
        statements.leave_flushing_to_the_next()
    return act


def _named(tasks: list[int] | None) -> dict:
    """What stands for a list of ids: how many were asked, and their fingerprint."""
    ids = sorted(tasks or [])
    digest = hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()
    return {"asked": len(ids), "digest": digest}


def _view(filters: inbox.Filters) -> dict:
    return {name: value for name, value in asdict(filters).items() if value and name != "after"}
