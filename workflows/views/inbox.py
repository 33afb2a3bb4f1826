"""The inbox of a desk, and the pane beside it."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from campaigns.enums import StageKind
from campaigns.models import CampaignStage
from campaigns.problems import queries as problem_cases
from teachers.enums import Role
from teachers.models import Post
from workflows import change_inbox, queries, sampling_desk
from workflows import inbox as inboxes
from workflows.enums import Verdict
from workflows.flows import step
from workflows.models import Task
from workflows.policies import verdicts_of
from workflows.presses import new_press
from workflows.summaries import summarise


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """My open tasks; the first one stands in the pane. `?what=change` shows change requests."""
    if request.GET.get("what") == "change":
        return _changes(request)
    verdict, today, now = forward(request.post), timezone.localdate(), timezone.now()
    page = inboxes.read(request.post, inboxes.Filters.read(request.GET), on=today)
    marked = page.rows[0] if page.rows else None
    context = {
        "page": page,
        "desk_counts": change_inbox.counts(request.post, on=today),
        "what": "submission",
        "today": today,
        "to_settle": problem_cases.to_settle(request.post).count(),
        "stage": _stage(page, marked),
        "sampling": sampling_desk.lead(request.post, page.campaign),
        "can_return": any(_can_return(row) for row in page.rows),
        "forward": verdict,
        "press": new_press(page.rows, at=now),
        **(_pane(marked, now) if marked else {}),
    }
    return render(request, "workflows/inbox.html", context)


def _changes(request: HttpRequest) -> HttpResponse:
    """Change requests on the desk: the same batch decisions, another table."""
    now, today = timezone.now(), timezone.localdate()
    page = change_inbox.read(request.post, request.GET)
    context = {
        "forward": forward(request.post),
        "page": page,
        "press": new_press(page.rows, at=now),
        "desk_counts": change_inbox.counts(request.post, on=today),
        "what": "change",
        "today": today,
    }
    return render(request, "workflows/inbox_changes.html", context)


@login_required
def pane(request: HttpRequest, pk: int) -> HttpResponse:
    """The marked task's submission in short: a piece of the inbox page."""
    now = timezone.now()
    open_tasks = Task.objects.open().for_post(request.post).on_submissions()
    task = get_object_or_404(
        open_tasks.select_related("process__submission", "process__organisation", "owner"), pk=pk
    )
    return render(
        request,
        "workflows/_pane.html",
        {"forward": forward(request.post), "today": timezone.localdate(), **_pane(task, now)},
    )


def forward(post: Post | None) -> Verdict | None:
    """What this desk says when a thing may go on: a head signs, others approve."""
    if post is None:
        raise Http404
    said = {
        Role.HEAD: Verdict.SIGN,
        Role.REVIEWER: Verdict.APPROVE,
        Role.CHIEF: Verdict.APPROVE,
    }
    return said.get(post.role)


def _pane(task: Task, now: datetime) -> dict:
    submission = task.process.submission
    submission.organisation = task.process.organisation
    return {
        "marked": task,
        "pane_press": new_press([task], at=now),
        "summary": summarise(submission),
        "stops": queries.path(submission),
        "may_return": _can_return(task),
    }


def _can_return(task: Task) -> bool:
    return Verdict.RETURN in verdicts_of(step(task.step))


def _stage(page: inboxes.Page, marked: Task | None) -> CampaignStage | None:
    """The stage of the timetable that this desk works in, when it works for one campaign."""
    if page.campaign is None or marked is None:
        return None
    kind = StageKind(step(marked.step).stage)
    return next((s for s in page.campaign.stages.all() if s.kind == kind), None)
