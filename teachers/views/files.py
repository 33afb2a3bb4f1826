"""A teacher's own official file."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from teachers import access, schema, sheets
from teachers.models import DossierRevision, Teacher


@login_required
@require_safe
def my_file(request: HttpRequest) -> HttpResponse:
    """The revision in force of the signed-in person's file; the look is logged."""
    teacher = (
        Teacher.objects.filter(user=request.user)
        .select_related(
            "organisation", "dossier__revision__organisation", "dossier__revision__accepted_by"
        )
        .first()
    )
    revision = getattr(getattr(teacher, "dossier", None), "revision", None)
    context = {"teacher": teacher, "revision": revision}
    if revision is not None:
        context["sheets"] = _sheets(revision)
        access.note(
            "read_own_file",
            f"teacher {teacher.number or teacher.pk}, revision {revision.sequence}",
            by=request.user,
            post=request.post,
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR"),
            teacher=teacher,
            sets=revision.data,
        )
    return render(request, "teachers/my_file.html", context)


def _sheets(revision: DossierRevision) -> list[sheets.Sheet]:
    kind = revision.organisation.school_kind
    form = schema.form(revision.index_version_id, kind)
    return sheets.sheets(form, revision.data, get_language() or "")
