"""What stands in the pane beside the inbox: one document of each kind in short.

A pane names a person but shows nothing of a file: reading it is a look that is logged, on the
document's own page.
"""

from datetime import date, datetime

from django.utils.timezone import localdate

from campaigns.models import Problem
from teachers.models import ChangeRequest
from workflows import queries
from workflows.enums import DocumentKind, Verdict
from workflows.flows import step
from workflows.models import Decision, Task
from workflows.policies import verdicts_of
from workflows.presses import new_press
from workflows.summaries import summarise


def of(task: Task, *, at: datetime) -> dict:
    """What the template of the pane shows (`pane` names it); `task` with its documents joined."""
    shown = {
        DocumentKind.SUBMISSION: _of_submission,
        DocumentKind.CHANGE: _of_change,
        DocumentKind.PROBLEM: _of_problem,
    }[DocumentKind(task.kind)]
    return {"marked": task, "pane": f"workflows/pane_{task.kind}.html", **shown(task, at)}


def of_decided(task: Task) -> dict:
    """A task that somebody has decided meanwhile: who, when, what."""
    said = Decision.objects.filter(task=task).select_related("by", "post__user", "organisation")
    return {
        "marked": task,
        "pane": "workflows/pane_decided.html",
        "said": said.order_by("-sequence").first(),
    }


def may_return(task: Task) -> bool:
    return Verdict.RETURN in verdicts_of(step(task.step))


def _of_submission(task: Task, at: datetime) -> dict:
    submission = task.process.submission
    submission.organisation = task.process.organisation
    return {
        "pane_press": new_press([task], at=at),
        "summary": summarise(submission),
        "stops": queries.path(submission),
        "may_return": may_return(task),
    }


def _of_change(task: Task, _at: datetime) -> dict:
    change = task.process.change
    return {
        "change": change,
        "stops": queries.path(change),
        "returned": _last_return(change),
        "evidence_count": change.evidence.count(),
        "reason_names": queries.reason_names(),
    }


def _last_return(change: ChangeRequest) -> Decision | None:
    return queries.history(change).filter(verdict=Verdict.RETURN).first()


def _of_problem(task: Task, at: datetime) -> dict:
    problem = task.process.problem
    parties = list(problem.parties.all())
    return {
        "problem": problem,
        "parties": parties,
        "awaits_answers": _awaits(problem, localdate(at)) and not all(p.answer for p in parties),
    }


def _awaits(problem: Problem, on: date) -> bool:
    """Whether the schools may still answer: until then it is not settled over their heads."""
    return on <= problem.answer_by
