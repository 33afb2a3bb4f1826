"""Reads over cases, tasks and decisions for pages, API and reports."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from campaigns.enums import ProblemState, SubmissionState
from campaigns.models import Problem, Submission
from teachers.enums import ChangeState
from teachers.models import ChangeRequest, Code, Organisation, Post
from teachers.ready_queries import Ready
from workflows import routes
from workflows.flows import step
from workflows.models import Case, Decision, Holding, Task


def inbox(post: Post | None) -> QuerySet[Task]:
    """Open tasks on the desk of a post, the most urgent first (index open_tasks_of_a_desk)."""
    return (
        Task.objects.open()
        .for_post(post)
        .on_submissions()
        .select_related(
            "process__submission", "process__organisation", "process__campaign", "owner"
        )
        .order_by("due_date", "id")
    )


def open_task(submission: Submission) -> Task | None:
    """The one open task of a submission, with the organisation that has it."""
    return (
        Task.objects.open()
        .filter(process__submission=submission)
        .select_related("organisation", "owner", "process__campaign", "process__organisation")
        .first()
    )


#: What a case may move, and the column of the case that names it.
Document = Submission | ChangeRequest | Problem
_NAMED_BY = {Submission: "submission", ChangeRequest: "change", Problem: "problem"}


def history(document: Document) -> QuerySet[Decision]:
    """Every decision of a submission, change request or problem case, the newest first."""
    return (
        Decision.objects.filter(**{f"case__{_NAMED_BY[type(document)]}": document})
        .select_related("by", "post__organisation", "post__user", "organisation")
        .order_by("-sequence")
    )


def holdings(document: Document) -> QuerySet[Holding]:
    """Who had the tasks of a document in hand, the newest first (by tasks_of_a_case)."""
    return (
        Holding.objects.filter(**{f"task__process__{_NAMED_BY[type(document)]}": document})
        .select_related("owner", "before", "by")
        .order_by("-pk")
    )


def reason_names() -> dict[str, str]:
    """Code to name of the reasons for a return, in the language of the thread."""
    return {code.code: str(code) for code in _REASONS()}


_REASONS = Ready(
    "return_reasons",
    lambda: Code.objects.filter(code_list__key="return_reason").order_by("position"),
)


#: A document in one of these has gone its whole way.
SUCCEEDED = {
    SubmissionState.APPROVED,
    ChangeState.APPROVED,
    ChangeState.IN_FORCE,
    ProblemState.SETTLED,
}


@dataclass(frozen=True)
class Place:
    """A stop of a document's way. state: "done", "now" or "ahead"."""

    position: int
    step: str
    title: str
    organisation: Organisation
    state: str
    since: datetime | None


def path(document: Document) -> list[Place]:
    """The stops of a document's route with where it stands (three queries)."""
    found = _CASES[type(document)](document=document.pk)
    if not found:
        raise Case.DoesNotExist(f"No case moves {document!r}.")
    case = found[0]
    stops = routes.stops_of(case.route_id)
    desks = [stop.organisation_id for stop in stops if stop.organisation_id]
    units = {unit.pk: unit for unit in _UNITS(units=desks)} if desks else {}
    arrived = dict(_ARRIVALS(case=case.pk))
    ended = case.finished is not None
    approved = ended and document.state in SUCCEEDED
    places = []
    for stop in stops:
        if approved or stop.position < case.position:
            state = "done"
        elif stop.position == case.position and not ended:
            state = "now"
        else:
            state = "ahead"
        places.append(
            Place(
                position=stop.position,
                step=stop.step,
                title=str(step(stop.step).task_title),
                organisation=units.get(stop.organisation_id, case.organisation),
                state=state,
                since=arrived.get(stop.step) if state != "ahead" else None,
            )
        )
    return places


def _case_of(name: str) -> Ready:
    def cases(document: int) -> QuerySet[Case]:
        return Case.objects.select_related("organisation").filter(**{name: document})

    return Ready(f"case_of_a_{name}", cases, document="bigint")


_CASES = {kind: _case_of(name) for kind, name in _NAMED_BY.items()}
_UNITS = Ready(
    "organisations_by_key",
    lambda units: Organisation.objects.filter(pk__any_of=units),
    units="bigint[]",
)
_ARRIVALS = Ready(
    "arrivals_of_a_case",
    lambda case: Task.objects.filter(process=case).order_by("id").values_list("step", "created"),
    case="bigint",
)


@dataclass(frozen=True)
class ReturnTarget:
    """Where a task may be returned to."""

    step: str
    title: str
    organisation: Organisation


def return_targets(task: Task) -> list[ReturnTarget]:
    """The steps to which this task may send its case back, the school first."""
    case = task.process
    legal = {node.name for node in step(task.step).returns_to}
    stops = [
        stop
        for stop in routes.stops_of(case.route_id)
        if stop.step in legal and stop.position < task.position
    ]
    units = Organisation.objects.in_bulk([s.organisation_id for s in stops if s.organisation_id])
    return [
        ReturnTarget(
            step=stop.step,
            title=str(step(stop.step).task_title),
            organisation=units.get(stop.organisation_id, case.organisation),
        )
        for stop in stops
    ]
