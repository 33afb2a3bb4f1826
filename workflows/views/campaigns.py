"""Launching a campaign and moving it from stage to stage."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from teachers.refusals import Refusal
from workflows import actions
from workflows.policies import may_manage

MOVES = {
    "begin_collection": (actions.begin_collection, _("Collection has begun: schools may submit.")),
    "begin_review": (actions.begin_review, _("The review has begun.")),
    "close": (actions.close, _("The campaign is closed.")),
    "cancel": (actions.cancel, _("The campaign is cancelled.")),
}


def managed(request: HttpRequest, code: str) -> Campaign:
    """The campaign among those the post runs; anything else is a 404."""
    visible = Campaign.objects.visible_to(request.post).select_related("organisation")
    campaign = get_object_or_404(visible, code=code)
    if not may_manage(request.post, campaign.organisation):
        raise Http404
    return campaign


@login_required
@require_POST
def launch(request: HttpRequest, code: str) -> HttpResponse:
    """Open the cases; pressing again opens only what is missing."""
    campaign = managed(request, code)

    def act() -> str:
        done = actions.launch(campaign, by=request.user, post=request.post, at=timezone.now())
        return ngettext(
            "Launched: %(count)d school is asked.",
            "Launched: %(count)d schools are asked.",
            done.opened + done.existing,
        ) % {"count": done.opened + done.existing}

    return _tell(request, campaign, act)


@login_required
@require_POST
def stage(request: HttpRequest, code: str) -> HttpResponse:
    """Make the transition named in `move`."""
    campaign = managed(request, code)
    move = request.POST.get("move", "")
    if move not in MOVES:
        raise Http404
    action, said = MOVES[move]
    more = {"cancel": {"words": request.POST.get("words", "")}}.get(move, {})

    def act() -> str:
        action(campaign, by=request.user, post=request.post, at=timezone.now(), **more)
        return str(said)

    return _tell(request, campaign, act)


def _tell(request: HttpRequest, campaign: Campaign, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("campaigns:progress", code=campaign.code)
