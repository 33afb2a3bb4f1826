"""Extensions: who got more time, why and from whom; and giving it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from campaigns.enums import CampaignState, StageKind
from campaigns.models import Campaign
from teachers.models import Organisation
from teachers.policies import oversees, reports_for_own_school
from teachers.refusals import Refusal
from workflows import actions
from workflows.actions.extending import WORKING, does_work
from workflows.extension_forms import ExtensionForm
from workflows.models import Extension
from workflows.policies import gives_time, may_extend

PAGE = 50


@login_required
@require_safe
def extensions(request: HttpRequest) -> HttpResponse:
    """The extensions that touch the own unit, the newest first; `?campaign=` names one round."""
    if not oversees(request.post) and not reports_for_own_school(request.post):
        raise Http404
    campaign = None
    if code := _clean(request, "campaign"):
        campaign = get_object_or_404(_campaigns(request), code=code)
    rows = _page(request, campaign)
    context = {
        "campaign": campaign,
        "rows": rows[:PAGE],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "today": timezone.localdate(),
        "may_give": campaign is not None
        and campaign.state in WORKING
        and gives_time(request.post, campaign),
    }
    return render(request, "workflows/extensions.html", context)


def _page(request: HttpRequest, campaign: Campaign | None) -> list[Extension]:
    found = Extension.objects.visible_to(request.post).select_related(
        "campaign", "organisation", "by", "post__organisation"
    )
    if campaign is not None:
        found = found.filter(campaign=campaign)
    after = _clean(request, "after")
    if after.isascii() and after.isdigit() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    return list(found.order_by("-pk")[: PAGE + 1])


def _clean(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()


def _campaigns(request: HttpRequest) -> QuerySet[Campaign]:
    visible = Campaign.objects.visible_to(request.post).exclude(state=CampaignState.DRAFT)
    return visible.select_related("organisation")


@login_required
def extend(request: HttpRequest, code: str) -> HttpResponse:
    """Give more time to a unit: the one named by `?unit=`, or one directly below it."""
    campaign = get_object_or_404(_campaigns(request), code=code)
    if not gives_time(request.post, campaign):
        raise Http404
    base = _base(request)
    units = [
        unit
        for unit in [base, *base.children.order_by("path")]
        if may_extend(request.post, campaign, unit, by=request.user)
    ]
    worked = [kind for kind in StageKind if does_work(base, kind)]
    form = ExtensionForm(
        request.POST or None,
        campaign=campaign,
        units=units,
        worked=worked,
        initial={"unit": base.code, "stage": StageKind.COLLECTION.value},
    )
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            given = actions.extend(
                campaign, **form.values(), by=request.user, post=request.post, at=timezone.now()
            )
        except Refusal as refusal:
            refused = str(refusal.message)
        else:
            messages.success(request, _said(given))
            return redirect(
                f"{reverse('workflows:extensions')}?{urlencode({'campaign': campaign.code})}"
            )
    context = {
        "campaign": campaign,
        "base": base,
        "form": form,
        "refused": refused,
        "runs": campaign.state in WORKING,
        "given": Extension.objects.filter(campaign=campaign, organisation__in=units)
        .select_related("organisation", "by")
        .order_by("-pk")[:10],
    }
    return render(
        request, "workflows/extend.html", context, status=422 if refused or form.errors else 200
    )


def _base(request: HttpRequest) -> Organisation:
    """The unit whose parts may be chosen."""
    code = _clean(request, "unit")
    if not code:
        return request.post.organisation
    return get_object_or_404(Organisation.objects.visible_to(request.post), code=code)


def _said(given: actions.Extended) -> str:
    extension = given.extension
    return ngettext(
        "%(unit)s has time until %(day)s; %(count)d open task got a new due date.",
        "%(unit)s has time until %(day)s; %(count)d open tasks got a new due date.",
        given.moved,
    ) % {"unit": extension.organisation, "day": extension.until, "count": given.moved}
