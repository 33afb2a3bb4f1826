"""The list of reports, asking for one, and handing one out."""

import io
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campaigns.enums import StageKind
from reports import actions, queries
from reports.enums import ReportState
from reports.forms import AskForm
from reports.models import Report, ReportFile
from reports.titles import file_name
from teachers import access
from teachers.policies import oversees
from teachers.refusals import Refusal

UNFINISHED = {ReportState.QUEUED, ReportState.RUNNING}


@login_required
@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """Reports of the own subtree, newest first; asks again by itself while one is being made."""
    if not oversees(request.post):
        raise Http404
    chosen = {key: request.GET.get(key, "") for key in ("campaign", "stage", "unit")}
    before = request.GET.get("before", "")
    rows = queries.reports(
        request.post, **chosen, before=int(before) if before.isdecimal() else None
    )
    page, older = rows[: queries.PAGE], len(rows) > queries.PAGE
    context = {
        "reports": page,
        "making": any(report.state in UNFINISHED for report in page),
        "older": urlencode({**chosen, "before": page[-1].pk}) if older else "",
        "query": urlencode({key: value for key, value in chosen.items() if value}),
        "chosen": chosen,
    }
    if request.htmx:
        return render(request, "reports/_rows.html", context)
    context |= {
        "form": AskForm(request.post, initial=_initial(request)),
        "stages": StageKind.choices,
    }
    return render(request, "reports/list.html", context)


def _initial(request: HttpRequest) -> dict:
    return {
        "campaign": request.GET.get("campaign", ""),
        "stage": request.GET.get("stage", "") or StageKind.COLLECTION,
        "unit": request.GET.get("unit", "") or request.post.organisation.code,
        "language": translation.get_language(),
    }


@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Queue a report on a unit of the own subtree; a unit or campaign out of sight is a 404."""
    if not oversees(request.post):
        raise Http404
    form = AskForm(request.post, request.POST)
    if not form.is_valid():
        raise Http404
    asked = form.cleaned_data
    try:
        report = actions.ask(
            campaign=asked["campaign"],
            stage=asked["stage"],
            organisation=asked["unit"],
            by=request.user,
            post=request.post,
            at=timezone.now(),
            language=asked["language"],
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("reports:list")
    messages.success(
        request,
        _("Issue %(issue)s is being made; it appears below when it is ready.")
        % {"issue": report.issue},
    )
    return redirect("reports:list")


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a failed report again."""
    report = get_object_or_404(Report.objects.visible_to(request.post), pk=pk)
    try:
        actions.retry(report=report, by=request.user, post=request.post, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("reports:list")


@login_required
@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the PDF to those who oversee the unit or an authority above it; writes it down."""
    report = get_object_or_404(
        Report.objects.visible_to(request.post)
        .filter(state=ReportState.DONE)
        .select_related("campaign", "organisation"),
        pk=pk,
    )
    return hand_out(request, report)


def hand_out(request: HttpRequest, report: Report) -> HttpResponse:
    """The PDF as a download; used by the page and by the API. The report must be one to see."""
    etag = f'"{report.sha256}"'
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers={"ETag": etag, "Cache-Control": "private, no-cache"})
    with transaction.atomic():
        content = ReportFile.objects.get(pk=report.pk).content
        access.note(
            "report_download",
            f"report {report.pk}: {report.organisation.name}",
            by=request.user,
            post=request.post,
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR"),
            organisation=report.organisation,
        )
    response = FileResponse(
        io.BytesIO(content),
        as_attachment=True,
        filename=file_name(report),
        content_type="application/pdf",
    )
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response
