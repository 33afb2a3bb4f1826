"""Who a document number belongs to, and the number for life."""

from datetime import datetime

from django.db import connection

from teachers.models import FormerIdentity, Teacher, TeacherNumber

_LOCK = 0x49444E54  # "IDNT": keeps this advisory lock apart from all others


def hold_identities(*, shared: bool = False) -> None:
    """Keep who has which document number as it is until the transaction ends.

    Whoever adds persons in bulk holds it shared, whoever moves a number from one file to another,
    merges files or adds a single person holds it alone: so nobody finds a number free that is just
    becoming somebody's former one.
    """
    with connection.cursor() as cursor:
        name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        cursor.execute(f"SELECT {name}(%s)", [_LOCK])


def person_of(identity_hash: str) -> Teacher | None:
    """The live file of whoever has this document number, or had it before (two queries at most).

    A merged file is followed to the one that is kept.
    """
    files = Teacher.objects.select_related("merged_into", "organisation")
    found = files.filter(identity_hash=identity_hash).first()
    if found is None:
        former = FormerIdentity.objects.filter(identity_hash=identity_hash)
        found = files.filter(pk__in=former.values("teacher")).first()
    return (found.merged_into or found) if found else None


def issue_number(teacher: Teacher, *, at: datetime) -> str:
    """The teacher's number; drawn from the sequence if there is none yet. Never reused.

    Call with the teacher locked. Writes the number beside the person and in the list of numbers.
    """
    if teacher.number:
        return teacher.number
    with connection.cursor() as cursor:
        cursor.execute("SELECT teacher_number(nextval('teacher_number_serial'))")
        (teacher.number,) = cursor.fetchone()
    teacher.save(update_fields=["number"])
    TeacherNumber.objects.create(number=teacher.number, teacher=teacher, issued_at=at)
    return teacher.number
