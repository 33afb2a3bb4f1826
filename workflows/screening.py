"""Which tasks of a decision may go ahead, and what stands against the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery

from campaigns.enums import CampaignState
from campaigns.models import Record
from teachers.models import Post, User
from workflows.enums import OutcomeKind, Verdict
from workflows.flows import step
from workflows.models import Decision, Task
from workflows.policies import may_decide

WORKING = {CampaignState.COLLECTING, CampaignState.IN_REVIEW}


@dataclass(frozen=True)
class Candidate:
    """A task as it stands under the lock, with all that the screening asks."""

    task_id: int
    case_id: int
    submission_id: int
    campaign_id: int
    organisation: str
    own_organisation_id: int
    desk_id: int
    role: str
    step: str
    position: int
    route_id: int
    finished: datetime | None
    campaign_state: str
    records: int
    errors: int
    unexplained: int
    own_work: bool
    decided_by: str
    decided_at: datetime | None
    decided: str


def candidates(task_ids: Iterable[int], by: User) -> dict[int, Candidate]:
    """Read the tasks by id, in one query; to be called under the lock."""
    newest = Decision.objects.filter(task=OuterRef("pk")).order_by("-sequence")
    rows = Task.objects.filter(pk__in=list(task_ids)).values_list(
        "pk",
        "process_id",
        "process__submission_id",
        "process__campaign_id",
        "process__organisation__name",
        "process__organisation_id",
        "organisation_id",
        "role",
        "step",
        "position",
        "process__route_id",
        "finished",
        "process__campaign__state",
        "process__submission__records_count",
        "process__submission__errors_count",
        "process__submission__unexplained_count",
        _own_work(by),
        Subquery(newest.values("by__name")[:1]),
        Subquery(newest.values("at")[:1]),
        Subquery(newest.values("verdict")[:1]),
    )
    return {row[0]: Candidate(*row[:17], row[17] or "", row[18], row[19] or "") for row in rows}


def _own_work(by: User):
    """Has this user entered a record of the submission, or handed it in, or signed it?"""
    entered = Record.objects.filter(submission=OuterRef("process__submission"), entered_by=by)
    signed = Decision.objects.filter(
        case=OuterRef("process"), by=by, verdict__in=[Verdict.SUBMIT, Verdict.SIGN]
    )
    return Exists(entered) | Exists(signed)


def objection(candidate: Candidate, *, verdict: Verdict, post: Post) -> OutcomeKind | None:
    """What stands against this decision, or None. The order is that of the person's interest."""
    if candidate.desk_id != post.organisation_id or candidate.role != post.role:
        return OutcomeKind.NOT_YOURS
    if candidate.finished is not None:
        return OutcomeKind.ALREADY_DECIDED
    node = step(candidate.step)
    if not may_decide(post.role, node, verdict):
        return OutcomeKind.NOT_YOURS
    if candidate.campaign_state not in WORKING:
        return OutcomeKind.CAMPAIGN_CLOSED
    if node.is_review and candidate.own_work:
        return OutcomeKind.OWN_WORK
    if verdict in {Verdict.SUBMIT, Verdict.SIGN, Verdict.APPROVE}:
        return _unfinished(candidate)
    return None


def _unfinished(candidate: Candidate) -> OutcomeKind | None:
    """Errors block signing and all that follows; warnings must be explained."""
    if candidate.records == 0:
        return OutcomeKind.EMPTY
    if candidate.errors:
        return OutcomeKind.HAS_ERRORS
    if candidate.unexplained:
        return OutcomeKind.UNEXPLAINED
    return None
