"""Receipts of acts: a desk's list, one with its items; taking back, trying again, going on."""

from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from teachers.refusals import Refusal
from workflows import acts, queries
from workflows.acts import reading
from workflows.acts.carrying import WAITING
from workflows.enums import OutcomeKind
from workflows.flows import step
from workflows.models import Act, ActItem

PAGE = 50
UNPROCESSABLE = 422
NOT_REFUSED = ["", OutcomeKind.DONE]


# --- Pages -----------------------------------------------------------------------------------
@login_required
@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    """The receipts of the own desk, the newest first."""
    if request.post is None:
        raise Http404
    rows = reading.acts_of(request.post)
    if after := _after(request):
        rows = rows.filter(pk__lt=after)
    rows, now = list(rows.order_by("-pk")[: PAGE + 1]), timezone.now()
    context = {
        "rows": [reading.Reading(act, now) for act in rows[:PAGE]],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
    }
    return render(request, "workflows/acts.html", context)


@login_required
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """One receipt. A piece of it when htmx asks: the inbox's (`?short=1`) or what changes."""
    act = _found(request, pk)
    if request.htmx and "short" in request.GET:
        return render(request, "workflows/_receipt.html", _short(act))
    name = "workflows/_act.html" if request.htmx else "workflows/act.html"
    return render(request, name, _whole(request, act))


# --- What can be done with one ---------------------------------------------------------------
@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the act back; the answer is the receipt of that."""
    act = _found(request, pk)
    return _answered(request, act, lambda who: acts.undo(act, key=_key(request), **who))


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """A new act over what may go ahead now of the rest."""
    act = _found(request, pk)
    return _answered(request, act, lambda who: acts.retry(act, key=_key(request), **who))


@login_required
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with an act that was broken off."""
    act = _found(request, pk)
    return _answered(request, act, lambda who: acts.resume(act, by=who["by"], post=who["post"]))


def _answered(request: HttpRequest, act: Act, do) -> HttpResponse:
    try:
        new = do({"by": request.user, "post": request.post, "at": timezone.now()})
    except Refusal as refusal:
        if request.htmx:
            return problem_answer(request, str(refusal.message))
        messages.error(request, str(refusal.message))
        return redirect("workflows:act", act.pk)
    return receipt_answer(request, new) if request.htmx else redirect("workflows:act", new.pk)


# --- Answers in the inbox --------------------------------------------------------------------
def receipt_answer(request: HttpRequest, act: Act) -> HttpResponse:
    """The receipt of a press: in the inbox's receipt area, or a page of its own."""
    if not request.htmx and act.state in WAITING:
        return redirect("workflows:act", act.pk)
    return _decided(request, _short(reading.act_of(request.post, act.pk)))


def problem_answer(request: HttpRequest, problem: str) -> HttpResponse:
    """One sentence in place of a receipt."""
    return _decided(request, {"problem": problem}, status=UNPROCESSABLE)


def _decided(request: HttpRequest, context: dict, status: int = 200) -> HttpResponse:
    name = "workflows/_receipt.html" if request.htmx else "workflows/receipt.html"
    response = render(request, name, context, status=status)
    if request.htmx:
        response.status_code = 200
        response["HX-Trigger"] = "decided"
        response["HX-Retarget"] = "#receipt"
    return response


def _short(act: Act) -> dict:
    """A small act names what it did; a large one counts it."""
    read = reading.Reading(act, timezone.now())
    small = not read.runs and act.items_count <= settings.ACT_IN_REQUEST
    return {"read": read, "act": act, "receipt": reading.receipt_of(act) if small else None}


# --- The whole receipt -----------------------------------------------------------------------
def _whole(request: HttpRequest, act: Act) -> dict:
    read = reading.Reading(act, timezone.now())
    return {
        "read": read,
        "act": act,
        "reasons": [queries.reason_names().get(code, code) for code in act.reasons],
        "back_to": step(act.return_to).task_title if act.return_to else "",
        "view": reading.described(act.filters),
        "again": _again(request, read),
        "fresh_key": uuid4(),
        **({} if read.runs else _items(request, read)),
    }


def _again(request: HttpRequest, read: reading.Reading) -> int | None:
    """How many of the rest may go ahead now; None if there are too many to look."""
    if not read.refused:
        return 0
    if read.refused > settings.ACT_IN_REQUEST:
        return None
    possible = acts.possible_now(read.act, by=request.user, post=request.post, at=timezone.now())
    return len(possible)


def _items(request: HttpRequest, read: reading.Reading) -> dict:
    """The counts, and by key the items of one outcome: all that were refused, if any were."""
    rows, asked = reading.items_of(read.act), request.GET.get("outcome", "")
    if asked not in OutcomeKind.values:
        asked = "" if read.refused else OutcomeKind.DONE
    rows = rows.filter(outcome=asked) if asked else rows.exclude(outcome__in=NOT_REFUSED)
    if after := _after(request):
        rows = rows.filter(position__gte=after)
    rows: list[ActItem] = list(rows[: PAGE + 1])
    return {
        "counts": reading.counts(read.act),
        "outcome": asked,
        "rows": [reading.outcome_of(item) for item in rows[:PAGE]],
        "after": rows[PAGE].position if len(rows) > PAGE else None,
    }


def _found(request: HttpRequest, pk: int) -> Act:
    return get_object_or_404(reading.acts_of(request.post), pk=pk)


def _after(request: HttpRequest) -> int | None:
    """The key to go on from; None for the first page or nonsense."""
    words = request.GET.get("after", "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else None


def _key(request: HttpRequest) -> UUID:
    """The form's key; one of its own for a form without."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
