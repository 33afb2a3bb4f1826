"""Handing out a teacher's file as a PDF."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports import dossiers
from reports.views.downloads import hand_out_sheet, printed_for
from teachers import files
from workflows import file_contents


@login_required
@require_safe
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """The file in force, or the one of `?revision=`, to whom may read it; written in the log."""
    readable = files.readable(user=request.user, post=request.post)
    teacher = get_object_or_404(
        readable.select_related("organisation__parent", "merged_into"), pk=pk
    )
    revisions = file_contents.revisions_of(teacher)
    known = {str(revision.sequence): revision for revision in revisions}
    shown = known.get(request.GET.get("revision", ""), revisions[-1] if revisions else None)
    if shown is None:
        raise Http404
    at = timezone.now()
    document, sets = dossiers.pdf(
        teacher,
        revisions,
        shown,
        **printed_for(request, at),
    )
    return hand_out_sheet(
        request,
        document.content,
        file_name(teacher),
        action="dossier_download",
        about=f"teacher {teacher.number or teacher.pk}, revision {shown.sequence}",
        at=at,
        teacher=teacher,
        sets=sets,
    )


def file_name(teacher) -> str:
    """马晓兰 教师档案表 620000000017.pdf, in the language of the request."""
    name = _("%(name)s teacher file %(number)s") % {
        "name": teacher.name,
        "number": teacher.number or teacher.pk,
    }
    return f"{name}.pdf".replace("/", "-")
