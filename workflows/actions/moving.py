"""Moving cases that may move: the ledger, the tasks, the documents, and what follows from it."""

from datetime import datetime

from django.utils import timezone

from campaigns.enums import KeptApprovals, ProblemState, SubmissionState
from campaigns.publication import publish
from teachers.changes import applying
from teachers.enums import ChangeState
from teachers.models import Post, User
from workflows import routes, statements
from workflows.due_dates import LAST_AT_SCHOOL, DueDates, due_dates
from workflows.enums import DocumentKind, Verdict
from workflows.flows import step
from workflows.message_statements import tell_of_returns
from workflows.screening import Candidate, alike
from workflows.statements import Move, Ruling, Target

#: State of a document whose case has left its route, by kind and verdict.
ENDS = {
    (DocumentKind.SUBMISSION, Verdict.APPROVE): SubmissionState.APPROVED,
    (DocumentKind.SUBMISSION, Verdict.CANCEL): SubmissionState.CANCELLED,
    (DocumentKind.CHANGE, Verdict.SIGN): ChangeState.APPROVED,
    (DocumentKind.CHANGE, Verdict.APPROVE): ChangeState.APPROVED,
    (DocumentKind.CHANGE, Verdict.REFUSE): ChangeState.REFUSED,
    (DocumentKind.CHANGE, Verdict.CANCEL): ChangeState.WITHDRAWN,
    (DocumentKind.PROBLEM, Verdict.SETTLE): ProblemState.SETTLED,
    (DocumentKind.PROBLEM, Verdict.CANCEL): ProblemState.VANISHED,
}


#: The word is the same for submissions and change requests.
RETURNED = SubmissionState.RETURNED
GIVEN_UP = {ChangeState.REFUSED, ChangeState.WITHDRAWN}


def move_cases(
    accepted: list[tuple[Candidate, int | None]],
    *,
    verdict: Verdict,
    by: User,
    post: Post,
    at: datetime,
    reasons: list[str],
    words: str,
) -> None:
    """Write the moves of screened cases; a target of None ends the case. Needs the lock.

    A return is told to the school and to the levels between that had approved (one statement more).
    """
    if not accepted:
        return
    due = due_dates(accepted, verdict, at)
    moves = _moves(accepted, verdict, due)
    ruling = Ruling(
        verdict=verdict,
        by_id=by.pk,
        post_id=post.pk,
        at=at,
        delegation_id=post.delegation and post.delegation.pk,
        reasons=reasons,
        words=words,
    )
    statements.move_cases(moves, ruling)
    if verdict == Verdict.RETURN:
        returned = [move.task_id for move in moves]
        tell_of_returns(returned, by_id=by.pk, reasons=reasons, on=timezone.localdate(at), at=at)
    _take_effect(moves, by=by, at=at)


def _take_effect(moves: list[Move], *, by: User, at: datetime) -> None:
    """What follows in the register when a document has reached its end."""
    submissions = [move for move in moves if move.kind == DocumentKind.SUBMISSION]
    changes = [move for move in moves if move.kind == DocumentKind.CHANGE]
    approved = [m.document_id for m in submissions if m.target.state == SubmissionState.APPROVED]
    if approved:
        publish(approved, by=by, at=at)
    agreed = [m.document_id for m in changes if m.target.state == ChangeState.APPROVED]
    if agreed:
        applying.approve(agreed, by=by, at=at)
    given_up = [m.document_id for m in changes if m.target.state in GIVEN_UP]
    if given_up:
        applying.release_locks(given_up)


def _resumes_at(candidate: Candidate, target: int, verdict: Verdict) -> int | None:
    """Where a corrected case goes on: at the level that returned it, if the others' word holds.

    A level of two steps that returned it begins anew: its reviewer's word alone was not yet the
    level's.
    """
    if verdict == Verdict.RETURN and candidate.kept_approvals == KeptApprovals.LOWER:
        level = routes.level_begins(candidate.route_id, candidate.position)
        return max(level, candidate.resume_at or 0)
    still_below = candidate.resume_at is not None and target < candidate.resume_at
    return candidate.resume_at if still_below else None


def _moves(
    accepted: list[tuple[Candidate, int | None]], verdict: Verdict, due: DueDates
) -> list[Move]:
    """Most cases are alike in all that their target follows from: it is worked out once."""
    moves = []
    for (_standing, position), group in alike(accepted).items():
        known: dict[int | None, Target] = {}
        for candidate in group:
            own = _own_organisation(candidate, position)
            if own not in known:
                known[own] = _target(candidate, position, verdict, due)
            moves.append(
                Move(
                    candidate.case_id,
                    candidate.task_id,
                    candidate.kind,
                    candidate.document_id,
                    known[own],
                )
            )
    return moves


def _own_organisation(candidate: Candidate, position: int | None) -> int | None:
    """The case's own, where the target depends on it: at a stop of its own, or while its clock has
    stood still (days are counted by its calendar)."""
    if position is None or candidate.stopped_on:
        return candidate.own_organisation_id
    desk = routes.stops_of(candidate.route_id)[position].organisation_id
    return candidate.own_organisation_id if desk is None else None


def _target(candidate: Candidate, position: int | None, verdict: Verdict, due: DueDates) -> Target:
    stopped_on, stopped_days = due.clock(candidate, position)
    if position is None:
        return Target(
            to_position=None,
            state=ENDS[DocumentKind(candidate.kind), verdict].value,
            stopped_on=stopped_on,
            stopped_days=stopped_days,
        )
    stop = routes.stops_of(candidate.route_id)[position]
    node = step(stop.step)
    returned = verdict in {Verdict.RETURN, Verdict.REOPEN} and position == 0
    due_date, counted_days = due.of(candidate, node, stop.organisation_id, stopped_days)
    return Target(
        to_position=position,
        state=(RETURNED if returned else node.state).value,
        next_step=stop.step,
        next_role=node.role.value,
        next_organisation_id=stop.organisation_id or candidate.own_organisation_id,
        due_date=due_date,
        counted_days=counted_days,
        resume_at=_resumes_at(candidate, position, verdict),
        stopped_on=stopped_on,
        stopped_days=stopped_days,
        sent_down=verdict == Verdict.RETURN and position > LAST_AT_SCHOOL,
    )
