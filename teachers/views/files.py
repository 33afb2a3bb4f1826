"""A teacher's own official file: read it, confirm it, see who has looked at it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from teachers import access, attachments, confirming, schema, sheets
from teachers.changes.editing import may_ask
from teachers.changes.kinds import PROPOSED_BY_TEACHERS
from teachers.looks import looks_at
from teachers.models import DossierRevision, Teacher
from teachers.refusals import Refusal


@login_required
@require_safe
@never_cache
def my_file(request: HttpRequest) -> HttpResponse:
    """The revision in force of the signed-in person's file; the look is logged.

    `?before=` goes on in the list of those who have looked at it.
    """
    teacher = (
        Teacher.objects.filter(user=request.user)
        .select_related(
            "organisation",
            "dossier__revision__organisation",
            "dossier__revision__accepted_by",
            "dossier__revision__confirmation",
        )
        .first()
    )
    revision = getattr(getattr(teacher, "dossier", None), "revision", None)
    context = {"teacher": teacher, "revision": revision}
    if revision is not None:
        context |= _contents(request, teacher, revision)
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


@login_required
@require_POST
def confirm_file(request: HttpRequest) -> HttpResponse:
    """The teacher has read the revision named in the form and found it right."""
    key = request.POST.get("revision", "")
    revision = get_object_or_404(
        DossierRevision.objects.filter(teacher__user=request.user),
        pk=int(key) if key.isdecimal() and len(key) < 19 else 0,
    )
    try:
        confirming.confirm(revision, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Thank you: your file is confirmed."))
    return redirect("teachers:my_file")


def _contents(request: HttpRequest, teacher: Teacher, revision: DossierRevision) -> dict:
    kind = revision.organisation.school_kind
    form = schema.form(revision.index_version_id, kind)
    before = request.GET.get("before", "")
    key = int(before) if before.isdecimal() and len(before) < 19 else None
    looks, following = looks_at(teacher, before=key)
    return {
        "sheets": sheets.sheets(form, revision.data, get_language() or ""),
        "photo": attachments.picture_address(attachments.photo_of(revision.data)),
        "looks": looks,
        "before": key,
        "following": following,
        "kinds": [kind for kind in PROPOSED_BY_TEACHERS if may_ask(request.post, kind, teacher)],
    }
