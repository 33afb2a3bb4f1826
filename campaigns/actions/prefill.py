"""Starting from what the register knows already."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from campaigns import asked, checks
from campaigns.actions.editing import lock_for_editing, lock_persons
from campaigns.models import Record, Submission
from teachers import schema
from teachers.enums import FileStatus
from teachers.models import Post, Teacher, User

#: Whoever is on leave is reported too.
IN_SERVICE = [FileStatus.ACTIVE, FileStatus.AWAY]

# Plan: teachers_of_a_school by organisation, then primary keys of dossier and revision.
_COPY = """
    INSERT INTO campaigns_record
        (submission_id, teacher_id, name, identity_type, identity_hash, identity_sealed,
         identity_mask, data, entered_by_id, entered_at)
    SELECT submission.id, person.id, person.name, person.identity_type, person.identity_hash,
           person.identity_sealed, person.identity_mask, asked.data, %(by)s, %(at)s
    FROM campaigns_submission AS submission
    JOIN campaigns_campaign AS campaign ON campaign.id = submission.campaign_id
    JOIN teachers_organisation AS unit ON unit.id = submission.organisation_id
    JOIN teachers_teacher AS person
      ON person.organisation_id = unit.id AND person.status = ANY(%(in_service)s)
    JOIN teachers_dossier AS dossier ON dossier.teacher_id = person.id
    JOIN teachers_dossierrevision AS revision ON revision.id = dossier.revision_id
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(part.key, part.value), '{}'::jsonb) AS data
        FROM jsonb_each(revision.data) AS part
        WHERE (campaign.asked -> unit.school_kind) ? part.key
    ) AS asked
    WHERE submission.id = ANY(%(ids)s)
      AND (%(everybody)s OR person.identity_hash = ANY(%(persons)s))
    ORDER BY submission.id, person.id
    ON CONFLICT (submission_id, identity_hash) DO NOTHING
"""


def prefill(*, submission: Submission, by: User, post: Post, at: datetime) -> int:
    """Copy the official files of the school's teachers in service into records, then check.

    Only the sub-sets the campaign asks for. Persons recorded already stay as they are, so a
    second time adds nothing. Returns how many were added. Refuses as every edit does.
    """
    with transaction.atomic():
        persons = _in_service(submission)
        locked = lock_for_editing(submission, by=by, post=post, persons=persons)
        return _copy([locked.pk], persons, by=by, at=at)


def prefill_many(submission_ids: Iterable[int], *, by: User, at: datetime) -> int:
    """The same for many submissions that stand with their schools, in one statement.

    For the launch and for rehearsals: the caller answers for being allowed to. Submissions that
    are not open for their school are left alone. Returns how many records were added.
    """
    ids = sorted(set(submission_ids))
    with transaction.atomic():
        for campaign_id in _campaigns(ids):
            lock_persons(campaign_id, None)
        open_ids = _lock_open(ids)
        return _copy(open_ids, None, by=by, at=at)


def _in_service(submission: Submission) -> list[str]:
    """Identity hashes of the school's teachers in service, so that nobody else has to wait."""
    people = Teacher.objects.filter(
        organisation=submission.organisation_id, status__in=IN_SERVICE, dossier__isnull=False
    )
    return list(people.values_list("identity_hash", flat=True))


def _campaigns(ids: list[int]) -> list[int]:
    found = Submission.objects.filter(pk__in=ids).values_list("campaign_id", flat=True)
    return sorted(set(found))


def _lock_open(ids: list[int]) -> list[int]:
    locked = Submission.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk")
    return [submission.pk for submission in locked if submission.is_open_for_school]


def _copy(ids: list[int], persons: list[str] | None, *, by: User, at: datetime) -> int:
    """persons: identity hashes of those whom the caller has locked; None: all of the schools."""
    values = {"by": by.pk, "at": at, "in_service": IN_SERVICE, "ids": ids}
    with connection.cursor() as cursor:
        cursor.execute(_COPY, {**values, "everybody": persons is None, "persons": persons or []})
        added = cursor.rowcount
    _fit(ids, at)
    checks.check(ids, at=at)
    return added


def _fit(ids: list[int], at: datetime) -> None:
    """Leave out of the records just copied what the campaign's version no longer asks: files keep
    the indicators of the version they were accepted under. One query when all are under it."""
    older = (
        Record.objects.filter(submission__in=ids, entered_at=at)
        .exclude(teacher__dossier__revision__index_version=F("submission__campaign__index_version"))
        .select_related("submission__campaign", "submission__organisation")
        .order_by("pk")
    )
    changed = []
    for record in older.iterator(1000):
        fitted = schema.fit(asked.form_of(record.submission), record.data)
        if fitted != record.data:
            record.data = fitted
            changed.append(record)
    Record.objects.bulk_update(changed, ["data"], batch_size=500)
