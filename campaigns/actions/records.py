"""What a school does with its records: save, remove, explain."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import asked, checks
from campaigns.actions.drafts import end_draft
from campaigns.actions.editing import NotOpenForSchool, NotYourSchool, lock_for_editing, reread
from campaigns.actions.entries import Entry, derived, filled, teachers_of, write_entries
from campaigns.enums import Severity
from campaigns.models import Finding, Record, Submission
from teachers import attachments
from teachers import identity as identities
from teachers.enums import AttachmentKind
from teachers.models import Post, User
from teachers.refusals import Refusal
from teachers.upload_forms import Upload


class IdentityMissing(Refusal):
    code = "identity_missing"


class PersonAlreadyRecorded(Refusal):
    code = "person_already_recorded"


class NothingToExplain(Refusal):
    code = "nothing_to_explain"


class WordsMissing(Refusal):
    code = "words_missing"


def save_record(
    *,
    submission: Submission,
    data: dict,
    identity: str,
    identity_type: str,
    by: User,
    post: Post,
    at: datetime,
    record: Record | None = None,
    seen_at: datetime | None = None,
    files: dict[tuple[str, str], Upload] | None = None,
) -> Record:
    """Write one person's record, new or changed, with derived values, and check it again.

    `files` are taken in with it (sub-set and indicator → upload); their keys become the values.

    An empty `identity` keeps the number of `record`. `seen_at` is the record's `entered_at` when
    it was opened: if a colleague saved it since, ChangedMeanwhile names who and when. Records
    with errors may be saved; errors block signing. The draft that `by` had of it ends. Raises
    NotYourSchool, NotOpenForSchool, CampaignNotRunning, IdentityMissing, PersonAlreadyRecorded,
    RecordGone, ChangedMeanwhile, FileRefused.
    """
    entry = _entry(data, identity, identity_type, record)
    persons = {entry.hash} | ({record.identity_hash} if record else set())
    with transaction.atomic():
        submission = lock_for_editing(submission, by=by, post=post, persons=persons)
        current = reread(record, submission, seen_at) if record else None
        _refuse_twice(submission, entry, current)
        for (set_key, key), upload in (files or {}).items():
            taken = attachments.take(
                name=upload.name,
                content=upload.content,
                kind=AttachmentKind.PHOTO,
                organisation=submission.organisation,
                by=by,
                post=post,
                at=at,
            )
            entry.data.setdefault(set_key, {})[key] = str(taken.key)
        saved = _written(submission, entry, by=by, at=at, record=current)
        saved.save()
        gone = persons - {entry.hash}
        checks.check([submission.pk], at=at, record_ids=[saved.pk], gone=gone)
        end_draft(submission=submission, record=current, by=by)
    return saved


def save_records(
    *, submission: Submission, entries: Sequence[Entry], by: User, post: Post, at: datetime
) -> int:
    """Write many persons at once; who is recorded already is replaced. Returns how many changed.

    A person whose record would not change is left alone, so a second time is harmless.
    """
    with transaction.atomic():
        submission = lock_for_editing(
            submission, by=by, post=post, persons=[entry.hash for entry in entries]
        )
        return write_entries(submission, entries, by=by, at=at)


def remove_record(
    *,
    submission: Submission,
    record: Record,
    by: User,
    post: Post,
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Take a person out of the submission; the history table keeps what was there.

    Refuses as `save_record` does. Clears the finding of the other school that named this one.
    """
    with transaction.atomic():
        submission = lock_for_editing(submission, by=by, post=post, persons=[record.identity_hash])
        current = reread(record, submission, seen_at)
        current.delete()
        checks.check([submission.pk], at=at, record_ids=[], gone=[record.identity_hash])


def explain(*, finding: Finding, words: str, by: User, post: Post, at: datetime) -> Finding:
    """Say why a value that draws a warning is right after all. Errors cannot be explained.

    Raises NothingToExplain, WordsMissing and the refusals of every edit.
    """
    words = " ".join(words.split())
    if len(words) < 2:
        raise WordsMissing(_("Say in a few words why the value is right."))
    if len(words) > 500:
        raise WordsMissing(_("Say it in at most 500 characters."))
    with transaction.atomic():
        submission = lock_for_editing(finding.submission, by=by, post=post, persons=[])
        current = Finding.objects.filter(pk=finding.pk, submission=submission).first()
        if current is None:
            raise NothingToExplain(_("This finding is gone: the value was changed meanwhile."))
        if current.severity != Severity.WARNING:
            raise NothingToExplain(_("An error cannot be explained. Correct the value."))
        current.explanation, current.explained_by, current.explained_at = words, by, at
        current.save(update_fields=["explanation", "explained_by", "explained_at"])
        checks.count([submission.pk])
    return current


def _entry(data: dict, number: str, identity_type: str, record: Record | None) -> Entry:
    number = identities.normalise(number or "")
    if not number and record is not None:
        number = identities.unseal(record.identity_sealed)
    if not number:
        raise IdentityMissing(_("Enter the number of the identity document."))
    return Entry(data=data, identity=number, identity_type=identity_type or "1")


def _refuse_twice(submission: Submission, entry: Entry, record: Record | None) -> None:
    others = submission.records.filter(identity_hash=entry.hash)
    if record is not None:
        others = others.exclude(pk=record.pk)
    other = others.first()
    if other is not None:
        raise PersonAlreadyRecorded(
            _(
                "The identity number %(mask)s is recorded in this school already, for"
                " %(name)s. Open that record instead."
            )
            % {"mask": other.identity_mask, "name": other.name}
        )


def _written(
    submission: Submission, entry: Entry, *, by: User, at: datetime, record: Record | None
) -> Record:
    return filled(
        record or Record(submission=submission),
        entry,
        derived(asked.form_of(submission), entry),
        teacher_id=teachers_of([entry.hash]).get(entry.hash),
        by=by,
        at=at,
    )


__all__ = [
    "Entry",
    "IdentityMissing",
    "NotOpenForSchool",
    "NotYourSchool",
    "NothingToExplain",
    "PersonAlreadyRecorded",
    "WordsMissing",
    "explain",
    "remove_record",
    "save_record",
    "save_records",
]
