"""Deciding one task or many from a page."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teachers.refusals import Refusal
from workflows import actions, queries
from workflows.enums import Verdict
from workflows.flows import step
from workflows.forms import DecisionForm
from workflows.models import Task
from workflows.routes import stops_of

UNPROCESSABLE = 422


@login_required
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Decide the tasks of the form and answer with a receipt: what was done, what was not, why.

    A return without reasons is answered with the form that asks for them. Pressing twice is safe:
    the second receipt says who decided and when.
    """
    if request.post is None:
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _receipt(request, None, form.problem, status=UNPROCESSABLE)
    asked = form.cleaned_data
    if asked["verdict"] == Verdict.RETURN and not asked["confirmed"]:
        return _ask_why(request, asked)
    try:
        receipt = actions.decide(
            asked["task"],
            verdict=Verdict(asked["verdict"]),
            by=request.user,
            post=request.post,
            at=timezone.now(),
            reasons=asked["reason"],
            words=asked["words"],
            return_to=asked["return_to"] or None,
        )
    except Refusal as refusal:
        return _ask_why(request, asked, problem=str(refusal.message))
    return _receipt(request, receipt)


def _receipt(request: HttpRequest, receipt, problem: str = "", status: int = 200) -> HttpResponse:
    name = "workflows/_receipt.html" if request.htmx else "workflows/receipt.html"
    response = render(request, name, {"receipt": receipt, "problem": problem}, status=status)
    if request.htmx:
        response.status_code = 200
        response["HX-Trigger"] = "decided"
        response["HX-Retarget"] = "#receipt"
    return response


def _ask_why(request: HttpRequest, asked: dict, problem: str = "") -> HttpResponse:
    """The form of a return: reasons, words, and where it goes back to."""
    tasks = list(
        Task.objects.open()
        .for_post(request.post)
        .filter(pk__in=asked["task"])
        .select_related("process__organisation")
        .order_by("due_date", "id")
    )
    if not tasks:
        return _receipt(request, None, _("None of these is on your desk any more."))
    context = {
        "tasks": tasks,
        "asked": asked,
        "problem": problem,
        "reasons": queries.reason_names(),
        "targets": common_targets(tasks),
    }
    name = "workflows/_return.html" if request.htmx else "workflows/return.html"
    status = UNPROCESSABLE if problem and not request.htmx else 200
    response = render(request, name, context, status=status)
    if request.htmx:
        response["HX-Retarget"] = "#dialog"
        response["HX-Reswap"] = "innerHTML"
        response["HX-Trigger-After-Swap"] = "asked"
    return response


def common_targets(tasks: list[Task]) -> list[tuple[str, str]]:
    """Steps (name, title) to which every one of the tasks may go back, the school first."""
    common = None
    for task in tasks:
        before = [s.step for s in stops_of(task.process.route_id) if s.position < task.position]
        legal = {node.name for node in step(task.step).returns_to}
        open_to = [name for name in before if name in legal]
        common = open_to if common is None else [name for name in common if name in open_to]
    return [(name, step(name).task_title) for name in common or ()]
