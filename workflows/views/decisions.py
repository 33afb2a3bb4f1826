"""Deciding one task or many from a page."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from teachers.refusals import Refusal
from workflows import acts, queries
from workflows.actions import ReasonMissing, UnknownReason
from workflows.enums import Verdict
from workflows.forms import DecisionForm
from workflows.views.acts import problem_answer, receipt_answer

UNPROCESSABLE = 422


@login_required
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Decide the tasks of the form, or all of a view, as one act and answer with its receipt.

    A return without reasons is answered with the form that asks for them, many tasks with a
    preview of what would become of them. Pressing twice is safe: it is the same act.
    """
    if request.post is None:
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return problem_answer(request, form.problem)
    asked = form.cleaned_data
    try:
        if form.asks_first:
            return _ask_first(request, form)
        act = acts.ask(
            key=asked["key"],
            **form.selection,
            by=request.user,
            post=request.post,
            at=timezone.now(),
            reasons=asked["reason"],
            words=asked["words"],
        )
    except (ReasonMissing, UnknownReason) as refusal:
        return _ask_first(request, form, problem=str(refusal.message))
    except Refusal as refusal:
        return problem_answer(request, str(refusal.message))
    return receipt_answer(request, act)


def _ask_first(request: HttpRequest, form: DecisionForm, problem: str = "") -> HttpResponse:
    """What would become of the tasks; for a return with reasons, words, and where it goes back to.

    Writes nothing. Raises NothingSelected.
    """
    asked, returns = form.cleaned_data, form.cleaned_data["verdict"] == Verdict.RETURN
    preview = acts.preview(**form.selection, by=request.user, post=request.post, at=timezone.now())
    context = {
        "asked": asked,
        "preview": preview,
        "problem": problem,
        "reasons": queries.reason_names() if returns else {},
        "targets": preview.targets if returns else [],
    }
    page = "return" if returns else "preview"
    name = f"workflows/_{page}.html" if request.htmx else f"workflows/{page}.html"
    status = UNPROCESSABLE if problem and not request.htmx else 200
    response = render(request, name, context, status=status)
    if request.htmx:
        response["HX-Retarget"] = "#dialog"
        response["HX-Reswap"] = "innerHTML"
        response["HX-Trigger-After-Settle"] = "asked"
    return response
