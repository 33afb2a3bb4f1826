"""Handing out reports and packs: streamed, in parts where asked for, and written down."""

import io
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from reports import byte_ranges, downloads
from reports.byte_ranges import Span
from reports.downloads import Stored
from reports.enums import ReportState
from reports.models import Pack, PackFile, Report
from teachers import access


@login_required
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF, for those who oversee the unit or an authority above it."""
    ready = Report.objects.visible_to(request.post).filter(state=ReportState.DONE)
    found = get_object_or_404(
        ready.select_related("campaign", "organisation").defer("figures"), pk=pk
    )
    return hand_out(request, downloads.of_report(found))


@login_required
@require_safe
def pack(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """One of the two files of a pack, for those who oversee its unit or an authority above it."""
    ready = Pack.objects.visible_to(request.post).filter(state=ReportState.DONE)
    found = get_object_or_404(ready.select_related("campaign", "organisation"), pk=pk)
    file = get_object_or_404(PackFile.objects.defer("content"), pack=found, form=form)
    return hand_out(request, downloads.of_pack(found, file))


def printed_for(request: HttpRequest, at: datetime) -> dict:
    """How a sheet is printed: by whom and when it is asked for, and in which language."""
    return {
        "by": request.user,
        "post": request.post,
        "at": at,
        "demonstration": settings.DEMONSTRATION,
        "language": get_language() or settings.LANGUAGE_CODE,
    }


def hand_out_sheet(
    request: HttpRequest, content: bytes, name: str, *, action: str, about: str, at: datetime, **of
) -> FileResponse:
    """A PDF that was made for this request alone; who has had it is written in the access log.

    of: the teacher with the sub-sets shown, or the organisation, as the log takes them.
    """
    access.note(
        action,
        about,
        by=request.user,
        post=request.post,
        at=at,
        address=request.META.get("REMOTE_ADDR"),
        **of,
    )
    response = FileResponse(
        io.BytesIO(content), as_attachment=True, filename=name, content_type="application/pdf"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def hand_out(request: HttpRequest, stored: Stored) -> HttpResponse:
    """The file, a part of it (206), nothing new (304) or no such part (416).

    Used by the pages and by the API. The file must be one that the acting post may have.
    """
    etag = f'"{stored.sha256}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            span = _asked(request, stored, etag)
        except byte_ranges.Unsatisfiable:
            response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
        else:
            response = _sent(request, stored, span)
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    response["Accept-Ranges"] = "bytes"
    return response


def _asked(request: HttpRequest, stored: Stored, etag: str) -> Span | None:
    """The part that is asked for; If-Range gives the whole to whom holds parts of another file."""
    if request.headers.get("If-Range", etag) != etag or request.method != "GET":
        return None
    return byte_ranges.asked(request.headers.get("Range", ""), stored.size)


def _sent(request: HttpRequest, stored: Stored, part: Span | None) -> HttpResponse:
    span = part or Span(0, stored.size - 1)
    if request.method == "HEAD":
        response = HttpResponse(content_type=stored.content_type)
    else:
        downloads.note(
            stored,
            whole=part is None,
            by=request.user,
            post=request.post,
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR"),
        )
        response = StreamingHttpResponse(stored.pieces(span), content_type=stored.content_type)
    if part is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {span.first}-{span.last}/{stored.size}"
    response["Content-Length"] = span.last + 1 - span.first
    response["Content-Disposition"] = content_disposition_header(True, stored.name)
    return response
