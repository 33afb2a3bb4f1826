"""Exporting a selection of teachers, and fetching what was exported."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from teachers import access
from teachers.enums import ExportState
from teachers.export_forms import ExportForm
from teachers.exports import actions, columns, keeping, selection
from teachers.models import RegisterExport
from teachers.policies import sees_files
from teachers.refusals import Refusal
from teachers.search import Filters

UNPROCESSABLE = 422
SHOWN = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """The page where sub-sets and a reason are given for the search's filters, and the file.

    A small selection is answered with the workbook, a big one with the list of exports.
    """
    if request.post is None or not sees_files(request.post):
        raise Http404
    filters = Filters.read(request.GET)
    language = get_language() or ""
    form = ExportForm(request.POST or None, sets=columns.known_sets(language))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask(
                filters=filters,
                sets=form.cleaned_data["sets"],
                reason=form.cleaned_data["reason"],
                language=language,
                by=request.user,
                post=request.post,
                at=timezone.now(),
                address=request.META.get("REMOTE_ADDR"),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if made.state == ExportState.DONE:
                return _file(made)
            messages.success(request, _("The export is being made; this page shows how far it is."))
            return redirect("teachers:exports")
    return _page(request, form, filters)


def _page(request: HttpRequest, form: ExportForm, filters: Filters) -> HttpResponse:
    problem, total = "", 0
    try:
        total = len(selection.teachers(request.post, filters))
    except Refusal as refusal:
        problem = str(refusal)
    context = {
        "form": form,
        "total": total,
        "problem": problem,
        "described": "" if problem else selection.describe(request.post, filters),
        "address": filters.address(),
        "at_once": total <= actions.AT_ONCE,
        "exports": _own(request)[:SHOWN],
    }
    return render(
        request, "teachers/export.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@login_required
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """One's own exports, how far they are, and those that can be fetched."""
    if request.post is None or not sees_files(request.post):
        raise Http404
    rows = list(_own(request)[:SHOWN])
    making = any(row.state in {ExportState.QUEUED, ExportState.RUNNING} for row in rows)
    template = "teachers/_exports.html" if request.htmx else "teachers/exports.html"
    return render(request, template, {"exports": rows, "making": making})


@login_required
@require_safe
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The workbook of one's own export; each download is logged."""
    found = get_object_or_404(
        RegisterExport.objects.visible_to(request.post).filter(state=ExportState.DONE), pk=pk
    )
    if not keeping.path_of(found.key).exists():
        raise Http404
    access.note(
        "download_export",
        f"export {found.pk}: {found.total} teachers",
        by=request.user,
        post=request.post,
        at=timezone.now(),
        reason=found.reason,
        address=request.META.get("REMOTE_ADDR"),
        sets=found.sets,
        organisation=request.post.organisation,
    )
    return _file(found)


def _own(request: HttpRequest):
    return RegisterExport.objects.visible_to(request.post).order_by("-asked_at", "-pk")


def _file(found: RegisterExport) -> StreamingHttpResponse:
    response = StreamingHttpResponse(keeping.pieces(found.key), content_type=XLSX)
    name = _("teachers-%(number)s.xlsx") % {"number": found.pk}
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Length"] = str(found.size)
    response["Cache-Control"] = "private, no-store"
    return response
