"""Handing out a school's submission as a PDF."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaigns.models import Submission
from reports import submission_forms
from reports.views.downloads import hand_out_sheet


@login_required
@require_safe
def submission_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of one submission, to whom may see it; written in the log."""
    visible = Submission.objects.visible_to(request.post)
    submission = get_object_or_404(
        visible.select_related("organisation__parent", "campaign"), pk=pk
    )
    at = timezone.now()
    document, teachers = submission_forms.pdf(
        submission,
        by=request.user,
        post=request.post,
        at=at,
        demonstration=settings.DEMONSTRATION,
        language=get_language() or settings.LANGUAGE_CODE,
    )
    return hand_out_sheet(
        request,
        document.content,
        f"{submission_forms.title(submission)}.pdf",
        action="submission_form_download",
        about=f"submission {submission.pk}, {teachers} teachers",
        at=at,
        organisation=submission.organisation,
    )
