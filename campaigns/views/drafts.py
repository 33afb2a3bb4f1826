"""Keeping what is typed in the form of a record, and throwing it away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import actions
from campaigns.forms import read_moment
from campaigns.models import Record, Submission
from campaigns.views.entering import editable
from teachers.refusals import Refusal

CONFLICT = 409
#: What the page sends along and no draft keeps.
ALONGSIDE = {"csrfmiddlewaretoken", "following", "next"}


def _found(
    request: HttpRequest, submission_id: int, pk: int | None
) -> tuple[Submission, Record | None]:
    submission = get_object_or_404(editable(request), pk=submission_id)
    return submission, get_object_or_404(submission.records, pk=pk) if pk else None


@login_required
@require_POST
def keep(request: HttpRequest, submission_id: int, pk: int | None = None) -> HttpResponse:
    """Keep the form as it is now. Answers `saved_at`, and `words` to stand beside the buttons; a
    refusal with 409 and its words."""
    submission, record = _found(request, submission_id, pk)
    fields = {name: values for name, values in request.POST.lists() if name not in ALONGSIDE}
    try:
        draft = actions.keep_draft(
            submission=submission,
            record=record,
            fields=fields,
            based_on=read_moment(request.POST.get("seen")),
            following=read_moment(request.POST.get("following")),
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
    except Refusal as refusal:
        return JsonResponse({"words": str(refusal)}, status=CONFLICT)
    time = date_format(timezone.localtime(draft.saved_at), "H:i")
    words = _("Saved as a draft %(time)s") % {"time": time}
    return JsonResponse({"saved_at": draft.saved_at.isoformat(), "words": words})


@login_required
@require_POST
def drop(request: HttpRequest, submission_id: int, pk: int | None = None) -> HttpResponse:
    """Throw the own draft away and show what is saved."""
    submission, record = _found(request, submission_id, pk)
    actions.end_draft(submission=submission, record=record, by=request.user)
    messages.success(request, _("The draft is thrown away."))
    if record:
        return redirect("campaigns:record", submission.pk, record.pk)
    return redirect("campaigns:record_new", submission.pk)
