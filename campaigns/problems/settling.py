"""Carrying out what the common superior has decided."""

from datetime import datetime

from campaigns.models import Problem, ProblemParty
from teachers.models import User


def settle(
    problem: Problem,
    *,
    outcome: str,
    keeps: ProblemParty | None,
    words: str,
    by: User,
    at: datetime,
) -> None:
    """Write the outcome. Called by the engine under the problem's lock."""
    problem.settle()
    problem.outcome, problem.keeps, problem.words = outcome, keeps, words
    problem.settled_by, problem.settled_at = by, at
    problem.save()
