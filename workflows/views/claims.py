"""Claiming tasks, giving them back and passing them on, from a page: one or many."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teachers.models import User
from teachers.refusals import Refusal
from workflows import actions, seats
from workflows.desk_forms import HoldForm
from workflows.models import Task
from workflows.receipts import Receipt

UNPROCESSABLE = 422


@login_required
@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Take the tasks of the form in hand; answered with a receipt, like a decision."""
    form = _form(request)
    if not form.is_valid():
        return _receipt(request, None, form.problem, status=UNPROCESSABLE)
    return _receipt(request, actions.claim(form.cleaned_data["task"], **_who(request)))


@login_required
@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Put tasks back on the desk; a colleague's only with a reason, which is asked for."""
    form = _form(request)
    if not form.is_valid():
        return _receipt(request, None, form.problem, status=UNPROCESSABLE)
    asked = form.cleaned_data
    try:
        receipt = actions.release(asked["task"], reason=asked["reason"], **_who(request))
    except Refusal as refusal:
        problem = str(refusal.message) if asked["confirmed"] else ""
        return _ask(request, "release", asked, problem)
    return _receipt(request, receipt)


@login_required
@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Pass tasks to a colleague of the desk; without a name it is answered with the question."""
    form = _form(request)
    if not form.is_valid():
        return _receipt(request, None, form.problem, status=UNPROCESSABLE)
    asked = form.cleaned_data
    colleague = User.objects.filter(pk=asked["to"]).first() if asked["to"] else None
    if colleague is None:
        problem = _("Choose a colleague.") if asked["confirmed"] else ""
        return _ask(request, "assign", asked, problem)
    receipt = actions.assign(asked["task"], to=colleague, reason=asked["reason"], **_who(request))
    return _receipt(request, receipt)


def _form(request: HttpRequest) -> HoldForm:
    if request.post is None:
        raise Http404
    return HoldForm(request.POST)


def _who(request: HttpRequest) -> dict:
    return {"by": request.user, "post": request.post, "at": timezone.now()}


def _receipt(
    request: HttpRequest, receipt: Receipt | None, problem: str = "", status: int = 200
) -> HttpResponse:
    name = "workflows/_hold_receipt.html" if request.htmx else "workflows/hold_receipt.html"
    response = render(request, name, {"receipt": receipt, "problem": problem}, status=status)
    if request.htmx:
        response.status_code = 200
        response["HX-Trigger"] = "decided"
        response["HX-Retarget"] = "#receipt"
    return response


def _ask(request: HttpRequest, deed: str, asked: dict, problem: str) -> HttpResponse:
    """The form that asks for a colleague, or why a colleague's task is taken back."""
    post = request.post
    roles = seats.roles_of(post)
    tasks = Task.objects.open().filter(
        pk__in=asked["task"], organisation=post.organisation_id, role__in=roles
    )
    tasks = list(tasks.select_related("process__organisation", "owner").order_by("due_date", "id"))
    if not tasks:
        return _receipt(request, None, _("None of these is on your desk any more."))
    there = seats.at_desk(post.organisation, roles, timezone.localdate())
    context = {
        "deed": deed,
        "tasks": tasks,
        "asked": asked,
        "problem": problem,
        "colleagues": _once_each(there, {task.role for task in tasks}),
    }
    name = "workflows/_hold.html" if request.htmx else "workflows/hold.html"
    status = UNPROCESSABLE if problem and not request.htmx else 200
    response = render(request, name, context, status=status)
    if request.htmx:
        response["HX-Retarget"] = "#dialog"
        response["HX-Reswap"] = "innerHTML"
        response["HX-Trigger-After-Swap"] = "asked"
    return response


def _once_each(there: list[seats.Seat], roles: set[str]) -> list[seats.Seat]:
    """Each colleague at these desks once, with the first of several seats."""
    first: dict[int, seats.Seat] = {}
    for seat in there:
        if seat.role in roles:
            first.setdefault(seat.user.pk, seat)
    return list(first.values())
