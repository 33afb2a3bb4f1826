"""Keeping a view of the inbox under a name, and deleting one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from teachers.refusals import Refusal
from workflows import saved_views
from workflows.inbox_filters import Filters


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the view of the form; a bad name is answered with one sentence beside it."""
    filters, problem = _shown(request), ""
    try:
        saved_views.save(
            name=request.POST.get("name", ""),
            filters=filters,
            by=request.user,
            post=request.post,
            at=timezone.now(),
            overwrite=bool(request.POST.get("overwrite")),
        )
    except Refusal as refusal:
        problem = str(refusal.message)
    return _answer(request, filters, problem)


@login_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one of the own views for this role."""
    filters = _shown(request)
    saved_views.forget(get_object_or_404(saved_views.of(request.user, request.post), pk=pk))
    return _answer(request, filters, "")


def _shown(request: HttpRequest) -> Filters:
    """The view that the page shows."""
    if request.post is None:
        raise Http404
    return Filters.read(QueryDict(request.POST.get("view", "").lstrip("?")))


def _answer(request: HttpRequest, filters: Filters, problem: str) -> HttpResponse:
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect(reverse("workflows:inbox") + filters.first.rstrip("?"))
    context = {
        "filters": filters,
        "views": saved_views.of(request.user, request.post),
        "view_problem": problem,
        "asked_name": request.POST.get("name", "") if problem else "",
    }
    return render(request, "workflows/views.html", context, using="jinja2")
