"""Giving out the files that people handed in."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from teachers import access, attachments
from teachers.models import Attachment


@login_required
@require_safe
def attachment(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One file, to whom may see it; each look is kept in the access log.

    Pictures are shown in place, a PDF is downloaded; nothing in either is run.
    """
    found = get_object_or_404(
        Attachment.objects.visible_to(request.post).select_related("organisation"), pk=key
    )
    try:
        content = attachments.read(found)
    except attachments.ContentMissing as missing:
        raise Http404(str(missing)) from missing
    access.note(
        "read_attachment",
        f"attachment {found.pk}",
        by=request.user,
        post=request.post,
        at=timezone.now(),
        address=request.META.get("REMOTE_ADDR"),
        organisation=found.organisation,
    )
    response = HttpResponse(content, content_type=found.media_type)
    in_place = found.media_type.startswith("image/")
    response["Content-Disposition"] = content_disposition_header(not in_place, found.name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
