"""What an approved change does to the register, on its day."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from teachers import files, schema
from teachers.changes import checks, documents, employing, kinds
from teachers.changes.people import hold_identities, issue_number, person_of
from teachers.enums import ChangeKind, ChangeState, FileStatus
from teachers.models import (
    ChangeRequest,
    DossierRevision,
    FieldLock,
    FormerIdentity,
    Teacher,
    User,
)

State = ChangeState


def approve(changes: Iterable[int], *, by: User, at: datetime) -> None:  # noqa: ARG001
    """Put those approved changes in force whose day has come. Called by the engine."""
    enforce(changes, at=at)


@transaction.atomic
def enforce(changes: Iterable[int], *, at: datetime) -> list[int]:
    """Put approved changes in force whose day has come; return which. Others are left alone.

    Locks changes and then persons; writes the person, employments, a new revision and, for who
    has none, the number. One that can no longer be done (the person has moved or died meanwhile)
    lapses: it is withdrawn, its errors say why, and its fields are free.
    """
    due = list(
        ChangeRequest.objects.select_for_update(of=("self",))
        .select_related("organisation", "counterpart", "approved_by")
        .filter(
            pk__in=list(changes),
            state=State.APPROVED,
            effective_date__lte=timezone.localdate(at),
        )
        .order_by("effective_date", "pk")
    )
    if not due:
        return []
    hold_identities()
    _lock_persons(due)
    return [change.pk for change in due if _carry_out(change, at=at)]


def release_locks(changes: Iterable[int]) -> None:
    """Free the fields that these change requests held."""
    FieldLock.objects.filter(change__in=list(changes)).delete()


def _lock_persons(due: list[ChangeRequest]) -> None:
    """In the order of publication, so that no two wait in a circle."""
    known = {change.teacher_id for change in due if change.teacher_id}
    arriving = [person_of(c.identity_hash) for c in due if c.kind in kinds.ARRIVALS]
    known |= {person.pk for person in arriving if person}
    list(Teacher.objects.select_for_update().filter(pk__in=known).order_by("identity_hash"))


def _carry_out(change: ChangeRequest, *, at: datetime) -> bool:
    against = checks.obstacles(change)
    if against:
        change.errors = against
        change.withdraw()
        change.save(update_fields=["errors", "state"])
        release_locks([change.pk])
        return False
    change.revision = _apply(change, at=at)
    change.teacher = change.revision.teacher
    change.errors = []
    change.enforce()
    change.save(update_fields=["revision", "teacher", "errors", "state"])
    release_locks([change.pk])
    _look_again(change, at=at)
    return True


def _apply(change: ChangeRequest, *, at: datetime) -> DossierRevision:
    """Change the person, the employments and the file; return the new revision."""
    teacher = _person(change, at=at)
    data = documents.resulting(change, teacher)
    basic = data["basic"]
    if change.kind == ChangeKind.KEY_CORRECTION:
        _change_identity(change, teacher, at=at)
    employing.carry_out(change, teacher, data, at=at)
    teacher.name, teacher.sex = basic["name"], basic["sex"]
    teacher.birth_date, teacher.ethnic = basic["birth_date"], basic.get("ethnic", "")
    if change.kind not in kinds.CORRECTIONS:
        teacher.status = kinds.status_of(basic.get("person_status", "100"))
    teacher.save()
    if change.kind in kinds.ARRIVALS:
        issue_number(teacher, at=at)
    asked_anew = change.kind in (*kinds.ARRIVALS, *kinds.CORRECTIONS)
    return files.write_revision(
        teacher,
        data=data,
        source=f"change/{change.pk}",
        entered_by=change.entered_by,
        accepted_by=change.approved_by,
        at=at,
        effective_on=change.effective_date,
        organisation=teacher.organisation,
        index_version=schema.current_version() if asked_anew else None,
    )


def _person(change: ChangeRequest, *, at: datetime) -> Teacher:
    """Whose file it is: the known person, or a new one for somebody nobody knows."""
    files_ = Teacher.objects.select_related("organisation", "dossier__revision")
    if change.kind not in kinds.ARRIVALS:
        return files_.get(pk=change.teacher_id)
    known = person_of(change.identity_hash)
    if known is not None:
        return files_.get(pk=known.pk)
    basic = documents.resulting(change, None)["basic"]
    return Teacher.objects.create(
        name=basic["name"],
        sex=basic["sex"],
        birth_date=basic["birth_date"],
        ethnic=basic.get("ethnic", ""),
        identity_type=change.identity_type,
        identity_hash=change.identity_hash,
        identity_sealed=change.identity_sealed,
        identity_mask=change.identity_mask,
        organisation=change.organisation,
        status=FileStatus.ACTIVE,
        registered_at=at,
    )


def _change_identity(change: ChangeRequest, teacher: Teacher, *, at: datetime) -> None:
    """Give the person the new number; the one before goes on finding the person, and no other."""
    if not change.identity_hash or change.identity_hash == teacher.identity_hash:
        return
    before = {name: getattr(teacher, name) for name in _IDENTITY}
    twin = Teacher.objects.filter(identity_hash=change.identity_hash).first()
    if twin is not None:
        # A file merged into this one has the number: the two change numbers.
        Teacher.objects.filter(pk=twin.pk).update(identity_hash=f"moving {twin.pk}")
    else:
        FormerIdentity.objects.filter(identity_hash=change.identity_hash).delete()
        FormerIdentity.objects.create(teacher=teacher, change=change, replaced_at=at, **before)
    for name in _IDENTITY:
        setattr(teacher, name, getattr(change, name))
    teacher.save(update_fields=list(_IDENTITY))
    if twin is not None:
        Teacher.objects.filter(pk=twin.pk).update(**before)


_IDENTITY = ("identity_type", "identity_hash", "identity_sealed", "identity_mask")


def _look_again(change: ChangeRequest, *, at: datetime) -> None:
    """Other requests about the same person see the new file at once."""
    others = ChangeRequest.objects.on_the_way().filter(teacher=change.teacher_id)
    for other in others.exclude(state=State.APPROVED).select_related("organisation", "counterpart"):
        checks.refresh(other, on=timezone.localdate(at))


@transaction.atomic
def end(changes: Iterable[int], *, at: datetime) -> list[int]:
    """End secondments, rotations and leaves whose day of return has come; return which.

    The person is at the own school again, unless another of them still runs.
    """
    over = list(
        ChangeRequest.objects.select_for_update(of=("self",))
        .select_related("approved_by", "entered_by")
        .filter(
            pk__in=list(changes),
            state=State.IN_FORCE,
            ended_at=None,
            until_date__lte=timezone.localdate(at),
        )
        .order_by("until_date", "pk")
    )
    _lock_persons(over)
    for change in over:
        _end(change, at=at)
    return [change.pk for change in over]


def _end(change: ChangeRequest, *, at: datetime) -> None:
    change.ended_at = at
    change.save(update_fields=["ended_at"])
    teacher = Teacher.objects.select_related("organisation", "dossier__revision").get(
        pk=change.teacher_id
    )
    code = employing.status_without(teacher, change)
    data = documents.merged(documents.file_of(teacher), {"basic": {"person_status": code}})
    teacher.status = kinds.status_of(code)
    teacher.save(update_fields=["status"])
    files.write_revision(
        teacher,
        data=data,
        source=f"change/{change.pk}/end",
        entered_by=change.entered_by,
        accepted_by=change.approved_by,
        at=at,
        effective_on=change.until_date,
        organisation=teacher.organisation,
    )
