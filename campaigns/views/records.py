"""The records of a submission: start from the register, enter, correct, remove, explain."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import actions, asked, record_pages
from campaigns.models import Finding, Record, Submission
from campaigns.policies import can_edit
from campaigns.views import editing, entering
from teachers import attachments, sheets
from teachers.refusals import Refusal


def _visible(request: HttpRequest) -> QuerySet[Submission]:
    return Submission.objects.visible_to(request.post).select_related("campaign", "organisation")


@login_required
@require_POST
def prefill(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Copy the official files of the school's teachers in service into the submission."""
    submission = get_object_or_404(entering.editable(request), pk=submission_id)
    try:
        added = actions.prefill(
            submission=submission, by=request.user, post=request.post, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return entering.desk(submission)
    text = ngettext(
        "%(count)d teacher was taken over from the register.",
        "%(count)d teachers were taken over from the register.",
        added,
    )
    messages.success(request, text % {"count": added})
    return entering.desk(submission)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, submission_id: int, pk: int) -> HttpResponse:
    """One person: the form for the clerk whose school may change it now, a reading page else."""
    submission = get_object_or_404(_visible(request), pk=submission_id)
    records = submission.records.select_related("teacher", "entered_by")
    if request.method == "POST" and can_edit(request.post, submission):
        subject = records.filter(pk=pk).first()
        if subject is None:
            return entering.gone(request, submission)
    else:
        subject = get_object_or_404(records, pk=pk)
    findings = list(
        subject.findings.select_related("explained_by").order_by("severity", "explanation", "pk")
    )
    if not can_edit(request.post, submission):
        if request.method == "POST":
            messages.error(request, _("This record can no longer be changed here."))
            return redirect("campaigns:record", submission.pk, subject.pk)
        return _reading_page(request, submission, subject, findings)
    return editing.edit(request, submission, subject, findings)


def _reading_page(
    request: HttpRequest, submission: Submission, subject: Record, findings: list[Finding]
) -> HttpResponse:
    """What a head or a reviewer sees; the look is kept in the access log."""
    form = asked.form_of(submission)
    entering.note_look(request, submission, subject)
    context = {
        "submission": submission,
        "record": subject,
        "findings": record_pages.with_labels(form, findings),
        "sheets": sheets.sheets(form, subject.data, get_language() or ""),
        "photo": attachments.picture_address(attachments.photo_of(subject.data)),
    }
    return render(request, "campaigns/record.html", context)


@login_required
@require_POST
def remove(request: HttpRequest, submission_id: int, pk: int) -> HttpResponse:
    """Take a person out of the submission."""
    submission = get_object_or_404(entering.editable(request), pk=submission_id)
    subject = get_object_or_404(submission.records, pk=pk)
    try:
        actions.remove_record(
            submission=submission,
            record=subject,
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("%(name)s is taken out of the submission.") % {"name": subject.name}
        )
    return entering.desk(submission)


@login_required
@require_POST
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a value that draws a warning is right; answers with the finding, or the page."""
    finding = get_object_or_404(
        Finding.objects.filter(submission__in=entering.editable(request)).select_related(
            "submission__campaign", "submission__organisation", "record"
        ),
        pk=pk,
    )
    problem = ""
    try:
        finding = actions.explain(
            finding=finding,
            words=request.POST.get("words", ""),
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
    except Refusal as refusal:
        problem = str(refusal)
    if request.htmx:
        return _one_finding(request, finding, problem)
    if problem:
        messages.error(request, problem)
    if finding.record_id:
        return redirect("campaigns:record", finding.submission_id, finding.record_id)
    return entering.desk(finding.submission)


def _one_finding(request: HttpRequest, finding: Finding, problem: str) -> HttpResponse:
    record_pages.with_labels(asked.form_of(finding.submission), [finding])
    finding.problem = problem
    return render(request, "campaigns/_finding.html", {"finding": finding, "editable": True})
