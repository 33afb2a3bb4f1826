"""The inbox of a desk, the pane beside it, and what is new on it."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.enums import StageKind
from campaigns.models import CampaignStage
from teachers.enums import Role
from teachers.models import Post
from teachers.working_days import calendar_here
from workflows import desk_counts, inbox_lines, inbox_rows, panes, sampling_desk, saved_views
from workflows import inbox as inboxes
from workflows import news as happenings
from workflows.enums import DocumentKind, Verdict
from workflows.flows import step
from workflows.inbox_filters import Filters
from workflows.models import Task
from workflows.presses import new_press


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything that waits on my desk; the first row stands in the pane.

    To a search that is being typed the address of its view goes along.
    """
    verdict, now = forward(request.post), timezone.now()
    today, filters = timezone.localdate(now), Filters.read(request.GET)
    page = inboxes.read(request.post, filters, on=today)
    request.open_by_kind = page.by_kind  # for the rail
    marked = page.rows[0] if page.rows else None
    context = {
        **_shown(request, page, verdict, now, marked),
        "sampling": sampling_desk.lead(request.post, page.campaigns),
        "views": saved_views.listed(request.user, request.post),
        "stage": _stage(page, request.post),
        "known": happenings.fingerprint_of(page, on=today),
        **(panes.of(marked, at=now) if marked else {}),
    }
    response = render(request, "workflows/inbox.html", context)
    if request.htmx:
        query = filters.address(after=filters.after).removeprefix("?")
        response["HX-Replace-Url"] = f"{request.path}?{query}" if query else request.path
    return response


@login_required
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What changed since the page was read; 204 while nothing did (two statements).

    `known` is the fingerprint of what the page shows, `shown` its rows, `since` when it was read.
    """
    verdict, now = forward(request.post), timezone.now()
    today, filters = timezone.localdate(now), Filters.read(request.GET)
    known = happenings.fingerprint(request.post, filters, on=today)
    if known == request.GET.get("known"):
        return HttpResponse(status=204)
    found = happenings.read(
        request.post, filters, shown=_keys(request), since=_since(request), on=today
    )
    context = {
        **_shown(request, found.page, verdict, now),
        "known": known,
        "sampling": sampling_desk.lead(request.post, found.page.campaigns),
        "news": found,
    }
    return render(request, "workflows/_news.html", context)


@login_required
def pane(request: HttpRequest, pk: int) -> HttpResponse:
    """The marked task's document in short: a piece of the inbox page."""
    on_desk = inbox_rows.with_documents(Task.objects.for_post(request.post))
    (task,) = inbox_rows.add_others([get_object_or_404(on_desk, pk=pk)])
    now = timezone.now()
    shown = panes.of(task, at=now) if task.finished is None else panes.of_decided(task)
    context = {"forward": forward(request.post), "today": timezone.localdate(), **shown}
    return render(request, context["pane"], context, using="jinja2")


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


def _shown(
    request: HttpRequest,
    page: inboxes.Page,
    verdict: Verdict | None,
    now: datetime,
    marked: Task | None = None,
) -> dict:
    """What the list, its counts and its batch of buttons say."""
    answers = [row for row in page.rows if row.kind == DocumentKind.SUBMISSION]
    today = timezone.localdate(now)
    reader = inbox_lines.Reader(
        person=request.user.pk,
        decides=verdict is not None,
        today=today,
        calendar=calendar_here(request),
    )
    return {
        "page": page,
        "lines": inbox_lines.lines(page, reader, marked=marked),
        "forward": verdict,
        "today": today,
        "since": now.isoformat(),
        "answers": answers,
        "can_return": any(panes.may_return(row) for row in answers),
        "press": new_press(page.rows, at=now),
    }


def _keys(request: HttpRequest) -> list[int]:
    """The tasks whose rows the page shows; nonsense is left out."""
    words = request.GET.get("shown", "").split(",")
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 19]


def _since(request: HttpRequest) -> datetime | None:
    try:
        at = datetime.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _stage(page: inboxes.Page, post: Post) -> CampaignStage | None:
    """The stage of the timetable that this desk works in, when it works for one campaign."""
    name = desk_counts.step_of_submissions(post)
    if page.campaign is None or not name:
        return None
    kind = StageKind(step(name).stage)
    return next((s for s in page.campaign.stages.all() if s.kind == kind), None)
