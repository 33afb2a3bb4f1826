"""The way of a submission in full: who had it at each stop, for how long, and who is next.

The stops themselves are those of `queries.path`.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from campaigns.models import Submission
from teachers.models import Post
from teachers.ready_queries import Ready
from teachers.working_days import Calendar
from workflows.enums import Verdict
from workflows.flows import step
from workflows.models import Decision, Task
from workflows.queries import Place

#: So many names are written out.
NAMED = 3
FORWARD = {Verdict.SUBMIT, Verdict.SIGN, Verdict.APPROVE}


@dataclass(frozen=True)
class Stop:
    """One stop. people: who sent it on, or who holds a post at the desk that has it or will get it
    (`others` more are not named). days: working days it has lain there in all; None where it never
    was. visits: how often it came by."""

    place: Place
    people: list[str]
    others: int
    days: int | None
    visits: int
    is_next: bool


@dataclass(frozen=True)
class Way:
    """`returns`: pairs of steps (from, to) by which it was sent back."""

    stops: list[Stop]
    returns: set[tuple[str, str]]


def way(submission: Submission, places: list[Place], calendar: Calendar, today: date) -> Way:
    """Three queries: tasks, decisions, posts."""
    tasks = _tasks(submission)
    decisions = _DECISIONS(submission=submission.pk)
    holders = _holders([place for place in places if place.state != "done"], today)
    now = next((place.position for place in places if place.state == "now"), None)
    stops = [
        _stop(place, tasks[place.step], decisions, holders, calendar, today, now)
        for place in places
    ]
    names = {place.position: place.step for place in places}
    return Way(stops, _returns(decisions, names))


def _stop(place, tasks, decisions, holders, calendar, today, now) -> Stop:
    if place.state == "done":
        sent = [one for one in decisions if one.step == place.step and one.verdict in FORWARD]
        people = [sent[-1].who] if sent else []
    else:
        people = holders[place.organisation.pk, step(place.step).role.value]
    return Stop(
        place=place,
        people=people[:NAMED],
        others=max(len(people) - NAMED, 0),
        days=sum(_days(task, calendar, today) for task in tasks) if tasks else None,
        visits=len(tasks),
        is_next=now is not None and place.position == now + 1,
    )


def _tasks(submission: Submission) -> dict[str, list[Task]]:
    """Step to its tasks, the oldest first."""
    found: dict[str, list[Task]] = defaultdict(list)
    for task in _TASKS(submission=submission.pk):
        found[task.step].append(task)
    return found


def _days(task: Task, calendar: Calendar, today: date) -> int:
    last = timezone.localdate(task.finished) if task.finished else today
    return calendar.between(timezone.localdate(task.created), last)


def _holders(places: Collection[Place], today: date) -> dict[tuple[int, str], list[str]]:
    """Organisation and role of a desk to the names of those who hold a post there (and, by the way,
    of the other roles of these places at its organisation)."""
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    desks = sorted({place.organisation.pk for place in places})
    roles = sorted({step(place.step).role.value for place in places})
    for post in _POSTS(desks=desks, roles=roles, on=today) if desks else []:
        found[post.organisation_id, post.role].append(str(post.user))
    return found


def _returns(decisions: list[Decision], names: dict[int, str]) -> set[tuple[str, str]]:
    return {
        (one.step, names[one.to_position])
        for one in decisions
        if one.verdict == Verdict.RETURN and one.to_position in names
    }


_TASKS = Ready(
    "tasks_of_a_submission",
    lambda submission: (
        Task.objects.filter(process__submission=submission)
        .only("step", "created", "finished")
        .order_by("id")
    ),
    submission="bigint",
)
_DECISIONS = Ready(
    "decisions_of_a_submission",
    lambda submission: (
        Decision.objects.filter(case__submission=submission)
        .select_related("by", "post__user")
        .order_by("sequence")
    ),
    submission="bigint",
)
_POSTS = Ready(
    "posts_at_desks",
    lambda desks, roles, on: (
        Post.objects.current(on)
        .filter(organisation__pk__any_of=desks, role__any_of=roles, user__is_active=True)
        .select_related("user")
        .order_by("pk")
    ),
    desks="bigint[]",
    roles="text[]",
    on="date",
)
