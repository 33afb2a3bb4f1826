"""Reorganisations: what was carried out, and carrying one out after a look at what it does."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from teachers.refusals import Refusal
from workflows import actions
from workflows.models import Reorganisation
from workflows.policies import keeps_units
from workflows.reorganisation_forms import ReorganisationForm
from workflows.reorganisation_preview import preview

PAGE = 50


def _visible(request: HttpRequest) -> QuerySet[Reorganisation]:
    """Those decided by the own authority or one below it; for its administrators."""
    if not keeps_units(request.post):
        raise Http404
    own = request.post.organisation
    found = Reorganisation.objects.filter(organisation__path__startswith=own.path)
    return found.select_related("organisation", "by")


@login_required
@require_safe
def reorganisations(request: HttpRequest) -> HttpResponse:
    """What was carried out, the newest first."""
    found = _visible(request)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    context = {"rows": rows[:PAGE], "after": rows[PAGE - 1].pk if len(rows) > PAGE else None}
    return render(request, "workflows/reorganisations.html", context)


@login_required
@require_safe
def reorganisation(request: HttpRequest, pk: int) -> HttpResponse:
    """One act with its plan and what became of the cases."""
    subject = get_object_or_404(_visible(request), pk=pk)
    return render(request, "workflows/reorganisation.html", {"subject": subject})


@login_required
def reorganise(request: HttpRequest) -> HttpResponse:
    """Fill in, look at what it would do, confirm."""
    if not keeps_units(request.post):
        raise Http404
    asked = request.POST if request.method == "POST" else None
    form = ReorganisationForm(
        asked, post=request.post, initial={"units": request.GET.get("unit", "").replace("\0", "")}
    )
    seen, refused = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            plan = form.plan()
            if request.POST.get("confirmed"):
                return _carry_out(request, plan)
            if not request.POST.get("again"):
                seen = preview(plan, post=request.post, at=timezone.now())
        except Refusal as refusal:
            refused = str(refusal.message)
    context = {
        "form": form,
        "refused": refused,
        "seen": seen,
        "plan": form.plan() if seen else None,
    }
    status = 422 if refused or form.errors else 200
    return render(request, "workflows/reorganise.html", context, status=status)


def _carry_out(request: HttpRequest, plan) -> HttpResponse:
    record = actions.reorganise(plan, by=request.user, post=request.post, at=timezone.now())
    messages.success(request, _("Carried out and put on record."))
    return redirect("workflows:reorganisation", pk=record.pk)
