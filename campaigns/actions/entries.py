"""Writing the records of many persons: new ones are copied in, the others replaced."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from campaigns import asked, checks, copying
from campaigns.copying import NewRecord
from campaigns.models import Record, Submission
from teachers import derive, resident_cards
from teachers import identity as identities
from teachers.models import Teacher, User
from teachers.rules import Issue
from teachers.schema import Form

NAME_LENGTH = 36


@dataclass(frozen=True)
class Entry:
    """One person as entered: the document without the identity number, and the number itself.

    `hashed` is its search hash where the caller knows it.
    """

    data: dict
    identity: str
    identity_type: str = "1"
    is_derived: bool = False
    hashed: str = ""

    @cached_property
    def number(self) -> str:
        return resident_cards.as_entered(self.identity, self.identity_type)

    @cached_property
    def hash(self) -> str:
        return self.hashed or identities.search_hash(self.identity_type, self.number)

    @property
    def name(self) -> str:
        return str(self.data.get("basic", {}).get("name", ""))[:NAME_LENGTH]


def write_entries(
    submission: Submission, entries: Iterable[Entry], *, by: User, at: datetime
) -> int:
    """The writing part of `save_records`, for a caller that holds the lock already."""
    by_hash = {entry.hash: entry for entry in entries}
    present, known = recorded(submission, by_hash), teachers_of(by_hash)
    writing = Writing(submission, by=by, at=at, present=present, known=known)
    writing.add(by_hash.values())
    return writing.finish()


class Writing:
    """Writes records part by part, inside the transaction of a caller that holds the lock.

    `present` are the records there are (see `recorded`) and `known` the persons on the register
    (see `teachers_of`), both by identity hash and for everybody who will be written. `copy` takes
    in new records: at once, or in a stream that works while the next are made.
    """

    def __init__(
        self,
        submission: Submission,
        *,
        by: User,
        at: datetime,
        present: dict[str, Record],
        known: dict[str, int],
        copy: Callable[[Iterable[NewRecord]], None] = copying.copy_records,
    ) -> None:
        self.submission, self.by, self.at = submission, by, at
        self.present, self.known, self.copy = present, known, copy
        self.form, self.entered_at = asked.form_of(submission), at.isoformat()
        self.added: list[str] = []
        self.replaced: list[Record] = []

    def add(self, entries: Iterable[Entry]) -> None:
        """Write persons of whom none came before. A record that would not change is left alone."""
        self.copy(self._sorted_out(entries))

    def _sorted_out(self, entries: Iterable[Entry]) -> Iterable[NewRecord]:
        """The new ones; the others are kept for the end."""
        for entry in entries:
            old, teacher_id = self.present.get(entry.hash), self.known.get(entry.hash)
            data = derived(self.form, entry)
            if old is None:
                self.added.append(entry.hash)
                yield self._new(entry, data, teacher_id)
            elif (old.data, old.teacher_id) != (data, teacher_id):
                self.replaced.append(
                    filled(old, entry, data, teacher_id=teacher_id, by=self.by, at=self.at)
                )

    def finish(self, issues: dict[str, list[Issue]] | None = None) -> int:
        """Replace the changed ones and check what was written. Returns how many that are.

        `issues` are what the rules found today, by identity hash, where the caller asked already.
        """
        Record.objects.bulk_update(
            self.replaced,
            ["teacher", "name", "identity_type", "data", "entered_by", "entered_at"],
            batch_size=200,
        )
        replaced = [record.identity_hash for record in self.replaced]
        checks.check_persons(self.submission.pk, self.added, replaced, at=self.at, issues=issues)
        return len(self.added) + len(replaced)

    def _new(self, entry: Entry, data: dict, teacher_id: int | None) -> NewRecord:
        return NewRecord(
            self.submission.pk,
            teacher_id,
            entry.name,
            entry.identity_type,
            entry.hash,
            entry.number,
            data,
            self.by.pk,
            self.entered_at,
        )


def recorded(submission: Submission, hashes: Iterable[str]) -> dict[str, Record]:
    """Identity hash → record, of those of these persons whom the submission has."""
    found = submission.records.filter(identity_hash__any_of=list(hashes))
    return {record.identity_hash: record for record in found}


def derived(form: Form, entry: Entry) -> dict:
    if entry.is_derived:
        return entry.data
    return derive.derive(form, entry.data, identity=entry.number, identity_type=entry.identity_type)


def filled(
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


def teachers_of(hashes: Iterable[str]) -> dict[str, int]:
    """Who of these persons is on the register already."""
    found = Teacher.objects.filter(identity_hash__any_of=list(hashes))
    return dict(found.values_list("identity_hash", "pk"))
