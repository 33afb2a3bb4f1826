"""What a school does with its records: save, remove, explain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import asked, checks, copying
from campaigns.actions.editing import NotOpenForSchool, NotYourSchool, lock_for_editing, reread
from campaigns.enums import Severity
from campaigns.models import Finding, Record, Submission
from teachers import attachments, derive, resident_cards
from teachers import identity as identities
from teachers.enums import AttachmentKind
from teachers.models import Post, Teacher, User
from teachers.refusals import Refusal
from teachers.rules import Issue
from teachers.schema import Form
from teachers.upload_forms import Upload

NAME_LENGTH = 36


class IdentityMissing(Refusal):
    code = "identity_missing"


class PersonAlreadyRecorded(Refusal):
    code = "person_already_recorded"


class NothingToExplain(Refusal):
    code = "nothing_to_explain"


class WordsMissing(Refusal):
    code = "words_missing"


@dataclass(frozen=True)
class Entry:
    """One person as entered: the document without the identity number, and the number itself."""

    data: dict
    identity: str
    identity_type: str = "1"
    is_derived: bool = False

    @cached_property
    def number(self) -> str:
        return resident_cards.as_entered(self.identity, self.identity_type)

    @cached_property
    def hash(self) -> str:
        return identities.search_hash(self.identity_type, self.number)

    @property
    def name(self) -> str:
        return str(self.data.get("basic", {}).get("name", ""))[:NAME_LENGTH]


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
    with errors may be saved; errors block signing. Raises NotYourSchool, NotOpenForSchool,
    CampaignNotRunning, IdentityMissing, PersonAlreadyRecorded, RecordGone, ChangedMeanwhile,
    FileRefused.
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


def write_entries(
    submission: Submission,
    entries: Iterable[Entry],
    *,
    by: User,
    at: datetime,
    issues: dict[str, list[Issue]] | None = None,
    present: dict[str, Record] | None = None,
) -> int:
    """The writing part of `save_records`, for a caller that holds the lock already.

    `issues` are what the rules found today in each document, by identity hash, and `present` the
    records there are (see `recorded`), where the caller has asked already. New records are copied
    in, the others replaced.
    """
    by_hash = {entry.hash: entry for entry in entries}
    if present is None:
        present = recorded(submission, by_hash)
    known = _teachers(by_hash)
    form = asked.form_of(submission)
    added, replaced = [], []
    for key, entry in by_hash.items():
        old = present.get(key)
        data = _derived(form, entry)
        if old is None:
            added.append((entry, data, known.get(key)))
        elif (old.data, old.teacher_id) != (data, known.get(key)):
            replaced.append(_fill(old, entry, data, teacher_id=known.get(key), by=by, at=at))
    copying.copy_records(_new(submission, entry, *rest, by=by, at=at) for entry, *rest in added)
    Record.objects.bulk_update(
        replaced,
        ["teacher", "name", "identity_type", "data", "entered_by", "entered_at"],
        batch_size=200,
    )
    written = [entry.hash for entry, *_rest in added] + [old.identity_hash for old in replaced]
    checks.check_persons(submission.pk, written, at=at, issues=issues)
    return len(written)


def recorded(submission: Submission, hashes: Iterable[str]) -> dict[str, Record]:
    """Identity hash → record, of those of these persons whom the submission has."""
    found = submission.records.filter(identity_hash__any_of=list(hashes))
    return {record.identity_hash: record for record in found}


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
    return _fill(
        record or Record(submission=submission),
        entry,
        _derived(asked.form_of(submission), entry),
        teacher_id=_teachers([entry.hash]).get(entry.hash),
        by=by,
        at=at,
    )


def _derived(form: Form, entry: Entry) -> dict:
    if entry.is_derived:
        return entry.data
    return derive.derive(form, entry.data, identity=entry.number, identity_type=entry.identity_type)


def _fill(
    record: Record, entry: Entry, data: dict, *, teacher_id: int | None, by: User, at: datetime
) -> Record:
    number = entry.number
    if record.identity_hash != entry.hash:
        record.identity_hash = entry.hash
        record.identity_sealed = identities.seal(number)
        record.identity_mask = identities.mask(number)
    record.identity_type = entry.identity_type
    record.name = entry.name
    record.data = data
    record.teacher_id = teacher_id
    record.entered_by, record.entered_at = by, at
    return record


def _new(
    submission: Submission,
    entry: Entry,
    data: dict,
    teacher_id: int | None,
    *,
    by: User,
    at: datetime,
) -> copying.NewRecord:
    return copying.NewRecord(
        submission.pk,
        teacher_id,
        entry.name,
        entry.identity_type,
        entry.hash,
        identities.seal(entry.number),
        identities.mask(entry.number),
        data,
        by.pk,
        at,
    )


def _teachers(hashes: Iterable[str]) -> dict[str, int]:
    """Who of these persons is on the register already."""
    found = Teacher.objects.filter(identity_hash__any_of=list(hashes))
    return dict(found.values_list("identity_hash", "pk"))


__all__ = [
    "Entry",
    "IdentityMissing",
    "NotOpenForSchool",
    "NotYourSchool",
    "NothingToExplain",
    "PersonAlreadyRecorded",
    "WordsMissing",
    "explain",
    "recorded",
    "remove_record",
    "save_record",
    "save_records",
    "write_entries",
]
