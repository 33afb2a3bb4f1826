"""What stands against a change request. The findings are stored with it and block its way."""

from collections.abc import Iterator
from datetime import date, timedelta

from teachers import rules
from teachers.changes import documents, kinds
from teachers.changes.people import person_of
from teachers.enums import ChangeKind, ChangeState, EmploymentKind, FileStatus
from teachers.models import ChangePolicy, ChangeRequest, Employment, Teacher
from teachers.schema import Form

#: How far ahead something may be agreed.
AHEAD = timedelta(days=366)


def check(change: ChangeRequest, *, on: date) -> list[dict]:
    """Everything that stands against a change on a day, for ChangeRequest.errors.

    Each is {"rule", "params", "set_key", "row", "indicator_key"}; `texts.text` says it in words.
    Reads the file as it stands now; writes nothing.
    """
    teacher = _teacher(change)
    return [
        *_person(change, teacher),
        *_asked(change),
        *_dates(change, teacher, on),
        *_document(change, teacher, on),
    ]


def obstacles(change: ChangeRequest) -> list[dict]:
    """What makes an approved change impossible on its day: the person is not as it was."""
    teacher = _teacher(change)
    return [*_person(change, teacher), *_start(change, teacher)]


def refresh(change: ChangeRequest, *, on: date) -> list[dict]:
    """Check again and store what was found."""
    change.errors = check(change, on=on)
    change.save(update_fields=["errors"])
    return change.errors


def error(rule: str, *, set_key="", row=None, indicator_key="", **params) -> dict:
    """One finding as it is stored."""
    return {
        "rule": rule,
        "params": params,
        "set_key": set_key,
        "row": row,
        "indicator_key": indicator_key,
    }


def _teacher(change: ChangeRequest) -> Teacher | None:
    if change.kind in kinds.ARRIVALS:
        return person_of(change.identity_hash) if change.identity_hash else None
    return Teacher.objects.select_related("organisation", "dossier__revision").get(
        pk=change.teacher_id
    )


# --- The person ------------------------------------------------------------------------------


def _person(change: ChangeRequest, teacher: Teacher | None) -> Iterator[dict]:
    if change.kind in kinds.ARRIVALS:
        yield from _arriving(change, teacher)
        return
    asked = kinds.ASKED[ChangeKind(change.kind)]
    place = change.counterpart if change.kind in kinds.TRANSFERS else change.organisation
    if teacher.organisation_id != place.pk:
        yield error("not_here_any_more", name=teacher.name, school=teacher.organisation.name)
    elif teacher.status not in asked.of:
        yield error("wrong_status", name=teacher.name, **_status(teacher))
    elif change.kind == ChangeKind.RETURN and not _is_away(teacher):
        yield error("not_away", name=teacher.name)
    if not documents.file_of(teacher):
        yield error("no_file", name=teacher.name)
    if change.identity_hash:
        owner = person_of(change.identity_hash)
        if owner is not None and owner.pk != teacher.pk:
            yield error("identity_taken", set_key="basic", mask=change.identity_mask)


def _arriving(change: ChangeRequest, teacher: Teacher | None) -> Iterator[dict]:
    """Somebody known may come back; somebody in service comes by transfer.

    Published by the own school while the request was on its way: nothing stands against it.
    """
    if not change.identity_hash:
        yield error("identity_missing", set_key="basic", indicator_key="id_no")
    elif teacher is None or teacher.status in kinds.ASKED[ChangeKind(change.kind)].of:
        return
    elif teacher.status in kinds.IN_SERVICE:
        here = teacher.organisation_id == change.organisation_id
        if not (here and change.state == ChangeState.APPROVED):
            yield error("already_in_service", name=change.name, school=teacher.organisation.name)
    else:
        yield error("not_to_be_hired", name=change.name, **_status(teacher))


def _status(teacher: Teacher) -> dict[str, str]:
    return {"status": teacher.status}


def _is_away(teacher: Teacher) -> bool:
    beside = teacher.employments.exclude(kind=EmploymentKind.PRIMARY).filter(to_date=None)
    away = ChangeRequest.objects.filter(
        teacher=teacher, state=ChangeState.IN_FORCE, ended_at=None, until_date__isnull=False
    )
    return teacher.status == FileStatus.AWAY or away.exists() or beside.exists()


# --- What the policy and the kind ask --------------------------------------------------------


def _asked(change: ChangeRequest) -> Iterator[dict]:
    asked = kinds.ASKED[ChangeKind(change.kind)]
    policy = ChangePolicy.objects.get(kind=change.kind)
    if policy.evidence_needed and not change.evidence.exists():
        yield error("evidence_missing", evidence=policy.evidence, evidence_en=policy.evidence_en)
    if asked.reason and not change.reason:
        yield error("reason_missing")
    if asked.outside == "needed" and not change.outside:
        yield error("outside_missing")
    if asked.outside == "instead" and not (change.outside or change.counterpart_id):
        yield error("host_missing")
    if asked.statuses and _code(change) not in asked.statuses:
        yield error("status_unknown", set_key="basic", indicator_key="person_status")
    if change.kind in kinds.CORRECTIONS:
        if not change.fields:
            yield error("nothing_changes")
        for set_key, part in change.values.items():
            for key in part if isinstance(part, dict) else ():
                if not documents.may_touch(ChangeKind(change.kind), set_key, key):
                    yield error("not_of_this_kind", field=key, set_key=set_key, indicator_key=key)


def _code(change: ChangeRequest) -> str:
    return (change.values.get("basic") or {}).get("person_status", "")


# --- Dates -----------------------------------------------------------------------------------


def _dates(change: ChangeRequest, teacher: Teacher | None, on: date) -> Iterator[dict]:
    asked = kinds.ASKED[ChangeKind(change.kind)]
    if asked.until == "needed" and change.until_date is None:
        yield error("until_missing")
    if change.effective_date > on + AHEAD:
        yield error("too_far_ahead")
    yield from _start(change, teacher)


def _start(change: ChangeRequest, teacher: Teacher | None) -> Iterator[dict]:
    """Employment never begins before the one before it."""
    if change.kind in kinds.CORRECTIONS or teacher is None:
        return
    newest = Employment.objects.filter(teacher=teacher).primary().order_by("-from_date").first()
    if newest is None:
        return
    floor = newest.to_date if change.kind in kinds.ARRIVALS and newest.to_date else newest.from_date
    if change.effective_date < floor:
        yield error("too_early", day=floor.isoformat())


# --- The resulting document ------------------------------------------------------------------


def _document(change: ChangeRequest, teacher: Teacher | None, on: date) -> Iterator[dict]:
    """What the rules find in the file after the change and did not find before it."""
    if change.kind in kinds.ARRIVALS:
        form = documents.form_of(ChangeKind(change.kind), change.organisation.school_kind)
        known: set[tuple] = set()
    elif change.kind in kinds.CORRECTIONS:
        form = documents.form_of(ChangeKind(change.kind), teacher.organisation.school_kind)
        before = documents.identity_of(ChangeRequest(), teacher)
        known = {_place(issue) for issue in _issues(form, documents.file_of(teacher), before, on)}
    else:
        return
    after = documents.resulting(change, teacher if change.kind in kinds.CORRECTIONS else None)
    for issue in _issues(form, after, documents.identity_of(change, teacher), on):
        if issue.severity == rules.ERROR and _place(issue) not in known:
            yield error(
                issue.rule,
                set_key=issue.set_key,
                row=issue.row,
                indicator_key=issue.indicator_key,
                **issue.params,
            )


def _issues(form: Form, data: dict, identity: tuple[str, str], on: date) -> list[rules.Issue]:
    """What the rules find in the sub-sets that the form asks; `identity` is type and number."""
    id_type, number = identity
    asked = {key: part for key, part in data.items() if key in form.by_key}
    return rules.check(form, asked, identity=number, identity_type=id_type or "1", on=on)


def _place(issue: rules.Issue) -> tuple:
    return issue.rule, issue.set_key, issue.row, issue.indicator_key
