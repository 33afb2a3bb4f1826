"""Drawing up a change request: who may, what it holds, and the evidence with it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from teachers import identity as identities
from teachers import resident_cards
from teachers.changes import checks, documents, kinds, locks
from teachers.derive import derive
from teachers.enums import ChangeKind, Role
from teachers.models import Attachment, ChangeRequest, Organisation, Post, Teacher, User
from teachers.models.changes import OPEN_FOR_SCHOOL
from teachers.policies import acts_under, reports_for_own_school
from teachers.refusals import NotAllowed, Refusal


class NotYourChange(NotAllowed):
    code = "not_your_change"


class NotOpenForSchool(Refusal):
    code = "not_open_for_school"


class WrongPerson(Refusal):
    code = "wrong_person"


class WrongPlace(Refusal):
    code = "wrong_place"


class WrongDates(Refusal):
    code = "wrong_dates"


class AlreadyAsked(Refusal):
    code = "already_asked"


def may_ask(post: Post | None, kind: ChangeKind, teacher: Teacher | None = None) -> bool:
    """The clerk asks for everything; a teacher proposes corrections of the own file."""
    if post is None or not post.organisation.school_kind:
        return False
    if post.role == Role.TEACHER:
        own = teacher is not None and post.user.teacher_id == teacher.pk
        return kind in kinds.PROPOSED_BY_TEACHERS and own
    return post.role == Role.CLERK and post.handles("change")


def can_edit(post: Post | None, change: ChangeRequest) -> bool:
    """The clerk of the school that asks, while it is with the school."""
    return (
        post is not None
        and post.role == Role.CLERK
        and post.organisation_id == change.organisation_id
        and post.handles("change")
        and change.state in OPEN_FOR_SCHOOL
    )


def may_take_back(post: Post | None, change: ChangeRequest) -> bool:
    """Clerk and head of the school that asks may recall it or give it up."""
    return reports_for_own_school(post) and post.organisation_id == change.organisation_id


@transaction.atomic
def draft(
    *,
    kind: ChangeKind,
    organisation: Organisation,
    teacher: Teacher | None = None,
    counterpart: Organisation | None = None,
    outside: str = "",
    identity: str = "",
    identity_type: str = "",
    values: dict | None = None,
    reason: str = "",
    effective_date: date,
    until_date: date | None = None,
    evidence: Sequence[Attachment] = (),
    by: User,
    post: Post,
    at: datetime,
) -> ChangeRequest:
    """Draw up a change request of the school; what it lacks yet is noted in its `errors`.

    kind: of transfers inside the province any one will do, the right one follows from both
    schools; the other school is where the teacher's file is. values: see ChangeRequest; of a hire
    the whole document. identity: the number of a new person, or the new number. Holds the fields
    it changes. Raises NotYourChange, WrongPerson, WrongPlace, WrongDates, AlreadyAsked, FieldHeld.
    """
    kind = ChangeKind(kind)
    if not may_ask(post, kind, teacher) or not acts_under(post, by):
        raise NotYourChange(_("Only the clerk of the school asks for this. Switch to that post."))
    if post.organisation_id != organisation.pk:
        raise NotYourChange(_("Only the school itself asks for this change."))
    counterpart = _other_school(kind, organisation, teacher, counterpart)
    if kind in kinds.TRANSFERS:
        kind = kinds.transfer_kind(counterpart, organisation)
    change = ChangeRequest(
        kind=kind,
        organisation=organisation,
        counterpart=counterpart,
        teacher=None if kind in kinds.ARRIVALS else teacher,
        name=teacher.name if teacher else "",
        base_revision_id=getattr(getattr(teacher, "dossier", None), "revision_id", None),
        entered_by=by,
        entered_at=at,
    )
    _write(
        change,
        identity=identity,
        identity_type=identity_type,
        values=values or {},
        outside=outside,
        reason=reason,
        effective_date=effective_date,
        until_date=until_date,
    )
    _save(change)
    change.evidence.set(evidence)
    locks.take(change)
    checks.refresh(change, on=timezone.localdate(at))
    return change


@transaction.atomic
def save(
    change: ChangeRequest,
    *,
    identity: str = "",
    identity_type: str = "",
    values: dict,
    outside: str = "",
    reason: str = "",
    effective_date: date,
    until_date: date | None = None,
    by: User,
    post: Post,
    at: datetime,
) -> ChangeRequest:
    """Write what the clerk has changed and check again. Who it is about and the schools stay.

    An empty identity keeps the one that was entered. Raises NotYourChange, NotOpenForSchool,
    WrongDates, AlreadyAsked, FieldHeld.
    """
    current = _locked(change, by=by, post=post)
    _write(
        current,
        identity=identity,
        identity_type=identity_type,
        values=values,
        outside=outside,
        reason=reason,
        effective_date=effective_date,
        until_date=until_date,
    )
    _save(current)
    locks.take(current)
    checks.refresh(current, on=timezone.localdate(at))
    return current


@transaction.atomic
def attach(
    change: ChangeRequest,
    *,
    evidence: Iterable[Attachment],
    by: User,
    post: Post,
    at: datetime,
) -> ChangeRequest:
    """Add evidence. The school that asks, while it is with it; refuses as `save` does."""
    current = _locked(change, by=by, post=post)
    current.evidence.add(*evidence)
    checks.refresh(current, on=timezone.localdate(at))
    return current


@transaction.atomic
def detach(
    change: ChangeRequest, *, evidence: Attachment, by: User, post: Post, at: datetime
) -> ChangeRequest:
    """Take a piece of evidence out again; the file itself is kept. Refuses as `save` does."""
    current = _locked(change, by=by, post=post)
    current.evidence.remove(evidence)
    checks.refresh(current, on=timezone.localdate(at))
    return current


def _locked(change: ChangeRequest, *, by: User, post: Post) -> ChangeRequest:
    current = (
        ChangeRequest.objects.select_for_update(of=("self",))
        .select_related("organisation", "counterpart", "teacher")
        .get(pk=change.pk)
    )
    if (
        post.role != Role.CLERK
        or post.organisation_id != current.organisation_id
        or not post.handles("change")
        or not acts_under(post, by)
    ):
        raise NotYourChange(_("Only the clerk of the school asks for this. Switch to that post."))
    if current.state not in OPEN_FOR_SCHOOL:
        raise NotOpenForSchool(
            _(
                "The request is “%(state)s” and can no longer be changed here."
                " Recall it, or wait until it is returned."
            )
            % {"state": current.get_state_display()}
        )
    return current


def _other_school(
    kind: ChangeKind,
    organisation: Organisation,
    teacher: Teacher | None,
    counterpart: Organisation | None,
) -> Organisation | None:
    """The school on the other side; refuses a person or a place that cannot be meant."""
    asked = kinds.ASKED[kind]
    if kind in kinds.ARRIVALS:
        return None
    if teacher is None:
        raise WrongPerson(_("Choose the teacher first."))
    if kind in kinds.TRANSFERS:
        if teacher.organisation_id == organisation.pk:
            raise WrongPerson(
                _("%(name)s is on file at your own school already.") % {"name": teacher.name}
            )
        return teacher.organisation
    if teacher.organisation_id != organisation.pk:
        raise WrongPerson(
            _("%(name)s is not on file at your school. Only a transfer is asked by another school.")
            % {"name": teacher.name}
        )
    if not asked.counterpart and asked.outside != "instead":
        return None
    if counterpart is None:
        if asked.outside == "instead":
            return None
        raise WrongPlace(_("Choose the school where the person goes."))
    if counterpart.pk == organisation.pk or not counterpart.school_kind:
        raise WrongPlace(_("Choose another school than your own."))
    return counterpart


def _write(
    change: ChangeRequest,
    *,
    identity: str,
    identity_type: str,
    values: dict,
    outside: str,
    reason: str,
    effective_date: date,
    until_date: date | None,
) -> None:
    if until_date is not None and until_date <= effective_date:
        raise WrongDates(_("The day of return must lie after the first day."))
    kind = ChangeKind(change.kind)
    if kinds.ASKED[kind].until:
        change.until_date = until_date
    change.effective_date = effective_date
    change.reason = " ".join(reason.split())[:500]
    change.outside = " ".join(outside.split())[:120] if kinds.ASKED[kind].outside else ""
    if kind in (*kinds.ARRIVALS, ChangeKind.KEY_CORRECTION):
        _write_identity(change, identity, identity_type)
    change.values = _values(change, values)
    if kind in kinds.ARRIVALS:
        change.name = str((change.values.get("basic") or {}).get("name", ""))[:36]
    change.fields = kinds.held_fields(kind, change.values, identity=bool(change.identity_hash))


def _write_identity(change: ChangeRequest, identity: str, identity_type: str) -> None:
    """Seal a number that was entered; a number the file has already is no change."""
    if not identity:
        return
    kind = identity_type or change.identity_type or resident_cards.RESIDENT_CARD
    number = resident_cards.as_entered(identity, kind)
    found = identities.search_hash(kind, number)
    if change.teacher is not None and change.teacher.identity_hash == found:
        change.identity_type = change.identity_hash = change.identity_sealed = ""
        change.identity_mask = ""
        return
    change.identity_type, change.identity_hash = kind, found
    change.identity_sealed = identities.seal(number)
    change.identity_mask = identities.mask(number)


def _values(change: ChangeRequest, values: dict) -> dict:
    """What is kept of the values: a new person's document complete with what follows from it."""
    kind = ChangeKind(change.kind)
    if kind not in kinds.ARRIVALS:
        if kind in kinds.CORRECTIONS or not kinds.ASKED[kind].statuses:
            return values
        code = (values.get("basic") or {}).get("person_status") or kinds.ASKED[kind].statuses[0]
        return {"basic": {"person_status": code}}
    form = documents.form_of(kind, change.organisation.school_kind)
    id_type, number = documents.identity_of(change, None)
    known = {key: part for key, part in values.items() if key in form.by_key}
    return derive(form, known, identity=number, identity_type=id_type or "1")


def _save(change: ChangeRequest) -> None:
    """Save; a second open hire of the same person is refused by name."""
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as error:
        if "one_open_hire_per_identity" not in str(error):
            raise
        other = (
            ChangeRequest.objects.on_the_way()
            .filter(identity_hash=change.identity_hash, kind__in=kinds.ARRIVALS)
            .exclude(pk=change.pk)
            .select_related("organisation")
            .first()
        )
        raise AlreadyAsked(
            _("The person with the number %(mask)s is asked for already: no. %(pk)s of %(school)s.")
            % {
                "mask": change.identity_mask,
                "pk": other.pk if other else "—",
                "school": other.organisation if other else "—",
            }
        ) from error
