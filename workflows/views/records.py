"""One teacher's record, for reading."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from campaigns import meeting
from campaigns.models import Finding, Record, Submission
from teachers import access, attachments
from teachers.refusals import Refusal
from workflows import record_sheet
from workflows.views.sampling import judging
from workflows.views.submissions import found


@login_required
def record(request: HttpRequest, pk: int, record_pk: int) -> HttpResponse:
    """One teacher's record, for reading: every sub-set, with the findings where they belong.

    The look is kept in the access log.
    """
    subject = found(request, pk)
    row = get_object_or_404(
        Record.objects.select_related("teacher"), submission=subject, pk=record_pk
    )
    access.note(
        "read_record",
        f"submission {subject.pk}, record {row.pk}",
        by=request.user,
        post=request.post,
        at=timezone.now(),
        address=request.META.get("REMOTE_ADDR"),
        teacher=row.teacher,
        sets=row.data,
        organisation=subject.organisation,
    )
    context = _sheet(request, subject, row) | judging(request, row)
    return render(request, "workflows/record.html", context)


@login_required
@require_POST
@never_cache
def reveal(request: HttpRequest, pk: int, record_pk: int) -> HttpResponse:
    """Show the whole identity number once, with the reason written into the access log."""
    subject = found(request, pk)
    row = get_object_or_404(
        Record.objects.select_related("teacher"), submission=subject, pk=record_pk
    )
    context = _sheet(request, subject, row)
    try:
        context["identity"] = access.reveal(
            row.identity_sealed,
            subject=f"record {row.pk}",
            reason=request.POST.get("reason", ""),
            by=request.user,
            post=request.post,
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR"),
            teacher=row.teacher,
            organisation=subject.organisation,
        )
    except Refusal as refusal:
        context["problem"] = str(refusal.message)
    return render(request, "workflows/record.html", context)


def _sheet(request: HttpRequest, subject: Submission, row: Record) -> dict:
    findings = list(Finding.objects.filter(record=row).order_by("severity", "id"))
    shelves = record_sheet.lay_out(subject, row, findings)
    return {
        "submission": subject,
        "unit": subject.organisation,
        "record": row,
        "photo": attachments.picture_address(attachments.photo_of(row.data)),
        "filled": [shelf for shelf in shelves if shelf.rows or shelf.findings],
        "empty": [shelf for shelf in shelves if not shelf.rows and not shelf.findings],
        "changes_on_the_way": meeting.changes_of(
            Record.objects.filter(pk=row.pk), post=request.post
        ),
        "loose": [f for f in findings if not f.set_key],
        **_neighbours(subject, row),
    }


def _neighbours(subject: Submission, row: Record) -> dict:
    rows = Record.objects.filter(submission=subject).only("pk", "name")
    return {
        "before": rows.filter(pk__lt=row.pk).order_by("-pk").first(),
        "following": rows.filter(pk__gt=row.pk).order_by("pk").first(),
    }
