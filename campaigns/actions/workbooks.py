"""Excel in and out: the template of a school, and taking over what it has filled in."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from campaigns import asked, checks, policies
from campaigns.actions.editing import NotOpenForSchool, NotYourSchool, lock_for_editing
from campaigns.actions.records import Entry, recorded, write_entries
from campaigns.enums import ImportState, Severity
from campaigns.models import Record, Submission, WorkbookImport
from campaigns.workbooks import people, reader, template
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
    by, at = outcome.imported_by, outcome.imported_at
    kinds = _identity_types(form)
    tried = _hashes(found, kinds)
    everybody = [key for keys in tried.values() for key in keys]
    submission = lock_for_editing(outcome.submission, by=by, post=post, persons=everybody)
    present = recorded(submission, everybody)
    _match(present, found, form, tried)
    _check(submission, found, form, at)
    failed = [person for person in found if not person.is_sound]
    sound = [person for person in found if person.is_sound]
    taken = sound if sound_rows_only or not failed else []
    if taken:
        entries = [_entry(person) for person in taken]
        issues = {entry.hash: person.issues for entry, person in zip(entries, taken, strict=True)}
        write_entries(submission, entries, by=by, at=at, issues=issues, present=present)
    outcome.rows_count = _rows(found)
    outcome.taken_count = _rows(taken)
    outcome.failed_count = _rows(failed)
    outcome.state = _state(taken, failed)
    if failed:
        returned = write_failed(form, submission.organisation, failed)
        outcome.failed = identities.seal_bytes(returned)
        outcome.message = _message(outcome, failed)[:MESSAGE_LENGTH]
    outcome.save()


def _state(taken: list[Person], failed: list[Person]) -> ImportState:
    if not failed:
        return ImportState.TAKEN
    return ImportState.PARTLY if taken else ImportState.REFUSED


def _rows(found: Iterable[Person]) -> int:
    return sum(len(person.rows) for person in found)


def _entry(person: Person) -> Entry:
    return Entry(person.document, person.number, person.identity_type, is_derived=True)


def _identity_types(form: Form) -> list[str]:
    field = form.field(*IDENTITY_TYPE)
    return list(field.codes.by_code) if field and field.codes else ["1"]


def _hashes(found: list[Person], kinds: list[str]) -> dict[str, list[str]]:
    """Number → hashes of everybody in the workbook, in the order of the types tried: of every type
    where the first sheet has no row."""
    return {
        person.number: [
            identities.search_hash(kind, person.number)
            for kind in ([person.identity_type] if person.rows_of(people.BASIC) else kinds)
        ]
        for person in found
        if person.number
    }


def _match(
    present: dict[str, Record], found: list[Person], form: Form, tried: dict[str, list[str]]
) -> None:
    """Join each person with the record there is; complain where a row belongs to nobody."""
    for person in found:
        if not person.number:
            continue
        named = bool(person.rows_of(people.BASIC))
        keys = tried[person.number]
        record = next((present[key] for key in keys if key in present), None)
        if record is not None and not named:
            person.identity_type = record.identity_type
        elif not named:
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


def _check(submission: Submission, found: list[Person], form: Form, at: datetime) -> None:
    """Put the errors of the rules beside the rows, all of them at once."""
    today = localdate(at)
    for person in found:
        if people.BASIC not in person.document:
            continue
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
