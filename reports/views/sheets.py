"""Handing out what is printed of a school's submission: its form and its list of corrections."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.models import Submission
from reports import corrections, submission_forms
from reports.views.downloads import hand_out_sheet, printed_for
from workflows import correction_sheet


@login_required
@require_safe
def submission_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of one submission, to whom may see it; written in the log."""
    return _handed_out(
        request,
        pk,
        draw=submission_forms.pdf,
        title=submission_forms.title,
        action="submission_form_download",
        of="teachers",
    )


@login_required
@require_safe
def correction_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of one submission, to whom may see it; written in the log."""
    return _handed_out(
        request,
        pk,
        draw=corrections.pdf,
        title=correction_sheet.title,
        action="corrections_download",
        of="lines",
    )


def _handed_out(
    request: HttpRequest,
    pk: int,
    *,
    draw: Callable,
    title: Callable[[Submission], str],
    action: str,
    of: str,
) -> HttpResponse:
    """draw: gives the document and how many it shows; of: what these are, for the log."""
    visible = Submission.objects.visible_to(request.post)
    submission = get_object_or_404(
        visible.select_related("organisation__parent", "campaign"), pk=pk
    )
    at = timezone.now()
    document, shown = draw(
        submission,
        **printed_for(request, at),
    )
    return hand_out_sheet(
        request,
        document.content,
        f"{title(submission)}.pdf",
        action=action,
        about=f"submission {submission.pk}, {shown} {of}",
        at=at,
        organisation=submission.organisation,
    )
