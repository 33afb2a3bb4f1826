"""Moving cases that may move: the ledger, the tasks, the documents, and what follows from it."""

from datetime import datetime

from django.utils import timezone

from campaigns.enums import KeptApprovals, ProblemState, SubmissionState
from campaigns.publication import publish
from teachers.changes import applying
from teachers.enums import ChangeState
from teachers.models import Post, User
from workflows import routes, statements
from workflows.due_dates import DueDates, due_dates
from workflows.enums import DocumentKind, Verdict
from workflows.flows import step
from workflows.message_statements import tell_of_returns
from workflows.screening import Candidate
from workflows.statements import Move, Ruling

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
    moves = [_move(candidate, target, verdict, due) for candidate, target in accepted]
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
    approved = [m.document_id for m in submissions if m.state == SubmissionState.APPROVED]
    if approved:
        publish(approved, by=by, at=at)
    agreed = [m.document_id for m in changes if m.state == ChangeState.APPROVED]
    if agreed:
        applying.approve(agreed, by=by, at=at)
    given_up = [m.document_id for m in changes if m.state in GIVEN_UP]
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


def _move(candidate: Candidate, target: int | None, verdict: Verdict, due: DueDates) -> Move:
    stopped_on, stopped_days = due.clock(candidate, target)
    common = {
        "case_id": candidate.case_id,
        "task_id": candidate.task_id,
        "kind": candidate.kind,
        "document_id": candidate.document_id,
        "campaign_id": candidate.campaign_id,
        "to_position": target,
        "stopped_on": stopped_on,
        "stopped_days": stopped_days,
    }
    if target is None:
        return Move(**common, state=ENDS[DocumentKind(candidate.kind), verdict].value)
    stop = routes.stops_of(candidate.route_id)[target]
    node = step(stop.step)
    returned = verdict in {Verdict.RETURN, Verdict.REOPEN} and target == 0
    due_date, counted_days = due.of(candidate, node, stop.organisation_id, stopped_days)
    return Move(
        **common,
        state=(RETURNED if returned else node.state).value,
        next_step=stop.step,
        next_role=node.role.value,
        next_organisation_id=stop.organisation_id or candidate.own_organisation_id,
        due_date=due_date,
        counted_days=counted_days,
        resume_at=_resumes_at(candidate, target, verdict),
    )
