"""Taking tasks in hand, giving them back, and passing them to a colleague of the desk."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from teachers.models import Post, User
from teachers.policies import acts_under
from teachers.refusals import Refusal
from teachers.retrying import whole
from workflows import notices, seats, statements
from workflows.actions.deciding import outcomes_of
from workflows.enums import HoldingKind, OutcomeKind
from workflows.holding_statements import Hold, hold
from workflows.receipts import Receipt
from workflows.screening import Candidate, candidates, off_desk

LONGEST = 200


class WhyMissing(Refusal):
    code = "why_missing"


Judge = Callable[[Candidate], OutcomeKind]


@whole
def claim(tasks: Iterable[int], *, by: User, post: Post, at: datetime) -> Receipt:
    """Take tasks of the post's desk in hand: from then on only this person decides them.

    Every id asked gets an outcome: done (also when it was one's own before), claimed by whom,
    decided, not on this desk, or the rule of separation that stands against deciding it. Locks the
    documents in id order, re-reads, writes owner, moment and a line of who had it.
    """
    asked = _locked(tasks)
    found = candidates(asked, by, at, post=post)
    return _held(
        asked,
        found,
        lambda one: claimable(one, by=by, post=post),
        owner=by,
        how=_how(HoldingKind.CLAIM, by, post, at),
    )


@whole
def release(
    tasks: Iterable[int], *, by: User, post: Post, at: datetime, reason: str = ""
) -> Receipt:
    """Put tasks back on the desk: the own ones, or a colleague's by who leads the desk.

    reason: needed for a colleague's; it is kept with the task. Raises WhyMissing.
    """
    asked, reason = _locked(tasks), _words(reason)
    found = candidates(asked, by, at, post=post)
    others = [
        one
        for one in found.values()
        if releasable(one, by=by, post=post) == OutcomeKind.DONE and one.owner_id != by.pk
    ]
    if others and not reason:
        raise WhyMissing(_("Say why you take the task from your colleague."))
    return _held(
        asked,
        found,
        lambda one: releasable(one, by=by, post=post),
        owner=None,
        how=_how(HoldingKind.RELEASE, by, post, at, reason),
    )


@whole
def assign(
    tasks: Iterable[int], *, to: User, by: User, post: Post, at: datetime, reason: str = ""
) -> Receipt:
    """Put tasks into the hands of a colleague who works at the desk that has them.

    A colleague of the desk passes on what nobody has, or what is in the own hands; who leads the
    desk passes on any. The colleague holds a post at the desk or acts for somebody who does; the
    rules of separation are asked of the colleague, and of whom the colleague acts for.
    """
    asked, reason = _locked(tasks), _words(reason)
    today = timezone.localdate(at)
    colleague = [
        seat
        for seat in seats.at_desk(post.organisation, seats.roles_of(post), today)
        if seat.user.pk == to.pk
    ]
    own = candidates(asked, by, at, post=post)
    judged = {one.task_id: assignable(one, colleague, by=by, post=post) for one in own.values()}
    judged |= conflicts_of(judged, own, colleague, to, at)
    receipt = _held(
        asked,
        own,
        lambda one: judged[one.task_id],
        owner=to,
        how=_how(HoldingKind.ASSIGN, by, post, at, reason),
    )
    notices.tell_of_assignment(receipt, to=to, by=by, at=at)
    return receipt


def claimable(candidate: Candidate, *, by: User, post: Post) -> OutcomeKind:
    """DONE if the person may take the task in hand, else what stands against it."""
    against = off_desk(candidate, by=by, post=post)
    if against:
        return against
    if not candidate.accepts_work:
        return OutcomeKind.CAMPAIGN_CLOSED
    if candidate.conflicts:
        return OutcomeKind.OWN_WORK
    if candidate.owner_id not in {None, by.pk}:
        return OutcomeKind.CLAIMED
    return OutcomeKind.DONE


def releasable(candidate: Candidate, *, by: User, post: Post) -> OutcomeKind:
    """DONE if the person may put the task back, else what stands against it."""
    against = out_of_hand(candidate, by=by, post=post)
    if against:
        return against
    if candidate.owner_id is None:
        return OutcomeKind.NOT_CLAIMED
    if candidate.owner_id == by.pk or seats.leads(post, candidate.desk_id, candidate.role):
        return OutcomeKind.DONE
    return OutcomeKind.CLAIMED


def assignable(
    candidate: Candidate, colleague: list[seats.Seat], *, by: User, post: Post
) -> OutcomeKind:
    """DONE if the person may pass the task to the colleague who has these seats."""
    against = out_of_hand(candidate, by=by, post=post)
    if against:
        return against
    if not candidate.accepts_work:
        return OutcomeKind.CAMPAIGN_CLOSED
    leads = seats.leads(post, candidate.desk_id, candidate.role)
    if candidate.owner_id not in {None, by.pk} and not leads:
        return OutcomeKind.CLAIMED
    there = [seat for seat in colleague if seat.role == candidate.role]
    if not there:
        return OutcomeKind.NOT_COLLEAGUE
    return OutcomeKind.DONE if seat_for(candidate, there) else OutcomeKind.OUT_OF_SCOPE


def out_of_hand(candidate: Candidate, *, by: User, post: Post) -> OutcomeKind | None:
    """As `off_desk`, but who leads the desk reaches into it."""
    against = off_desk(candidate, by=by, post=post)
    if against != OutcomeKind.NOT_YOURS or not seats.leads(post, candidate.desk_id, candidate.role):
        return against
    reaches = seats.covers(post, candidate.kind, candidate.own_path)
    if not acts_under(post, by) or not candidate.holds or not reaches:
        return OutcomeKind.NOT_YOURS
    return OutcomeKind.ALREADY_DECIDED if candidate.finished is not None else None


def seat_for(candidate: Candidate, colleague: list[seats.Seat]) -> seats.Seat | None:
    """The seat from which the colleague would decide it: the own one rather than another's."""
    return next(
        (
            seat
            for seat in colleague
            if seat.role == candidate.role
            and seats.covers(seat.post, candidate.kind, candidate.own_path)
        ),
        None,
    )


def conflicts_of(
    judged: dict[int, OutcomeKind],
    found: dict[int, Candidate],
    colleague: list[seats.Seat],
    to: User,
    at: datetime,
) -> dict[int, OutcomeKind]:
    """Those that the colleague may not decide: asked once for each seat. Fills in the rules."""
    by_seat: dict[seats.Seat, list[int]] = {}
    for task_id, kind in judged.items():
        if kind == OutcomeKind.DONE:
            by_seat.setdefault(seat_for(found[task_id], colleague), []).append(task_id)
    broken = {}
    for seat, ids in by_seat.items():
        for task_id, theirs in candidates(ids, to, at, post=seat.post).items():
            if theirs.conflicts:
                found[task_id] = theirs
                broken[task_id] = OutcomeKind.OWN_WORK
    return broken


def _locked(tasks: Iterable[int]) -> list[int]:
    asked = list(dict.fromkeys(tasks))
    statements.lock_documents_of(asked)
    return asked


def _words(reason: str) -> str:
    return " ".join(reason.split())[:LONGEST]


def _how(kind: HoldingKind, by: User, post: Post, at: datetime, reason: str = "") -> Hold:
    return Hold(
        kind,
        at,
        by_id=by.pk,
        post_id=post.pk,
        delegation_id=post.delegation and post.delegation.pk,
        reason=reason,
    )


def _held(
    asked: list[int],
    found: dict[int, Candidate],
    judge: Judge,
    *,
    owner: User | None,
    how: Hold,
) -> Receipt:
    """Let those that may change hands do so, and say what became of each."""
    kinds = {
        task_id: judge(found[task_id]) if task_id in found else OutcomeKind.NOT_YOURS
        for task_id in asked
    }
    done = [task_id for task_id, kind in kinds.items() if kind == OutcomeKind.DONE]
    hold(done, owner and owner.pk, how)
    return Receipt(how.kind, outcomes_of(kinds, found))
