"""Two files of one person become one."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from teachers import files
from teachers.changes import documents
from teachers.changes.people import hold_identities
from teachers.enums import ChangeState, FileStatus
from teachers.models import (
    ChangeRequest,
    DossierRevision,
    Employment,
    FormerIdentity,
    Teacher,
    TeacherNumber,
    User,
)
from teachers.refusals import Refusal


class CannotMerge(Refusal):
    code = "cannot_merge"


@transaction.atomic
def merge(
    kept: Teacher, other: Teacher, *, by: User, at: datetime, source: str
) -> DossierRevision | None:
    """Let `kept` stand for both; return its new revision, or None if it has no file yet.

    The other keeps its row, number, identity and revisions, which stay readable; its status is
    MERGED, its number is no longer live and points to the kept one, its open employments end, and
    looking up its identity finds the kept file. If only the other has a number, it becomes the
    person's. Sub-sets that only the other file has are taken over. `source` names the decision,
    as in a revision. Raises CannotMerge while the other is being changed, or for files that do
    not stand alone.
    """
    hold_identities()
    both = {
        teacher.pk: teacher
        for teacher in Teacher.objects.select_for_update(of=("self",))
        .select_related("organisation", "dossier__revision")
        .filter(pk__in=[kept.pk, other.pk])
        .order_by("identity_hash")
    }
    kept, other = both[kept.pk], both[other.pk]
    _refuse(kept, other)
    _point_numbers(kept, other)
    Teacher.objects.filter(merged_into=other).update(merged_into=kept)
    FormerIdentity.objects.filter(teacher=other).update(teacher=kept)
    _end_employments(other, at=at)
    other.status, other.merged_into = FileStatus.MERGED, kept
    other.save(update_fields=["number", "status", "merged_into"])
    kept.save(update_fields=["number"])
    return _one_file(kept, other, by=by, at=at, source=source)


def _refuse(kept: Teacher, other: Teacher) -> None:
    if kept.pk == other.pk:
        raise CannotMerge(_("These are one file already."))
    for teacher in (kept, other):
        if teacher.status == FileStatus.MERGED:
            raise CannotMerge(
                _("The file of %(name)s has been merged into another one already.")
                % {"name": teacher.name}
            )
    change = (
        ChangeRequest.objects.on_the_way()
        .filter(teacher=other)
        .select_related("organisation")
        .order_by("pk")
        .first()
    )
    if change is not None:
        raise CannotMerge(
            _(
                "Request no. %(pk)s (%(kind)s) of %(school)s about %(name)s is on its way:"
                " decide or withdraw it first."
            )
            % {
                "pk": change.pk,
                "kind": change.get_kind_display(),
                "school": change.organisation,
                "name": other.name,
            }
        )


def _point_numbers(kept: Teacher, other: Teacher) -> None:
    """The other's number points to the kept one; the only number there is goes along."""
    own = TeacherNumber.objects.filter(teacher=other, is_live=True)
    if kept.number:
        dead = list(own.values_list("pk", flat=True))
        TeacherNumber.objects.filter(points_to__in=dead).update(points_to=kept.number)
        own.update(is_live=False, points_to=kept.number)
        return
    kept.number, other.number = other.number, None
    own.update(teacher=kept)


def _end_employments(other: Teacher, *, at: datetime) -> None:
    day = timezone.localdate(at)
    running = Employment.objects.filter(teacher=other)
    running.filter(to_date=None).update(to_date=Greatest(F("from_date"), day))
    running.filter(to_date__gt=day).update(to_date=Greatest(F("from_date"), day))
    ChangeRequest.objects.filter(
        teacher=other, state=ChangeState.IN_FORCE, ended_at=None, until_date__isnull=False
    ).update(ended_at=at)


def _one_file(
    kept: Teacher, other: Teacher, *, by: User, at: datetime, source: str
) -> DossierRevision | None:
    data = {**documents.file_of(other), **documents.file_of(kept)}
    if not data:
        return None
    return files.write_revision(
        kept,
        data=data,
        source=source,
        entered_by=by,
        accepted_by=by,
        at=at,
        effective_on=timezone.localdate(at),
        organisation=kept.organisation,
    )
