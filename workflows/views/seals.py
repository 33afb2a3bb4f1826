"""The seals of a campaign: what was sealed when, under which root, and whether it still fits."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.enums import StageKind
from campaigns.models import Campaign
from campaigns.views.campaigns import overseen
from teachers.refusals import Refusal
from workflows import actions
from workflows.models import Seal
from workflows.policies import may_manage
from workflows.verification import Broken, verify_seal


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def seals(request: HttpRequest, code: str) -> HttpResponse:
    """The seals in order, at most one a stage; `?check=` recomputes one. A POST seals a review."""
    campaign = get_object_or_404(overseen(request.post).select_related("organisation"), code=code)
    manages = may_manage(request.post, campaign.organisation)
    if request.method == "POST":
        if not manages:
            raise Http404
        return _seal(request, campaign)
    found = Seal.objects.filter(campaign=campaign).select_related("campaign", "by")
    rows = list(found.order_by("number"))
    checked = _asked(request, rows)
    context = {
        "campaign": campaign,
        "rows": rows,
        "checked": checked,
        "broken": _broken(checked, rows) if checked else "",
        "stages": actions.can_be_sealed(campaign, timezone.now()) if manages else [],
    }
    return render(request, "workflows/seals.html", context)


def _seal(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    stage = request.POST.get("stage", "")
    if stage not in StageKind.values:
        raise Http404
    try:
        seal = actions.seal(
            campaign, stage=stage, by=request.user, post=request.post, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(
            request,
            _("“%(stage)s” is sealed: seal %(number)d over %(cases)d cases.")
            % {
                "stage": seal.get_stage_display(),
                "number": seal.number,
                "cases": seal.cases_count,
            },
        )
    return redirect("workflows:seals", code=campaign.code)


def _asked(request: HttpRequest, rows: list[Seal]) -> Seal | None:
    """The seal whose number is asked to be recomputed."""
    wanted = request.GET.get("check", "")
    return next((seal for seal in rows if str(seal.number) == wanted), None)


def _broken(seal: Seal, rows: list[Seal]) -> str:
    """What does not fit in a seal, in a sentence; "" if all does."""
    before = next((one for one in reversed(rows) if one.number < seal.number), None)
    try:
        verify_seal(seal, before)
    except Broken as link:
        return str(link)
    return ""
