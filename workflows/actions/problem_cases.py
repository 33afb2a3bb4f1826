"""Opening the cases of problem data."""

from datetime import datetime

from django.db import transaction

from campaigns.models import Problem
from teachers.working_days import Calendars
from workflows import opening_statements, routes
from workflows.due_dates import DEFAULT_DAYS
from workflows.enums import DocumentKind
from workflows.flows import ProblemFlow, Standing, step


@transaction.atomic
def open_problems(*, at: datetime) -> int:
    """Open a case for every open problem that has none; return how many. Safe to run at once."""
    waiting = list(
        Problem.objects.open().filter(case=None).select_related("organisation").order_by("pk")
    )
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
