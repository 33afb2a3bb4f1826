"""Taking an act back: new decisions that send each case to where it came from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from teachers.models import Post
from workflows import correction_statements, statements
from workflows.acts.statements import read_for_undo
from workflows.due_dates import count_again
from workflows.enums import OutcomeKind, Verdict
from workflows.flows import step
from workflows.models import Act
from workflows.screening import Candidate, candidates
from workflows.statements import Move, Ruling, Target

#: What an undo takes back. A clerk recalls what was handed in; what ended a case has taken effect.
TAKEN_BACK = {Verdict.SIGN, Verdict.APPROVE, Verdict.RETURN}


@dataclass(frozen=True, slots=True)
class Item:
    """What an act has done to one case, and what has become of the case since.

    step, desk_id, due_date, counted_days and sent_down are those of the task it decided; `later`
    counts the decisions after it and `newest` is the last one's verdict; `coming_id` is the task
    that is open now, with its owner. resume_at, stopped_on and stopped_days are what the case
    remembered before (see Case); `touched`: the school has begun to correct what was returned.
    """

    task_id: int
    step: str
    desk_id: int
    due_date: date
    counted_days: int | None
    verdict: str
    from_position: int
    later: int
    newest: str
    ended: bool
    coming_id: int | None
    owner_id: int | None
    resume_at: int | None
    stopped_on: date | None
    stopped_days: int
    touched: bool
    sent_down: bool


def take_back(
    task_ids: Iterable[int], *, act: Act, post: Post, at: datetime
) -> dict[int, OutcomeKind]:
    """Undo what `act.undoes` did to these tasks; say of each whether it was done, or why not.

    A case goes back to the desk and step it came from, with the due date, the clock and the
    approvals it had there (another due date only where calendar or extensions changed meanwhile).
    Nothing is erased: the ledger gets a decision UNDO; a list of corrections that was sent lies in
    the desk's basket again. Needs the lock on the documents; part of the act's transaction.
    """
    task_ids = list(task_ids)
    items = {row[0]: Item(*row) for row in read_for_undo(act.undoes_id, task_ids)}
    coming = [item.coming_id for item in items.values() if item.coming_id is not None]
    found = candidates(coming, act.by, at, post=post)
    outcomes, moves = {}, []
    for task_id in task_ids:
        item = items.get(task_id)
        candidate = found.get(item.coming_id) if item else None
        outcomes[task_id] = against = objection(item, candidate, post)
        if against == OutcomeKind.DONE:
            moves.append(_move(item, candidate))
    if moves:
        _write(moves, act=act, post=post, at=at)
        done = [task_id for task_id, kind in outcomes.items() if kind == OutcomeKind.DONE]
        if act.undoes.verdict == Verdict.RETURN:
            correction_statements.put_back(act.undoes_id, done)
    return outcomes


def objection(item: Item | None, candidate: Candidate | None, post: Post) -> OutcomeKind:
    """DONE if the item may be taken back, else what stands against it."""
    if item is None or item.desk_id != post.organisation_id:
        return OutcomeKind.NOT_YOURS
    if item.later:
        undone = item.later == 1 and item.newest == Verdict.UNDO
        return OutcomeKind.ALREADY_DECIDED if undone else OutcomeKind.LATER_LEVEL
    if item.ended or candidate is None or item.verdict not in TAKEN_BACK:
        return OutcomeKind.ENDED
    if not candidate.accepts_work:
        return OutcomeKind.CAMPAIGN_CLOSED
    if item.touched:
        return OutcomeKind.TOUCHED
    if item.owner_id is not None:
        return OutcomeKind.LATER_LEVEL
    return OutcomeKind.DONE


def _move(item: Item, candidate: Candidate) -> Move:
    node = step(item.step)
    return Move(
        case_id=candidate.case_id,
        task_id=candidate.task_id,
        kind=candidate.kind,
        document_id=candidate.document_id,
        target=Target(
            to_position=item.from_position,
            state=node.state.value,
            next_step=item.step,
            next_role=node.role.value,
            next_organisation_id=item.desk_id,
            due_date=item.due_date,
            counted_days=item.counted_days,
            resume_at=item.resume_at,
            stopped_on=item.stopped_on,
            stopped_days=item.stopped_days,
            sent_down=item.sent_down,
        ),
    )


def _write(moves: list[Move], *, act: Act, post: Post, at: datetime) -> None:
    ruling = Ruling(
        verdict=Verdict.UNDO,
        by_id=act.by_id,
        post_id=post.pk,
        at=at,
        delegation_id=act.delegation_id,
        words=act.words,
    )
    statements.move_cases(moves, ruling)
    count_again([move.case_id for move in moves])
