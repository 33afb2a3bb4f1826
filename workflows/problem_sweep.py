"""The nightly look for problem data, from the search to the desks."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from campaigns import problems
from campaigns.enums import ProblemState
from campaigns.models import Problem
from teachers.enums import Role
from teachers.models import Post
from workflows import actions
from workflows.models import Task


@dataclass(frozen=True)
class Swept:
    """How many cases were found, how many reached a desk, how many are gone by themselves."""

    found: int
    opened: int
    gone: int


def sweep(*, at: datetime) -> Swept:
    """Look at everybody, open the cases that have no task yet, end those without facts.

    Safe to run twice and on two machines at once.
    """
    done = problems.sweep(at=at)
    opened = actions.open_problems(at=at)
    _end_vanished(at)
    return Swept(found=len(done.raised), opened=opened, gone=len(done.gone))


def _end_vanished(at: datetime) -> None:
    """End the cases whose problem is gone, in the name of the school whose claim was corrected."""
    gone = Problem.objects.filter(
        state=ProblemState.VANISHED,
        pk__in=Task.objects.open()
        .filter(process__problem__isnull=False)
        .values("process__problem"),
    )
    for problem in gone.prefetch_related("parties").order_by("pk"):
        post = _who_corrected(problem, at)
        if post is not None:
            actions.end_vanished([problem.pk], by=post.user, post=post, at=at)


def _who_corrected(problem: Problem, at: datetime) -> Post | None:
    """The clerk of the first school of the case that has one; else who settles such cases."""
    posts = Post.objects.current(timezone.localdate(at)).select_related("user").order_by("pk")
    for party in problem.parties.all():
        clerk = posts.filter(organisation=party.organisation_id, role=Role.CLERK).first()
        if clerk is not None:
            return clerk
    return posts.filter(organisation=problem.organisation_id, role=Role.REVIEWER).first()
