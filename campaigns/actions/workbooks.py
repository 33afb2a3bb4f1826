"""Excel in and out: the template of a school, and taking over what it has filled in."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import PurePath

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from campaigns import asked, checks, copying, policies
from campaigns.actions.editing import NotOpenForSchool, NotYourSchool, lock_for_editing
from campaigns.actions.entries import Entry, Writing, recorded, teachers_of
from campaigns.enums import ImportState, Severity
from campaigns.models import Record, Submission, WorkbookImport
from campaigns.workbooks import collector, people, reader, template
from campaigns.workbooks.failed import write_failed
from campaigns.workbooks.guard import WorkbookRefused
from campaigns.workbooks.layout import IDENTITY_TYPE
from campaigns.workbooks.people import Person
from teachers import access, derive
from teachers import identity as identities
from teachers.models import Post, User
from teachers.policies import acts_under
from teachers.schema import Form

MESSAGE_LENGTH = 500
#: So many persons are checked before they are written together.
PART = 1000


def write_workbook(
    *,
    submission: Submission,
    with_records: bool,
    by: User,
    post: Post,
    at: datetime,
    address: str | None = None,
) -> bytes:
    """The template of this school's form as .xlsx, with its records filled in if wanted.

    Side effect: a file with records shows identity numbers in full, so it is written to the
    access log. Raises NotYourSchool.
    """
    if not policies.may_fill(post, submission) or not acts_under(post, by):
        raise NotYourSchool(_("Only the clerk of the school may download its workbook."))
    form = asked.form_of(submission)
    if not with_records:
        return template.write_template(form, submission.organisation)
    records = submission.records.order_by("pk").only("submission", "identity_sealed", "data")
    known = [(identities.unseal(record.identity_sealed), record.data) for record in records]
    access.note(
        "workbook.export",
        f"submission/{submission.pk}: {len(known)}",
        by=by,
        post=post,
        at=at,
        reason=_("Workbook with records"),
        address=address,
        sets=form.by_key,
        organisation=submission.organisation,
    )
    rows = template.rows_of(form, known)
    return template.write_template(form, submission.organisation, rows)


def take_workbook(
    *,
    submission: Submission,
    name: str,
    content: bytes,
    sound_rows_only: bool,
    by: User,
    post: Post,
    at: datetime,
) -> WorkbookImport:
    """Read a filled-in template and write its people into records: all of them or none.

    With `sound_rows_only` those without errors are taken and the others returned. The answer says
    what became of the file and holds the workbook of failed rows; a file that cannot be read at
    all is answered too, with one sentence. Warnings do not hold a person back. Raises only when
    this post may not write here now (NotYourSchool, NotOpenForSchool, CampaignNotRunning).
    """
    name = PurePath(name.replace("\\", "/")).name[:200] or "workbook.xlsx"
    outcome = WorkbookImport(
        submission=submission,
        file_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        imported_by=by,
        imported_at=at,
    )
    with transaction.atomic():
        lock_for_editing(submission, by=by, post=post, persons=[])
    form = asked.form_of(submission)
    with collector.paused():
        try:
            found = people.gather(reader.read(content, name, form))
        except WorkbookRefused as refused:
            return _refused(outcome, str(refused))
        with transaction.atomic():
            _take(outcome, found, form, sound_rows_only=sound_rows_only, post=post)
    return outcome


def _refused(outcome: WorkbookImport, message: str) -> WorkbookImport:
    outcome.state, outcome.message = ImportState.REFUSED, message[:MESSAGE_LENGTH]
    outcome.save()
    return outcome


def _take(
    outcome: WorkbookImport,
    found: list[Person],
    form: Form,
    *,
    sound_rows_only: bool,
    post: Post,
) -> None:
    tried = _hashes(found, _identity_types(form))
    everybody = [key for keys in tried.values() for key in keys]
    submission = lock_for_editing(
        outcome.submission, by=outcome.imported_by, post=post, persons=everybody
    )
    present = recorded(submission, everybody)
    try:
        with transaction.atomic():
            taken, failed = _write(
                outcome, submission, found, form, tried, present, sound_rows_only=sound_rows_only
            )
    except _NothingTaken as nothing:
        taken, failed = [], nothing.failed
    outcome.rows_count = _rows(found)
    outcome.taken_count = _rows(taken)
    outcome.failed_count = _rows(failed)
    outcome.state = _state(taken, failed)
    if failed:
        returned = write_failed(form, submission.organisation, failed)
        outcome.failed = identities.seal_bytes(returned)
        outcome.message = _message(outcome, failed)[:MESSAGE_LENGTH]
    outcome.save()


class _NothingTaken(Exception):
    """Takes back what has been written already, because of these persons."""

    def __init__(self, failed: list[Person]) -> None:
        super().__init__()
        self.failed = failed


def _write(
    outcome: WorkbookImport,
    submission: Submission,
    found: list[Person],
    form: Form,
    tried: dict[str, list[str]],
    present: dict[str, Record],
    *,
    sound_rows_only: bool,
) -> tuple[list[Person], list[Person]]:
    """Check everybody, a few at a time, and write the sound ones while the next are checked.

    Returns who was taken and who failed. Raises _NothingTaken when all or nobody is wanted.
    """
    taken: list[Person] = []
    failed: list[Person] = []
    by, at, today = outcome.imported_by, outcome.imported_at, localdate(outcome.imported_at)
    known = teachers_of(key for keys in tried.values() for key in keys)
    with copying.stream() as stream:
        writing = Writing(submission, by=by, at=at, present=present, known=known, copy=stream.copy)
        for start in range(0, len(found), PART):
            part = found[start : start + PART]
            for person in part:
                _match(person, form, present, tried)
                _check(person, form, submission, today)
            failed += [person for person in part if not person.is_sound]
            if sound_rows_only or not failed:
                sound = [person for person in part if person.is_sound]
                writing.add(map(_entry, sound))
                taken += sound
    if failed and not sound_rows_only:
        raise _NothingTaken(failed)
    if taken:
        writing.finish({person.hash: person.issues for person in taken if person.issues})
    return taken, failed


def _state(taken: list[Person], failed: list[Person]) -> ImportState:
    if not failed:
        return ImportState.TAKEN
    return ImportState.PARTLY if taken else ImportState.REFUSED


def _rows(found: Iterable[Person]) -> int:
    return sum(len(person.rows) for person in found)


def _entry(person: Person) -> Entry:
    return Entry(
        person.document, person.number, person.identity_type, is_derived=True, hashed=person.hash
    )


def _identity_types(form: Form) -> list[str]:
    field = form.field(*IDENTITY_TYPE)
    return list(field.codes.by_code) if field and field.codes else ["1"]


def _hashes(found: list[Person], kinds: list[str]) -> dict[str, list[str]]:
    """Number → hashes of everybody in the workbook, in the order of the types tried: of every type
    where the first sheet has no row."""
    search_hash = identities.hasher()
    return {
        person.number: [
            search_hash(kind, person.number)
            for kind in ([person.identity_type] if person.rows_of(people.BASIC) else kinds)
        ]
        for person in found
        if person.number
    }


def _match(
    person: Person, form: Form, present: dict[str, Record], tried: dict[str, list[str]]
) -> None:
    """Join a person with the record there is; complain where a row belongs to nobody."""
    if not person.number:
        return
    is_named = bool(person.rows_of(people.BASIC))
    keys = tried[person.number]
    person.hash = next((key for key in keys if key in present), keys[0])
    record = present.get(person.hash)
    if record is not None and not is_named:
        person.identity_type = record.identity_type
    elif not is_named:
        _complain_stranger(person, form)
    people.assemble(person, form, record.data if record else None)
    person.document = derive.derive(
        form, person.document, identity=person.number, identity_type=person.identity_type
    )


def _complain_stranger(person: Person, form: Form) -> None:
    sheet = form.by_key[people.BASIC].name
    for row in person.rows:
        row.complain(
            _("No row of “%(sheet)s” has this identity number.") % {"sheet": sheet},
            row.source.sheet.columns[0],
        )


def _check(person: Person, form: Form, submission: Submission, today: date) -> None:
    """Put the errors of the rules beside the rows, all of them at once."""
    if people.BASIC not in person.document:
        return
    person.issues = checks.issues_of(
        submission,
        form,
        person.document,
        number=person.number,
        kind=person.identity_type,
        on=today,
    )
    for issue in person.issues:
        if issue.severity == Severity.ERROR:
            person.complain_about(issue)


def _message(outcome: WorkbookImport, failed: list[Person]) -> str:
    """Names the file, how many failed, and the first row with its reason."""
    first = next(row for person in failed for row in person.rows if row.complaints)
    count = {
        "file": outcome.file_name,
        "failed": outcome.failed_count,
        "rows": outcome.rows_count,
        "sheet": first.source.sheet.title,
        "row": first.source.number,
        "reason": first.sentence(),
    }
    if outcome.state == ImportState.PARTLY:
        return (
            _(
                "“%(file)s”: %(failed)s of %(rows)s rows were held back, the others are taken"
                " over. First: “%(sheet)s” row %(row)s %(reason)s"
            )
            % count
        )
    return (
        _(
            "“%(file)s”: %(failed)s of %(rows)s rows cannot be taken over, so nothing was."
            " First: “%(sheet)s” row %(row)s %(reason)s"
        )
        % count
    )


__all__ = ["NotOpenForSchool", "WorkbookRefused", "take_workbook", "write_workbook"]
