"""The campaign's manager cancels a submission or opens it again."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.enums import CampaignState
from campaigns.models import Submission
from teachers.refusals import Refusal
from workflows import actions
from workflows.policies import may_manage
from workflows.views.submissions import found


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask nothing more of the school."""

    def act(submission: Submission, **who) -> str:
        actions.cancel_submission(submission, **who)
        return _("Cancelled: this campaign asks nothing more of %(unit)s.") % {
            "unit": submission.organisation
        }

    return _managed(request, pk, act)


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it back to the school; a closed campaign goes back into review with it."""

    def act(submission: Submission, **who) -> str:
        if submission.campaign.state == CampaignState.CLOSED:
            actions.reopen_campaign(submission.campaign, submissions=[submission.pk], **who)
        else:
            actions.reopen_submission(submission, **who)
        return _("Opened again: %(unit)s can correct it now.") % {"unit": submission.organisation}

    return _managed(request, pk, act)


def _managed(request: HttpRequest, pk: int, act: Callable[..., str]) -> HttpResponse:
    submission = found(request, pk)
    if not may_manage(request.post, submission.campaign.organisation):
        raise Http404
    who = {"by": request.user, "post": request.post, "at": timezone.now()}
    try:
        messages.success(request, act(submission, words=request.POST.get("words", ""), **who))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("workflows:submission", pk=pk)
