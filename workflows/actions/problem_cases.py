"""Opening the cases of problem data."""

from datetime import datetime

from django.db import transaction

from campaigns.models import Problem
from teachers import working_days
from workflows import opening_statements, routes
from workflows.due_dates import DEFAULT_DAYS
from workflows.enums import DocumentKind
from workflows.flows import ProblemFlow, Standing, step


@transaction.atomic
def open_problems(*, at: datetime) -> int:
    """Open a case for every open problem that has none; return how many. Safe to run at once."""
    waiting = Problem.objects.open().filter(case=None).order_by("pk")
    rows = []
    for problem in waiting:
        route = routes.frozen(ProblemFlow, routes.trace(ProblemFlow, Standing()))
        due = working_days.after(problem.answer_by, DEFAULT_DAYS)
        desk = problem.organisation_id
        rows.append((problem.pk, desk, route.pk, desk, due))
    return opening_statements.open_documents(
        kind=DocumentKind.PROBLEM.value, rows=rows, first=step("settle"), at=at
    )
