"""The sampling desk: drawing, the records to open and judge, and what draws have found."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.models import Campaign, Record
from teachers.policies import oversees
from teachers.refusals import Refusal
from workflows import actions, sampling, sampling_desk, sampling_statements
from workflows.actions.sampling import newest
from workflows.enums import DocumentKind, SampleVerdict
from workflows.models import Draw, SampledRecord
from workflows.policies import draws_samples
from workflows.screening import WORKING


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The draw that the own desk works at, and all draws here and below; `?campaign=`."""
    if not _may_see(request):
        raise Http404
    campaigns = sampling_desk.campaigns_with_samples(request.post)
    campaign = _chosen(request, campaigns)
    context = {"campaigns": campaigns, "campaign": campaign}
    if campaign is not None:
        listed = sampling_desk.draws_below(request.post, campaign, after=_number(request, "after"))
        context |= {
            "sheets": listed[: sampling_desk.PAGE],
            "after": listed[sampling_desk.PAGE - 1].draw.pk
            if len(listed) > sampling_desk.PAGE
            else None,
            "draws": draws_samples(request.post),
            **(_own(request, campaign) if draws_samples(request.post) else {}),
        }
    return render(request, "workflows/sampling.html", context)


def _may_see(request: HttpRequest) -> bool:
    return oversees(request.post) and request.post.handles(DocumentKind.SUBMISSION)


def _chosen(request: HttpRequest, campaigns: list[Campaign]) -> Campaign | None:
    """The campaign of the address; the newest that runs without one."""
    if code := request.GET.get("campaign", ""):
        found = next((one for one in campaigns if one.code == code), None)
        if found is None:
            raise Http404
        return found
    running = [one for one in campaigns if one.state in WORKING]
    return next(iter(running or campaigns), None)


def _own(request: HttpRequest, campaign: Campaign) -> dict:
    """The newest draw of the own desk with its records, and what the next one would take."""
    last = newest(campaign, request.post)
    lying = sampling_statements.on_desk(request.post, campaign.pk)
    sheet = sampling_desk.sheets([last])[0] if last else None
    running = sheet is not None and sheet.state == "running"
    return {
        "sheet": sheet,
        "running": running,
        "lying": lying,
        "would_draw": sampling.size(
            lying.to_draw, share=campaign.sampling_share, least=campaign.sampling_least
        ),
        "may_draw": not running
        and bool(lying.to_draw)
        and not lying.faulty
        and campaign.state in WORKING,
        "next_open": _next_open(last) if running else None,
        **(_rows(request, last) if last else {}),
    }


def _rows(request: HttpRequest, draw: Draw) -> dict:
    rows = sampling_desk.rows_of(draw, request.post, after=_number(request, "row"))
    shown = rows[: sampling_desk.PAGE]
    more = len(rows) > sampling_desk.PAGE
    return {"rows": shown, "row_after": shown[-1].position if more else None}


@login_required
@require_safe
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """One draw of the own unit or of one below, with its seed and its records."""
    if not _may_see(request):
        raise Http404
    visible = Draw.objects.visible_to(request.post).defer("population")
    draw = get_object_or_404(visible.select_related(*sampling_desk.WITH_EVERYTHING), pk=pk)
    context = {
        "campaign": draw.campaign,
        "sheet": sampling_desk.sheets([draw])[0],
        **_rows(request, draw),
    }
    return render(request, "workflows/sampling_draw.html", context)


@login_required
@require_POST
def draw(request: HttpRequest) -> HttpResponse:
    """Draw a sample for the own desk."""
    if not draws_samples(request.post):
        raise Http404
    campaigns = sampling_desk.campaigns_with_samples(request.post)
    code = request.POST.get("campaign", "")
    campaign = next((one for one in campaigns if one.code == code), None)
    if campaign is None:
        raise Http404
    try:
        actions.draw(campaign, **_who(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect(_desk_of(campaign))


@login_required
@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge a drawn record; on to the next one that is open, or back to the desk."""
    row = get_object_or_404(sampling_desk.of_own_desk(request.post), pk=pk)
    said = request.POST.get("verdict", "")
    if said not in SampleVerdict.values:
        raise Http404
    try:
        done = actions.judge(
            row,
            verdict=SampleVerdict(said),
            words=request.POST.get("words", ""),
            **_who(request),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
        return redirect(record_page(row) if row.record_id else _desk_of(row.draw.campaign))
    messages.success(
        request,
        _("%(name)s: %(verdict)s.") % {"name": row.name, "verdict": done.get_verdict_display()},
    )
    following = _next_open(row.draw)
    return redirect(record_page(following) if following else _desk_of(row.draw.campaign))


def judging(request: HttpRequest, record: Record) -> dict:
    """What the bar of a record that was drawn shows (`?sample=`); notes that it is open now.

    Nothing without the parameter, or for a record that the own desk did not draw.
    """
    pk = _number(request, "sample")
    if pk is None:
        return {}
    row = sampling_desk.of_own_desk(request.post).filter(pk=pk, record=record).first()
    if row is None:
        return {}
    try:
        may_judge = actions.open_sampled(row, **_who(request))
    except Refusal:
        return {}
    row.risk_names = sampling_desk.names_of(row)
    return {"sampled": row, "may_judge": may_judge}


def _next_open(draw: Draw) -> SampledRecord | None:
    pk = sampling_statements.next_open(draw.pk)
    return SampledRecord.objects.get(pk=pk) if pk else None


def record_page(row: SampledRecord) -> str:
    """Where a drawn record is opened and judged."""
    place = reverse("workflows:record", args=[row.submission_id, row.record_id])
    return f"{place}?{urlencode({'sample': row.pk})}"


def _desk_of(campaign: Campaign) -> str:
    return f"{reverse('workflows:sampling')}?{urlencode({'campaign': campaign.code})}"


def _number(request: HttpRequest, name: str) -> int | None:
    """A key of the address; None for the first page or nonsense."""
    words = request.GET.get(name, "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else None


def _who(request: HttpRequest) -> dict:
    return {"by": request.user, "post": request.post, "at": timezone.now()}
