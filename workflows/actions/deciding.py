"""The one path of every decision: one task or ten thousand."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from teachers.models import Code, Post, User
from teachers.policies import oversees
from teachers.refusals import Refusal
from teachers.retrying import whole
from workflows import correction_statements, routes, sampling_statements, statements
from workflows.actions.correcting import refuse_unanswered
from workflows.actions.moving import move_cases
from workflows.actions.problem_cases import look_for_problem_data
from workflows.due_dates import LAST_AT_SCHOOL
from workflows.enums import DocumentKind, OutcomeKind, Verdict
from workflows.flows import step
from workflows.models import Task
from workflows.receipts import Outcome, Receipt
from workflows.screening import Candidate, candidates, objection

DECIDED_HERE = {Verdict.SUBMIT, Verdict.SIGN, Verdict.APPROVE, Verdict.RETURN, Verdict.REFUSE}
#: What becomes of one item, and the stop it goes to (None: the end, or nowhere).
Screened = tuple[OutcomeKind, int | None]


class ReasonMissing(Refusal):
    code = "reason_missing"


class UnknownReason(Refusal):
    code = "unknown_reason"


@whole
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
    in_bulk: bool = False,
) -> Receipt:
    """Decide tasks of the post's desk; every id asked gets an outcome, in the order asked.

    verdict: SUBMIT (clerk), SIGN (head), APPROVE or RETURN (reviewer; the head may return to the
    clerk), REFUSE (a change request). reasons: codes of the list "return_reason", needed with words
    for a return; a refusal needs words. return_to: the step it goes back to, the school's if not
    given. seen: when the person looked; what changed since is not decided. in_bulk: it is part of
    an act over several, which approves only what the sampling desk lets pass. A post with a
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
    found, screened = screen_all(
        asked,
        verdict=verdict,
        by=by,
        post=post,
        at=at,
        return_to=return_to,
        seen=seen,
        in_bulk=in_bulk,
        lock=True,
    )
    if verdict == Verdict.SUBMIT and any(one.handed_in_before for one in found.values()):
        refuse_unanswered(asked, post=post)
    accepted = [
        (found[task_id], target)
        for task_id, (kind, target) in screened.items()
        if kind == OutcomeKind.DONE
    ]
    move_cases(accepted, verdict=verdict, by=by, post=post, at=at, reasons=reasons, words=words)
    moved = [one for one, _to in accepted if one.kind == DocumentKind.SUBMISSION]
    if verdict == Verdict.SUBMIT and moved:
        look_for_problem_data.enqueue([one.document_id for one in moved], post.pk)
    if verdict == Verdict.RETURN and moved and oversees(post):
        correction_statements.send_baskets(
            [one.task_id for one in moved], organisation_id=post.organisation_id, role=post.role
        )
    kinds = {task_id: kind for task_id, (kind, _to) in screened.items()}
    return Receipt(verdict, outcomes_of(kinds, found))


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


def screen_all(
    asked: list[int],
    *,
    verdict: Verdict,
    by: User,
    post: Post,
    at: datetime,
    return_to: str | None,
    seen: datetime | None,
    in_bulk: bool,
    lock: bool = False,
) -> tuple[dict[int, Candidate], dict[int, Screened]]:
    """The tasks as they stand now, and what this decision would make of each. Writes nothing.

    lock: the documents are locked before the tasks are read. Tasks that are alike are screened
    once; under a delegation, whose scope is a path, those of one school.
    """
    found = candidates(asked, by, at, post=post, seen=seen, lock=lock)
    known: dict[tuple, Screened] = {}
    screened = {}
    for task_id in asked:
        candidate = found.get(task_id)
        alike = candidate and (candidate.standing, post.delegation and candidate.own_path)
        if alike not in known:
            known[alike] = screen(candidate, verdict=verdict, by=by, post=post, return_to=return_to)
        screened[task_id] = known[alike]
    if in_bulk and verdict == Verdict.APPROVE:
        going = [
            found[task_id] for task_id, (kind, _to) in screened.items() if kind == OutcomeKind.DONE
        ]
        screened |= {task_id: (kind, None) for task_id, kind in _held_back(going, post).items()}
    return found, screened


def _held_back(going: list[Candidate], post: Post) -> dict[int, OutcomeKind]:
    """What the sampling desk does not let pass; asks nothing where no campaign wants a sample."""
    asked = {one.document_id: one for one in going if one.asks_for_samples}
    if not asked:
        return {}
    campaigns = {document: one.campaign_id for document, one in asked.items()}
    return {
        asked[document].task_id: OutcomeKind.SAMPLE_FAILED if failed else OutcomeKind.NOT_SAMPLED
        for document, failed in sampling_statements.held_back(post, campaigns).items()
    }


def screen(
    candidate: Candidate | None, *, verdict: Verdict, by: User, post: Post, return_to: str | None
) -> Screened:
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
    """The next stop; behind the levels whose approval survived, once it leaves the school.

    A level that looks again does all its steps again.
    """
    following, stops = candidate.position + 1, routes.stops_of(candidate.route_id)
    if following == len(stops):
        return None
    same_level = stops[following].organisation_id == candidate.desk_id
    if candidate.resume_at and candidate.position >= LAST_AT_SCHOOL and not same_level:
        following = max(following, candidate.resume_at)
    return following


def outcomes_of(kinds: dict[int, OutcomeKind], found: dict[int, Candidate]) -> list[Outcome]:
    """What became of each item; of those decided or claimed before, by whom and when."""
    deciders = _of_kind(kinds, OutcomeKind.ALREADY_DECIDED, statements.read_deciders)
    claimers = _of_kind(kinds, OutcomeKind.CLAIMED, read_claimers)
    return [
        _outcome(task_id, kind, found.get(task_id), deciders.get(task_id), claimers.get(task_id))
        for task_id, kind in kinds.items()
    ]


def _of_kind(kinds: dict[int, OutcomeKind], wanted: OutcomeKind, read) -> dict:
    tasks = [task_id for task_id, kind in kinds.items() if kind == wanted]
    return read(tasks) if tasks else {}


def read_claimers(task_ids: list[int]) -> dict[int, str]:
    """Task to the name of who has it in hand."""
    return dict(Task.objects.filter(pk__in=task_ids).values_list("pk", "owner__name"))


def _outcome(
    task_id: int,
    kind: OutcomeKind,
    candidate: Candidate | None,
    decider: tuple | None,
    claimer: str | None,
) -> Outcome:
    """Whose task it is stays unsaid to somebody whose desk it is not."""
    if candidate is None or kind == OutcomeKind.NOT_YOURS:
        return Outcome(task_id, kind)
    if kind == OutcomeKind.DONE:
        return Outcome(task_id, kind, candidate.kind, candidate.document_id, candidate.organisation)
    who, when, said, holder = decider or ("", None, "", "")
    return Outcome(
        task_id,
        kind,
        document=candidate.kind,
        document_id=candidate.document_id,
        organisation=candidate.organisation,
        decided_by=who,
        decided_at=when,
        verdict=said,
        acting_for=holder,
        rules=tuple(candidate.conflicts) if kind == OutcomeKind.OWN_WORK else (),
        claimed_by=claimer or "",
    )
