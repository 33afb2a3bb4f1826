"""The form of a record: what fills it, saving it, and where to go on from there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from campaigns import actions, asked, checklist, meeting, record_pages, versions
from campaigns.forms import RecordForm
from campaigns.models import Finding, Record, RecordDraft, Submission
from teachers import access
from teachers.refusals import Refusal

UNPROCESSABLE = 422


def editable(request: HttpRequest) -> QuerySet[Submission]:
    """Submissions of the own school that stand with it; anything else is a 404."""
    return Submission.objects.editable_by(request.post).select_related("campaign", "organisation")


def desk(submission: Submission) -> HttpResponse:
    return redirect(f"{reverse('workflows:school')}?campaign={submission.campaign.code}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Enter a person who is not yet in the submission."""
    submission = get_object_or_404(editable(request), pk=submission_id)
    draft = draft_of(request, submission, None)
    form = RecordForm(asked.form_of(submission), filled_with(request, draft), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        saved = save(request, submission, form, None)
        if saved:
            return after(request, submission, saved)
    return form_page(request, submission, None, form, [], draft)


def gone(request: HttpRequest, submission: Submission) -> HttpResponse:
    """The record was removed while its form was open: what was typed stands in a new one."""
    form = RecordForm(asked.form_of(submission), request.POST, request.FILES or None)
    form.add_error(
        None,
        _(
            "A colleague has removed this record meanwhile. To enter the person again, fill in"
            " the identity number and save."
        ),
    )
    return form_page(request, submission, None, form, [], None)


def sent_of(draft: RecordDraft) -> QueryDict:
    """The fields of a draft, as the browser would send them."""
    sent = QueryDict(mutable=True)
    for name, values in actions.content_of(draft).items():
        sent.setlist(name, values)
    return sent


def filled_with(request: HttpRequest, draft: RecordDraft | None) -> QueryDict | None:
    """What fills the form: what was sent, or the draft that is taken over."""
    if request.method == "POST":
        return request.POST
    if draft is None or "draft" not in request.GET:
        return None
    return sent_of(draft)


def draft_of(
    request: HttpRequest, submission: Submission, subject: Record | None
) -> RecordDraft | None:
    return actions.drafts_of(submission, subject, request.user).first()


def save(
    request: HttpRequest, submission: Submission, form: RecordForm, subject: Record | None, **other
) -> Record | None:
    """Save what was typed; a refusal is shown above the form, with everything still in it. When a
    colleague was faster there is no record and no error. `other` takes the form's place."""
    sent = {"data": form.document(), "identity": form.identity, "seen_at": form.seen_at, **other}
    try:
        return actions.save_record(
            submission=submission,
            identity_type=form.identity_type,
            by=request.user,
            post=request.post,
            at=timezone.now(),
            record=subject,
            files=form.uploads(),
            **sent,
        )
    except actions.ChangedMeanwhile:
        return None
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


# --- After saving, and the page --------------------------------------------------------------


def after(request: HttpRequest, submission: Submission, saved: Record) -> HttpResponse:
    """On to the next errand if asked; else back to the record while something is left to do
    there, else to the desk."""
    left = checklist.open_ones(saved.findings.all()).count()
    if left:
        text = ngettext(
            "%(name)s is saved. %(count)d point is left to correct or explain.",
            "%(name)s is saved. %(count)d points are left to correct or explain.",
            left,
        )
        messages.warning(request, text % {"name": saved.name, "count": left})
    else:
        messages.success(request, _("%(name)s is saved and complete.") % {"name": saved.name})
    if "next" in request.POST:
        errands = checklist.errands(submission, saved)
        if errands.after:
            return redirect("campaigns:record", submission.pk, errands.after)
    elif left:
        return redirect("campaigns:record", submission.pk, saved.pk)
    return desk(submission)


def form_page(
    request: HttpRequest,
    submission: Submission,
    subject: Record | None,
    form: RecordForm,
    findings: list[Finding],
    draft: RecordDraft | None,
) -> HttpResponse:
    filled = form.is_bound
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
        "draft": draft,
        "is_offered": draft is not None
        and not filled
        and not _says_the_same(submission, subject, draft),
        "is_older": draft is not None
        and subject is not None
        and draft.based_on != subject.entered_at,
        "is_taken_over": filled and request.method != "POST",
        "errands": checklist.errands(submission, subject),
    }
    status = UNPROCESSABLE if form.errors and request.method == "POST" else 200
    return render(request, "campaigns/record_form.html", context, status=status)


def _says_the_same(submission: Submission, subject: Record | None, draft: RecordDraft) -> bool:
    """Whether a draft holds nothing but what was saved: it came a moment after the saving."""
    form = RecordForm(
        asked.form_of(submission),
        sent_of(draft),
        document=subject.data if subject else None,
        mask=subject.identity_mask if subject else "",
    )
    if not form.is_valid():
        return False
    if form.identity:
        number = actions.Entry(form.document(), form.identity, form.identity_type).hash
        subject = submission.records.filter(identity_hash=number).first()
    saved = subject.data if subject else {}
    return subject is not None and not versions.compare(form.form, {}, form.document(), saved)


def note_look(request: HttpRequest, submission: Submission, subject: Record) -> None:
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
