"""Excel: download the template, hand in a workbook, fetch the failed rows."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns import actions
from campaigns.enums import ImportState
from campaigns.models import Submission, WorkbookImport
from campaigns.policies import can_edit
from campaigns.workbooks.reasons import first_reasons
from teachers import access
from teachers.policies import reports_for_own_school
from teachers.refusals import Refusal

REASONS_SHOWN = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _own_submissions(request: HttpRequest):
    """Those of the post's own school: reviewers read submissions, but have no business here."""
    found = Submission.objects.visible_to(request.post).select_related("campaign", "organisation")
    return found if reports_for_own_school(request.post) else found.none()


@login_required
@require_safe
def template(request: HttpRequest, submission_id: int) -> HttpResponse:
    """The template of the school's form; `?records=1` fills in what is recorded."""
    submission = get_object_or_404(_own_submissions(request), pk=submission_id)
    try:
        content = actions.write_workbook(
            submission=submission,
            with_records=request.GET.get("records") == "1",
            by=request.user,
            post=request.post,
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR"),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("workflows:school")
    return _file(content, f"{submission.organisation.code}-{submission.campaign.code}.xlsx")


@login_required
@require_POST
def take(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Take over a workbook; with `sound_rows_only=1` what is sound of it."""
    submission = get_object_or_404(_own_submissions(request), pk=submission_id)
    upload = request.FILES.get("workbook")
    if upload is None:
        messages.error(request, _("Choose a file first."))
        return redirect("workflows:school")
    try:
        outcome = actions.take_workbook(
            submission=submission,
            name=upload.name or "",
            content=upload.read(),
            sound_rows_only=request.POST.get("sound_rows_only") == "1",
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("workflows:school")
    if outcome.state == ImportState.TAKEN:
        text = _("“%(file)s”: all %(rows)s rows are taken over.")
        messages.success(request, text % {"file": outcome.file_name, "rows": outcome.rows_count})
        return redirect("workflows:school")
    return redirect("campaigns:import_result", outcome.pk)


@login_required
@require_safe
def import_result(request: HttpRequest, import_id: int) -> HttpResponse:
    """What became of a workbook: counts, the first reasons, the failed rows to fetch."""
    outcome = get_object_or_404(
        WorkbookImport.objects.filter(submission__in=_own_submissions(request)).select_related(
            "submission__campaign", "submission__organisation", "imported_by"
        ),
        pk=import_id,
    )
    reasons = first_reasons(outcome.failed_workbook(), REASONS_SHOWN) if outcome.failed else []
    context = {
        "outcome": outcome,
        "submission": outcome.submission,
        "reasons": reasons,
        "may_edit": can_edit(request.post, outcome.submission),
    }
    return render(request, "campaigns/import_result.html", context)


@login_required
@require_safe
def failed_rows(request: HttpRequest, import_id: int) -> HttpResponse:
    """The workbook of failed rows of one import."""
    outcome = get_object_or_404(
        WorkbookImport.objects.filter(submission__in=_own_submissions(request))
        .exclude(failed=None)
        .select_related("submission__organisation"),
        pk=import_id,
    )
    access.note(
        "failed_rows",
        f"import/{outcome.pk}: {outcome.failed_count}",
        by=request.user,
        post=request.post,
        at=timezone.now(),
        address=request.META.get("REMOTE_ADDR"),
        organisation=outcome.submission.organisation,
    )
    stem = outcome.file_name.rsplit(".", 1)[0]
    return _file(outcome.failed_workbook(), _("%(file)s failed rows.xlsx") % {"file": stem})


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
