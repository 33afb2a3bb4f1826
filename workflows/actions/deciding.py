"""The one path of every decision: one task or ten thousand."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import problems
from campaigns.enums import KeptApprovals, ProblemState, SubmissionState
from campaigns.publication import publish
from teachers.changes import applying
from teachers.enums import ChangeState
from teachers.models import Code, Post, User
from teachers.refusals import Refusal
from workflows import routes, statements
from workflows.actions.problem_cases import open_problems
from workflows.due_dates import LAST_AT_SCHOOL, DueDates, due_dates
from workflows.enums import DocumentKind, OutcomeKind, Verdict
from workflows.flows import step
from workflows.models import Task
from workflows.receipts import Outcome, Receipt
from workflows.screening import Candidate, candidates, objection
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
DECIDED_HERE = {Verdict.SUBMIT, Verdict.SIGN, Verdict.APPROVE, Verdict.RETURN, Verdict.REFUSE}


class ReasonMissing(Refusal):
    code = "reason_missing"


class UnknownReason(Refusal):
    code = "unknown_reason"


@transaction.atomic
def decide(
    tasks: Iterable[int],
    *,
    verdict: Verdict,
    by: User,
    post: Post,
    at: datetime,
    reasons: Iterable[str] = (),
    words: str = "",
    return_to: str | None = None,
    seen: datetime | None = None,
) -> Receipt:
    """Decide tasks of the post's desk; every id asked gets an outcome, in the order asked.

    verdict: SUBMIT (clerk), SIGN (head), APPROVE or RETURN (reviewer; the head may return to the
    clerk), REFUSE (a change request). reasons: codes of the list "return_reason", needed with words
    for a return; a refusal needs words. return_to: the step it goes back to, the school's if not
    given. seen: when the person looked; what changed since is not decided. A post with a
    `delegation` is acted under for its holder. Cases of problem data are settled by `settle`.
    Items that cannot go ahead are refused one by one and the others are decided; a second call for
    the same task changes nothing.

    Locks the documents in id order, re-reads, checks, writes decisions (ledger), tasks, cases and
    states; approval by the province publishes the official files, the last approval of a change
    request puts it in force on its day. Raises ReasonMissing, UnknownReason.
    """
    verdict = Verdict(verdict)
    if verdict not in DECIDED_HERE:
        raise ValueError(f"{verdict} has an action of its own.")
    asked = list(dict.fromkeys(tasks))
    reasons, words = grounds(verdict, reasons, words)
    statements.lock_documents_of(asked)
    found = candidates(asked, by, at, post=post, seen=seen)
    screened = {
        task_id: screen(found.get(task_id), verdict=verdict, by=by, post=post, return_to=return_to)
        for task_id in asked
    }
    accepted = [
        (found[task_id], target)
        for task_id, (kind, target) in screened.items()
        if kind == OutcomeKind.DONE
    ]
    move_cases(accepted, verdict=verdict, by=by, post=post, at=at, reasons=reasons, words=words)
    if verdict == Verdict.SUBMIT:
        _look_for_problem_data([candidate for candidate, _to in accepted], by=by, post=post, at=at)
    return Receipt(verdict, _outcomes(screened, found))


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
    """Write the moves of screened cases; a target of None ends the case. Needs the lock."""
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
    _take_effect(moves, by=by, at=at)


def _look_for_problem_data(
    submitted: list[Candidate], *, by: User, post: Post, at: datetime
) -> None:
    """Compare whom the school reports with all others; cases without facts end in its name."""
    ids = [c.document_id for c in submitted if c.kind == DocumentKind.SUBMISSION]
    if not ids:
        return
    problems.on_submit(ids, at=at)
    open_problems(at=at)
    gone = Task.objects.open().filter(process__problem__state=ProblemState.VANISHED)
    mine = gone.filter(process__problem__parties__organisation=post.organisation_id)
    end_vanished(set(mine.values_list("process__problem", flat=True)), by=by, post=post, at=at)


@transaction.atomic
def end_vanished(problems_gone: Iterable[int], *, by: User, post: Post, at: datetime) -> None:
    """End the cases of problems that are gone (state VANISHED); `by` is whose correction did it."""
    live = Task.objects.open().filter(process__problem__in=list(problems_gone))
    found = candidates(live.values_list("pk", flat=True), by, at, post=post)
    move_cases(
        [(candidate, None) for candidate in found.values()],
        verdict=Verdict.CANCEL,
        by=by,
        post=post,
        at=at,
        reasons=[],
        words="",
    )


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


def grounds(verdict: Verdict, reasons: Iterable[str], words: str) -> tuple[list[str], str]:
    """A return says why: at least one coded reason, and words."""
    codes, words = list(dict.fromkeys(reasons)), " ".join(words.split())
    if verdict == Verdict.REFUSE and not words:
        raise ReasonMissing(_("Say in words why this is refused: the school reads it."))
    if verdict != Verdict.RETURN:
        return [], words
    if not codes or not words:
        raise ReasonMissing(
            _("To return something, choose at least one reason and say in words what to correct.")
        )
    known = Code.objects.filter(code_list__key="return_reason", code__in=codes)
    unknown = set(codes) - set(known.values_list("code", flat=True))
    if unknown:
        raise UnknownReason(
            _("“%(code)s” is not a reason for a return: choose one from the list.")
            % {"code": ", ".join(sorted(unknown))}
        )
    return codes, words


def screen(
    candidate: Candidate | None, *, verdict: Verdict, by: User, post: Post, return_to: str | None
) -> tuple[OutcomeKind, int | None]:
    """Outcome and target stop of one item."""
    if candidate is None:
        return OutcomeKind.NOT_YOURS, None
    against = objection(candidate, verdict=verdict, by=by, post=post)
    if against:
        return against, None
    if verdict == Verdict.REFUSE:
        return OutcomeKind.DONE, None
    if verdict != Verdict.RETURN:
        return OutcomeKind.DONE, _next_position(candidate)
    wanted = return_to or routes.stops_of(candidate.route_id)[0].step
    target = routes.position_of(candidate.route_id, wanted)
    legal = {node.name for node in step(candidate.step).returns_to}
    if target is None or target >= candidate.position or wanted not in legal:
        return OutcomeKind.WRONG_TARGET, None
    return OutcomeKind.DONE, target


def _next_position(candidate: Candidate) -> int | None:
    """The next stop; behind the levels whose approval survived, once it leaves the school."""
    following = candidate.position + 1
    if candidate.resume_at and candidate.position >= LAST_AT_SCHOOL:
        following = max(following, candidate.resume_at)
    return following if following < len(routes.stops_of(candidate.route_id)) else None


def _outcomes(
    screened: dict[int, tuple[OutcomeKind, int | None]], found: dict[int, Candidate]
) -> list[Outcome]:
    """What became of each item; of those decided before, by whom and when."""
    late = [task for task, (kind, _to) in screened.items() if kind == OutcomeKind.ALREADY_DECIDED]
    deciders = statements.read_deciders(late) if late else {}
    outcomes = []
    for task_id, (kind, _target) in screened.items():
        candidate = found.get(task_id)
        if candidate is None or kind == OutcomeKind.NOT_YOURS:
            outcomes.append(Outcome(task_id, kind))
            continue
        who, when, said = deciders.get(task_id, ("", None, ""))
        outcomes.append(
            Outcome(
                task_id,
                kind,
                document=candidate.kind,
                document_id=candidate.document_id,
                organisation=candidate.organisation,
                decided_by=who,
                decided_at=when,
                verdict=said,
            )
        )
    return outcomes


def _resumes_at(candidate: Candidate, target: int, verdict: Verdict) -> int | None:
    """Where a corrected case goes on: at the level that returned it, if the others' word holds."""
    if verdict == Verdict.RETURN and candidate.kept_approvals == KeptApprovals.LOWER:
        return max(candidate.position, candidate.resume_at or 0)
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
    returned = verdict == Verdict.RETURN and target == 0
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
