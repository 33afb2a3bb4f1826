"""The one path of every decision: one task or ten thousand."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.enums import SubmissionState
from campaigns.models import CampaignStage
from campaigns.publication import publish
from teachers.models import Code, Post, User
from teachers.refusals import Refusal
from workflows import routes, statements
from workflows.enums import OutcomeKind, Verdict
from workflows.flows import step
from workflows.receipts import Outcome, Receipt
from workflows.screening import Candidate, candidates, objection
from workflows.statements import Move

#: End states by verdict, for a case that leaves its route.
ENDS = {Verdict.CANCEL: SubmissionState.CANCELLED}


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
) -> Receipt:
    """Decide tasks of the post's desk; every id asked gets an outcome, in the order asked.

    verdict: SUBMIT (clerk), SIGN (head), APPROVE or RETURN (reviewer; the head may return to the
    clerk). reasons: codes of the list "return_reason", needed with words for a return. return_to:
    the step it goes back to, the school's if not given. Items that cannot go ahead are refused one
    by one and the others are decided; a second call for the same task changes nothing.

    Locks the submissions in id order, re-reads, checks, writes decisions (ledger), tasks, cases and
    states; approval by the province publishes the official files. Raises ReasonMissing,
    UnknownReason.
    """
    verdict = Verdict(verdict)
    asked = list(dict.fromkeys(tasks))
    reasons, words = _grounds(verdict, reasons, words)
    statements.lock_submissions_of(asked)
    found = candidates(asked, by)
    outcomes: dict[int, Outcome] = {}
    accepted: list[tuple[Candidate, int | None]] = []
    for task_id in asked:
        candidate = found.get(task_id)
        kind, target = _screen(candidate, verdict=verdict, post=post, return_to=return_to)
        outcomes[task_id] = _outcome(task_id, candidate, kind)
        if kind == OutcomeKind.DONE:
            accepted.append((candidate, target))
    move_cases(accepted, verdict=verdict, by=by, post=post, at=at, reasons=reasons, words=words)
    return Receipt(verdict, [outcomes[task_id] for task_id in asked])


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
    due = _due_dates({candidate.campaign_id for candidate, _target in accepted}, verdict, at)
    moves = [_move(candidate, target, verdict, due) for candidate, target in accepted]
    statements.write_decisions(
        moves, verdict=verdict, by_id=by.pk, post_id=post.pk, at=at, reasons=reasons, words=words
    )
    statements.close_tasks(moves, verdict=verdict, by_id=by.pk, at=at)
    statements.move_submissions(moves, verdict=verdict, at=at)
    statements.open_tasks(moves, at=at)
    approved = [m.submission_id for m in moves if m.state == SubmissionState.APPROVED]
    if approved:
        publish(approved, by=by, at=at)


def _grounds(verdict: Verdict, reasons: Iterable[str], words: str) -> tuple[list[str], str]:
    """A return says why: at least one coded reason, and words."""
    codes, words = list(dict.fromkeys(reasons)), " ".join(words.split())
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


def _screen(
    candidate: Candidate | None, *, verdict: Verdict, post: Post, return_to: str | None
) -> tuple[OutcomeKind, int | None]:
    """Outcome and target stop of one item."""
    if candidate is None:
        return OutcomeKind.NOT_YOURS, None
    against = objection(candidate, verdict=verdict, post=post)
    if against:
        return against, None
    if verdict != Verdict.RETURN:
        return OutcomeKind.DONE, _next_position(candidate)
    target = routes.position_of(candidate.route_id, return_to or "fill")
    legal = {node.name for node in step(candidate.step).returns_to}
    if target is None or target >= candidate.position or (return_to or "fill") not in legal:
        return OutcomeKind.WRONG_TARGET, None
    return OutcomeKind.DONE, target


def _next_position(candidate: Candidate) -> int | None:
    following = candidate.position + 1
    return following if following < len(routes.stops_of(candidate.route_id)) else None


def _outcome(task_id: int, candidate: Candidate | None, kind: OutcomeKind) -> Outcome:
    if candidate is None or kind == OutcomeKind.NOT_YOURS:
        return Outcome(task_id, kind)
    return Outcome(
        task_id,
        kind,
        submission_id=candidate.submission_id,
        organisation=candidate.organisation,
        decided_by=candidate.decided_by if kind == OutcomeKind.ALREADY_DECIDED else "",
        decided_at=candidate.decided_at if kind == OutcomeKind.ALREADY_DECIDED else None,
        verdict=candidate.decided if kind == OutcomeKind.ALREADY_DECIDED else "",
    )


def _move(
    candidate: Candidate,
    target: int | None,
    verdict: Verdict,
    due: dict[tuple[int, str], date],
) -> Move:
    common = {
        "case_id": candidate.case_id,
        "task_id": candidate.task_id,
        "submission_id": candidate.submission_id,
        "from_position": candidate.position,
        "to_position": target,
    }
    if target is None:
        return Move(**common, state=ENDS.get(verdict, SubmissionState.APPROVED).value)
    stop = routes.stops_of(candidate.route_id)[target]
    node = step(stop.step)
    returned = verdict == Verdict.RETURN and target == 0
    return Move(
        **common,
        state=(SubmissionState.RETURNED if returned else node.state).value,
        next_step=stop.step,
        next_role=node.role.value,
        next_organisation_id=stop.organisation_id or candidate.own_organisation_id,
        due_date=due[candidate.campaign_id, node.stage],
    )


def _due_dates(campaigns: set[int], verdict: Verdict, at: datetime) -> dict[tuple[int, str], date]:
    """Last day of each stage by campaign; a return leaves at least the campaign's days for it."""
    rows = CampaignStage.objects.filter(campaign__in=campaigns).values_list(
        "campaign_id", "kind", "ends_on", "campaign__return_days"
    )
    today = timezone.localdate(at)
    extra = verdict == Verdict.RETURN
    return {
        (campaign, kind): max(ends_on, today + timedelta(days=days)) if extra else ends_on
        for campaign, kind, ends_on, days in rows
    }
