"""The records of a submission: start from the register, enter, correct, remove, explain."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import actions, asked, meeting, record_pages
from campaigns.forms import RecordForm
from campaigns.models import Finding, Record, Submission
from campaigns.policies import can_edit
from teachers import access, attachments, sheets
from teachers.refusals import Refusal

UNPROCESSABLE = 422


def _visible(request: HttpRequest) -> QuerySet[Submission]:
    return Submission.objects.visible_to(request.post).select_related("campaign", "organisation")


def _editable(request: HttpRequest) -> QuerySet[Submission]:
    """Submissions of the own school that stand with it; anything else is a 404."""
    return Submission.objects.editable_by(request.post).select_related("campaign", "organisation")


def _desk(submission: Submission) -> HttpResponse:
    return redirect(f"{reverse('workflows:school')}?campaign={submission.campaign.code}")


@login_required
@require_POST
def prefill(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Copy the official files of the school's teachers in service into the submission."""
    submission = get_object_or_404(_editable(request), pk=submission_id)
    try:
        added = actions.prefill(
            submission=submission, by=request.user, post=request.post, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _desk(submission)
    text = ngettext(
        "%(count)d teacher was taken over from the register.",
        "%(count)d teachers were taken over from the register.",
        added,
    )
    messages.success(request, text % {"count": added})
    return _desk(submission)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Enter a person who is not yet in the submission."""
    submission = get_object_or_404(_editable(request), pk=submission_id)
    form = RecordForm(asked.form_of(submission), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        saved = _save(request, submission, form, None)
        if saved:
            return _after(request, submission, saved)
    return _form_page(request, submission, None, form, [])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, submission_id: int, pk: int) -> HttpResponse:
    """One person: the form for the clerk whose school may change it now, a reading page else."""
    submission = get_object_or_404(_visible(request), pk=submission_id)
    subject = get_object_or_404(submission.records.select_related("teacher", "entered_by"), pk=pk)
    findings = list(
        subject.findings.select_related("explained_by").order_by("severity", "explanation", "pk")
    )
    if not can_edit(request.post, submission):
        if request.method == "POST":
            messages.error(request, _("This record can no longer be changed here."))
            return redirect("campaigns:record", submission.pk, subject.pk)
        return _reading_page(request, submission, subject, findings)
    if request.method != "POST":
        _note_look(request, submission, subject)
    form = RecordForm(
        asked.form_of(submission),
        request.POST or None,
        request.FILES or None,
        document=subject.data,
        mask=subject.identity_mask,
        seen_at=subject.entered_at,
        photo=attachments.photo_of(subject.data),
    )
    if request.method == "POST" and form.is_valid():
        saved = _save(request, submission, form, subject)
        if saved:
            return _after(request, submission, saved)
    return _form_page(request, submission, subject, form, findings)


def _save(
    request: HttpRequest, submission: Submission, form: RecordForm, subject: Record | None
) -> Record | None:
    """Save what was typed; a refusal is shown above the form, with everything still in it."""
    try:
        return actions.save_record(
            submission=submission,
            data=form.document(),
            identity=form.identity,
            identity_type=form.identity_type,
            by=request.user,
            post=request.post,
            at=timezone.now(),
            record=subject,
            seen_at=form.seen_at,
            files=form.uploads(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


def _after(request: HttpRequest, submission: Submission, saved: Record) -> HttpResponse:
    """Back to the record while something is left to do there, else to the desk."""
    left = saved.findings.errors().count() + saved.findings.unexplained().count()
    if left:
        text = ngettext(
            "%(name)s is saved. %(count)d point is left to correct or explain.",
            "%(name)s is saved. %(count)d points are left to correct or explain.",
            left,
        )
        messages.warning(request, text % {"name": saved.name, "count": left})
        return redirect("campaigns:record", submission.pk, saved.pk)
    messages.success(request, _("%(name)s is saved and complete.") % {"name": saved.name})
    return _desk(submission)


def _form_page(
    request: HttpRequest,
    submission: Submission,
    subject: Record | None,
    form: RecordForm,
    findings: list[Finding],
) -> HttpResponse:
    context = {
        "submission": submission,
        "record": subject,
        "form": form,
        "parts": record_pages.parts(form, findings),
        "findings": record_pages.with_labels(form.form, findings),
        "changes_on_the_way": meeting.changes_of(
            Record.objects.filter(pk=subject.pk), post=request.post
        )
        if subject
        else [],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "campaigns/record_form.html", context, status=status)


def _reading_page(
    request: HttpRequest, submission: Submission, subject: Record, findings: list[Finding]
) -> HttpResponse:
    """What a head or a reviewer sees; the look is kept in the access log."""
    form = asked.form_of(submission)
    _note_look(request, submission, subject)
    context = {
        "submission": submission,
        "record": subject,
        "findings": record_pages.with_labels(form, findings),
        "sheets": sheets.sheets(form, subject.data, get_language() or ""),
        "photo": attachments.picture_address(attachments.photo_of(subject.data)),
    }
    return render(request, "campaigns/record.html", context)


def _note_look(request: HttpRequest, submission: Submission, subject: Record) -> None:
    access.note(
        "read_record",
        f"submission {submission.pk}, record {subject.pk}",
        by=request.user,
        post=request.post,
        at=timezone.now(),
        address=request.META.get("REMOTE_ADDR"),
        teacher=subject.teacher,
        sets=subject.data,
        organisation=submission.organisation,
    )


@login_required
@require_POST
def remove(request: HttpRequest, submission_id: int, pk: int) -> HttpResponse:
    """Take a person out of the submission."""
    submission = get_object_or_404(_editable(request), pk=submission_id)
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
    return _desk(submission)


@login_required
@require_POST
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a value that draws a warning is right; answers with the finding, or the page."""
    finding = get_object_or_404(
        Finding.objects.filter(submission__in=_editable(request)).select_related(
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
    return _desk(finding.submission)


def _one_finding(request: HttpRequest, finding: Finding, problem: str) -> HttpResponse:
    record_pages.with_labels(asked.form_of(finding.submission), [finding])
    finding.problem = problem
    return render(request, "campaigns/_finding.html", {"finding": finding, "editable": True})
