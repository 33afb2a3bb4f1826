"""Cases of problem data: opening them, ending those whose facts are gone, looking after a school
has handed in (a job: the clerk does not wait for it)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django_tasks import task

from campaigns import problems
from campaigns.enums import ProblemState
from campaigns.models import Problem
from teachers.models import Post, User
from teachers.reorganising import hold_tree
from teachers.retrying import whole
from teachers.working_days import Calendars, hold
from workflows import opening_statements, routes
from workflows.actions.moving import move_cases
from workflows.due_dates import DEFAULT_DAYS
from workflows.enums import DocumentKind, Verdict
from workflows.flows import ProblemFlow, Standing, step
from workflows.models import Task
from workflows.screening import candidates


@whole
def open_problems(*, at: datetime) -> int:
    """Open a case for every open problem that has none; return how many. Safe to run at once."""
    hold_tree(shared=True)
    waiting = list(
        Problem.objects.open().filter(case=None).select_related("organisation").order_by("pk")
    )
    if waiting:
        hold()
    calendars = Calendars.read() if waiting else Calendars([])
    rows = []
    for problem in waiting:
        route = routes.frozen(ProblemFlow, routes.trace(ProblemFlow, Standing()))
        desk = problem.organisation
        due = calendars.of(desk.path).after(problem.answer_by, DEFAULT_DAYS)
        rows.append((problem.pk, desk.pk, route.pk, desk.pk, due, DEFAULT_DAYS))
    return opening_statements.open_documents(
        kind=DocumentKind.PROBLEM.value, rows=rows, first=step("settle"), at=at
    )


@whole
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


@task()
def look_for_problem_data(submission_ids: Iterable[int], post_id: int) -> None:
    """Compare whom the school reports with all others; cases without facts end in its name.

    submission_ids: what was handed in. post_id: under which post. The saving of each record has
    looked before: this finds what came another way. Harmless when run twice; the nightly sweep does
    it again for everybody, so nothing is lost with a lost job.
    """
    post = Post.objects.select_related("user").get(pk=post_id)
    _look(submission_ids, post=post, at=timezone.now())


@whole
def _look(submission_ids: Iterable[int], *, post: Post, at: datetime) -> None:
    problems.on_submit(submission_ids, at=at)
    open_problems(at=at)
    gone = Task.objects.open().filter(process__problem__state=ProblemState.VANISHED)
    mine = gone.filter(process__problem__parties__organisation=post.organisation_id)
    ids = set(mine.values_list("process__problem", flat=True))
    end_vanished(ids, by=post.user, post=post, at=at)
