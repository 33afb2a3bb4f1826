"""The access log for data protection officers, on screen and as a table."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from teachers import access
from teachers import access_log as log
from teachers.policies import reads_access_log


@login_required
@require_safe
@never_cache
def access_log(request: HttpRequest) -> HttpResponse:
    """Who looked at whose data, when, why and from where; newest first."""
    if not reads_access_log(request.post):
        raise Http404
    filters = log.Filters.read(request.GET)
    context = {
        "filters": filters,
        "actions": log.ACTIONS.items(),
        "page": log.search(request.post, filters),
    }
    return render(request, "teachers/access_log.html", context)


@login_required
@require_safe
@never_cache
def export(request: HttpRequest) -> StreamingHttpResponse:
    """What the filters find, as CSV, streamed. The export stands in the log itself."""
    if not reads_access_log(request.post):
        raise Http404
    filters, now = log.Filters.read(request.GET), timezone.now()
    found, _too_many = log.matching(request.post, filters)
    access.note(
        "export_access_log",
        filters.query or "*",
        by=request.user,
        post=request.post,
        at=now,
        address=request.META.get("REMOTE_ADDR"),
        organisation=request.post.organisation,
    )
    response = StreamingHttpResponse(
        log.as_csv(found.filter(at__lt=now)), content_type="text/csv; charset=utf-8"
    )
    name = f"access-log-{timezone.localtime(now):%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
