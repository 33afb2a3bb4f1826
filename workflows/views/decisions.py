"""Deciding one task or many from a page."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from campaigns.models import Submission
from teachers.refusals import Refusal
from workflows import acts, corrections, queries
from workflows.actions import ReasonMissing, UnknownReason
from workflows.enums import Verdict
from workflows.forms import DecisionForm
from workflows.models import Act, Correction
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
    try:
        if form.asks_first:
            return _ask_first(request, form)
        act = _asked(request, form)
    except (ReasonMissing, UnknownReason) as refusal:
        return _ask_first(request, form, problem=str(refusal.message))
    except Refusal as refusal:
        return problem_answer(request, str(refusal.message))
    return receipt_answer(request, act)


def _asked(request: HttpRequest, form: DecisionForm) -> Act:
    """The act; one task alone is returned with the list of corrections in its basket."""
    asked, selection = form.cleaned_data, form.selection
    given = {
        "key": asked["key"],
        "by": request.user,
        "post": request.post,
        "at": timezone.now(),
        "reasons": asked["reason"],
        "words": asked["words"],
    }
    if form.returns_one:
        named = {name: selection[name] for name in ("return_to", "seen")}
        return acts.return_one(selection["tasks"][0], **named, **given)
    return acts.ask(**selection, **given)


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
        **(_baskets(request, form) if returns else {}),
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


def _baskets(request: HttpRequest, form: DecisionForm) -> dict:
    """What lies in the desk's baskets for these tasks: the lines of one, the number for several."""
    lines = Correction.objects.in_basket_of(request.post)
    if form.returns_one:
        (task,) = form.selection["tasks"]
        subject = (
            Submission.objects.visible_to(request.post)
            .filter(case__tasks=task)
            .select_related("campaign", "organisation")
            .first()
        )
        rows = corrections.basket(subject, request.post) if subject else []
        return {"basket": corrections.read(subject, rows) if rows else []}
    tasks = form.selection.get("tasks")
    if tasks is not None:
        lines = lines.filter(submission__case__tasks__in=tasks)
    return {"baskets": lines.filter(submission__case__tasks__finished=None).count()}
