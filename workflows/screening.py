"""Which tasks of a decision may go ahead, and what stands against the others."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from campaigns.enums import CampaignState
from teachers.models import Post, User
from teachers.policies import acts_under
from workflows import statements
from workflows.enums import DocumentKind, OutcomeKind, Verdict
from workflows.flows import step
from workflows.policies import may_decide

WORKING = {CampaignState.COLLECTING, CampaignState.IN_REVIEW}


class Candidate(NamedTuple):
    """A task as it stands under the lock, with all that the screening asks.

    The first seven are the task's own; the rest, its standing, is the same for many. timetable:
    what the due date of the first of the tasks goes by (due_statements.py).
    """

    task_id: int
    case_id: int
    document_id: int
    organisation: str
    own_organisation_id: int
    own_path: str
    timetable: str | None

    kind: str
    campaign_id: int | None
    desk_id: int
    role: str
    step: str
    position: int
    route_id: int
    owner_id: int | None
    finished: datetime | None
    due_date: date
    resume_at: int | None
    stopped_on: date | None
    stopped_days: int
    campaign_state: str | None
    kept_approvals: str | None
    asks_for_samples: bool | None
    days: int | None
    handed_in_before: bool
    is_empty: bool | None
    has_errors: bool
    is_unexplained: bool | None
    broken_rules: str
    awaits_answers: bool
    changed: bool
    holds: bool

    @property
    def standing(self) -> tuple:
        """Tasks that are alike in it fare alike, at the same desk and under the same post."""
        return self[7:]

    @property
    def conflicts(self) -> list[str]:
        """Codes of the rules of separation that deciding it would break."""
        return self.broken_rules.split()

    @property
    def accepts_work(self) -> bool:
        """A submission moves while its campaign works; other documents always."""
        return self.kind != DocumentKind.SUBMISSION or self.campaign_state in WORKING


def candidates(
    task_ids: Iterable[int],
    by: User,
    at: datetime,
    *,
    post: Post,
    seen: datetime | None = None,
    lock: bool = False,
) -> dict[int, Candidate]:
    """Read the tasks by id, in one query; to be called under the lock, or with it."""
    rows = statements.read_tasks(
        list(task_ids),
        persons=[by.pk, post.user_id],
        post_id=post.pk,
        delegation_id=post.delegation and post.delegation.pk,
        today=timezone.localdate(at),
        seen=seen,
        lock=lock,
    )
    return {row[0]: Candidate._make(row) for row in rows}


def alike(
    moves: Iterable[tuple[Candidate, int | None]],
) -> dict[tuple[tuple, int | None], list[Candidate]]:
    """The candidates by their standing and the stop they go to."""
    groups: dict[tuple[tuple, int | None], list[Candidate]] = {}
    for candidate, target in moves:
        groups.setdefault((candidate.standing, target), []).append(candidate)
    return groups


def off_desk(candidate: Candidate, *, by: User, post: Post) -> OutcomeKind | None:
    """Why the task is none of an open desk of this person, or None.

    A post or delegation that has ended meanwhile gives no desk, whatever the page still shows.
    """
    on_desk = candidate.desk_id == post.organisation_id and candidate.role == post.role
    if not on_desk or not acts_under(post, by) or not candidate.holds:
        return OutcomeKind.NOT_YOURS
    if post.delegation and not post.delegation.covers(candidate.kind, candidate.own_path):
        return OutcomeKind.NOT_YOURS
    return OutcomeKind.ALREADY_DECIDED if candidate.finished is not None else None


def objection(
    candidate: Candidate, *, verdict: Verdict, by: User, post: Post
) -> OutcomeKind | None:
    """What stands against this decision, or None. The order is that of the person's interest."""
    against = off_desk(candidate, by=by, post=post)
    if against:
        return against
    node = step(candidate.step)
    if not may_decide(post.role, node, verdict):
        return OutcomeKind.NOT_YOURS
    if not candidate.accepts_work:
        return OutcomeKind.CAMPAIGN_CLOSED
    if candidate.broken_rules:
        return OutcomeKind.OWN_WORK
    if candidate.owner_id not in {None, by.pk}:
        return OutcomeKind.CLAIMED
    if candidate.changed:
        return OutcomeKind.CHANGED
    if verdict == Verdict.SETTLE and candidate.awaits_answers:
        return OutcomeKind.AWAITING_ANSWERS
    if verdict in {Verdict.SUBMIT, Verdict.SIGN, Verdict.APPROVE}:
        return _unfinished(candidate)
    return None


def _unfinished(candidate: Candidate) -> OutcomeKind | None:
    """Errors block signing and all that follows; warnings must be explained."""
    if candidate.is_empty:
        return OutcomeKind.EMPTY
    if candidate.has_errors:
        return OutcomeKind.HAS_ERRORS
    if candidate.is_unexplained:
        return OutcomeKind.UNEXPLAINED
    return None
