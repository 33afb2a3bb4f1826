"""Held fields, days of change and return, merged files: what may never go wrong with a person."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import InternalError, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from campaigns import publication
from campaigns.models import Record
from teachers import identity
from teachers.changes import editing, merging, sweeping
from teachers.changes.locks import FieldHeld
from teachers.changes.merging import CannotMerge
from teachers.enums import ChangeKind, ChangeState
from teachers.models import (
    ChangeRequest,
    Employment,
    FieldLock,
    FormerIdentity,
    Post,
    Teacher,
    TeacherNumber,
)
from teachers.refusals import Refusal
from teachers.state_machines import legal_moves
from tests import changes, staff
from tests.at_once import at_once
from tests.invariants import violations
from tests.staff import card
from workflows.models import Task

Kind = ChangeKind
MARITAL = {"values": {"basic": {"marital": "10"}}}


@pytest.fixture
def teacher(cast, now):
    return staff.employed(cast.first_school, now)


def up_to_county(cast):
    return cast.school_clerk, cast.school_head, cast.county_reviewer


def test_a_held_field_names_the_request_that_holds_it(cast, teacher, now):
    first = staff.ask(Kind.CORRECTION, cast.school_clerk, now, teacher=teacher, **MARITAL)

    with pytest.raises(FieldHeld, match=f"第 {first.pk} 号申请") as refused:
        staff.ask(Kind.CORRECTION, cast.school_clerk, now, teacher=teacher, **MARITAL)

    assert refused.value.lock.change == first
    staff.ask(
        Kind.CORRECTION,
        cast.school_clerk,
        now,
        teacher=teacher,
        values={"contact": {"email": None}},
    )


def test_two_at_once_do_not_hold_one_field(transactional_db, reference, cast, now):
    teacher = staff.employed(cast.first_school, now)

    results = at_once(
        *[
            lambda: staff.ask(
                Kind.CORRECTION, cast.school_clerk, now, teacher=teacher, proof=[], **MARITAL
            )
        ]
        * 2
    )

    assert sorted(type(result).__name__ for result in results) == ["ChangeRequest", "FieldHeld"]
    assert FieldLock.objects.count() == ChangeRequest.objects.count() == 1


def test_the_same_person_is_not_hired_twice_at_once(cast, now):
    staff.ask(Kind.HIRE, cast.school_clerk, now, **staff.newcomer(cast.first_school))

    with pytest.raises(editing.AlreadyAsked):
        staff.ask(Kind.HIRE, cast.second_clerk, now, **staff.newcomer(cast.second_school))


@pytest.mark.parametrize("before", ChangeState.values)
def test_the_database_refuses_every_illegal_move(cast, teacher, now, before):
    change = staff.ask(Kind.CORRECTION, cast.school_clerk, now, teacher=teacher, **MARITAL)
    legal = set(legal_moves(ChangeRequest))
    row = _copy(change, before)
    row.save()
    for after in ChangeState.values:
        if after == before or (before, after) in legal:
            continue
        with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
            ChangeRequest.objects.filter(pk=row.pk).update(state=after)


def _copy(change: ChangeRequest, state: str) -> ChangeRequest:
    return ChangeRequest(
        kind=change.kind,
        state=state,
        organisation=change.organisation,
        teacher=change.teacher,
        name=change.name,
        effective_date=change.effective_date,
        entered_by=change.entered_by,
        entered_at=change.entered_at,
    )


def test_what_is_approved_today_comes_into_force_on_its_day(cast, teacher, now):
    day = now.date() + timedelta(days=10)
    change = staff.ask(Kind.RETIREMENT, cast.school_clerk, now, teacher=teacher, day=day)
    states = changes.walk(change, now, *up_to_county(cast))

    early = sweeping.sweep(at=now + timedelta(days=9))
    on_time = sweeping.sweep(at=now + timedelta(days=10))
    again = sweeping.sweep(at=now + timedelta(days=11))

    teacher.refresh_from_db()
    assert states[-1] == "approved"
    assert [early, on_time, again] == [
        sweeping.Swept(0, 0, 0),
        sweeping.Swept(1, 0, 0),
        sweeping.Swept(0, 0, 0),
    ]
    assert (teacher.status, teacher.dossier.revision.effective_on) == ("retired", day)
    assert Employment.objects.get(teacher=teacher).to_date == day


def test_a_secondment_ends_by_itself_on_its_day_of_return(cast, teacher, now):
    back = now.date() + timedelta(days=30)
    change = staff.ask(
        Kind.SECONDMENT,
        cast.school_clerk,
        now,
        teacher=teacher,
        outside="东乡族自治县教育局",
        until_date=back,
        values={"basic": {"person_status": "201"}},
    )
    changes.walk(change, now, *up_to_county(cast))

    swept = sweeping.sweep(at=now + timedelta(days=30))

    teacher = Teacher.objects.get(pk=teacher.pk)
    assert swept == sweeping.Swept(begun=0, lapsed=0, ended=1)
    assert teacher.dossier.revision.data["basic"]["person_status"] == "100"
    assert teacher.dossier.revision.source == f"change/{change.pk}/end"


def test_a_death_makes_an_approved_transfer_lapse(cast, teacher, now):
    day = now.date() + timedelta(days=10)
    transfer = staff.ask(Kind.TRANSFER_WITHIN, cast.second_clerk, now, teacher=teacher, day=day)
    changes.walk(
        transfer, now, cast.second_clerk, cast.second_head, cast.county_reviewer, cast.school_head
    )
    death = staff.ask(Kind.DEATH, cast.school_clerk, now, teacher=teacher)
    changes.walk(death, now, *up_to_county(cast))

    call_command("enforce_changes")
    sweeping.sweep(at=now + timedelta(days=10))

    transfer.refresh_from_db()
    assert (death.state, transfer.state) == ("in_force", "withdrawn")
    assert [error["rule"] for error in transfer.errors] == ["wrong_status"]
    assert not FieldLock.objects.exists()


def test_who_left_comes_back_under_the_same_number_even_by_a_former_identity(cast, teacher, now):
    number = teacher.number
    key = staff.ask(
        Kind.KEY_CORRECTION,
        cast.school_clerk,
        now,
        teacher=teacher,
        identity=card(106),
        reason="换证",
    )
    changes.walk(key, now, *up_to_county(cast), cast.city_reviewer, cast.province_reviewer)
    gone = staff.ask(Kind.RESIGNATION, cast.school_clerk, now, teacher=teacher)
    changes.walk(gone, now, *up_to_county(cast))

    hire = staff.ask(
        Kind.HIRE, cast.second_clerk, now, **staff.newcomer(cast.second_school, serial=102)
    )
    changes.walk(
        hire,
        now,
        cast.second_clerk,
        cast.second_head,
        cast.county_reviewer,
        cast.city_reviewer,
        cast.province_reviewer,
    )

    back = Teacher.objects.get()
    assert (back.number, back.status, back.organisation) == (number, "active", cast.second_school)
    assert FormerIdentity.objects.get().teacher == back
    assert TeacherNumber.objects.count() == 1


def test_a_merged_number_points_to_the_kept_one(cast, teacher, now):
    other = staff.employed(cast.neighbour_school, now, serial=104)

    revision = merging.merge(teacher, other, by=cast.city_reviewer.user, at=now, source="merge")

    other.refresh_from_db()
    assert (other.status, other.merged_into) == ("merged", teacher)
    dead = TeacherNumber.objects.get(pk=other.number)
    assert (dead.is_live, dead.points_to_id) == (False, teacher.number)
    assert revision.teacher == teacher
    assert other.revisions.count() == 1
    with pytest.raises(CannotMerge):
        merging.merge(teacher, other, by=cast.city_reviewer.user, at=now, source="merge")


def test_a_file_with_an_open_change_is_not_merged_away(cast, teacher, now):
    other = staff.employed(cast.neighbour_school, now, serial=104)
    staff.ask(Kind.RETIREMENT, cast.neighbour_clerk, now, teacher=other)

    with pytest.raises(CannotMerge, match="退休"):
        merging.merge(teacher, other, by=cast.city_reviewer.user, at=now, source="merge")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["hire", "report", "report", "leave_school", "transfer", "identity", "merge", "sweep"]
        ),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    max_size=7,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_no_way_through_the_register_gives_one_person_two_numbers_or_two_one(
    round, cast, now, steps
):
    with transaction.atomic():
        for step, who, where in steps:
            try:
                with transaction.atomic():
                    _do(step, who, where, round, now)
                    event(f"done: {step}")
            except (Refusal, AssertionError):
                pass
        live = TeacherNumber.objects.filter(is_live=True)
        assert violations() == {}
        owners = list(live.values_list("teacher", flat=True))
        hashes = list(Teacher.objects.values_list("identity_hash", flat=True))
        hashes += list(FormerIdentity.objects.values_list("identity_hash", flat=True))
        assert len(owners) == len(set(owners))
        assert len(hashes) == len(set(hashes))
        assert not live.filter(teacher__status="merged").exists()
        for dead in TeacherNumber.objects.filter(is_live=False).select_related("points_to"):
            assert dead.points_to.is_live
        transaction.set_rollback(True)


def _do(step: str, who: int, where: int, round, now) -> None:
    """One step of a life, through the public actions; what is refused changes nothing."""
    cast = round.cast
    clerks = [cast.school_clerk, cast.second_clerk, cast.neighbour_clerk]
    clerk, serial = clerks[where], 102 + 2 * who
    people = list(Teacher.objects.exclude(status="merged").order_by("pk"))
    if step == "hire":
        change = staff.ask(
            Kind.HIRE, clerk, now, proof=None, **staff.newcomer(clerk.organisation, serial=serial)
        )
    elif step == "report":
        _report(round, clerk, serial, now)
        return
    elif step == "sweep" or not people:
        sweeping.sweep(at=now)
        return
    else:
        person = people[who % len(people)]
        if step == "merge":
            merging.merge(person, people[where % len(people)], by=clerk.user, at=now, source="m")
            return
        own = next((c for c in clerks if c.organisation_id == person.organisation_id), clerk)
        change = {
            "leave_school": lambda: staff.ask(Kind.RESIGNATION, own, now, teacher=person),
            "transfer": lambda: staff.ask(Kind.TRANSFER_WITHIN, clerk, now, teacher=person),
            "identity": lambda: staff.ask(
                Kind.KEY_CORRECTION, own, now, teacher=person, identity=card(serial), reason="更正"
            ),
        }[step]()
    assert change.errors == []
    _approve(change, now)


def _report(round, clerk: Post, serial: int, now) -> None:
    """The school reports the person with this card in the campaign, and the province accepts."""
    submission = round.submission(clerk.organisation)
    number, data = card(serial), staff.newcomer(clerk.organisation, serial=serial)["values"]
    Record.objects.get_or_create(
        submission=submission,
        identity_hash=identity.search_hash("1", number),
        defaults={
            "name": data["basic"]["name"],
            "identity_sealed": identity.seal(number),
            "identity_mask": identity.mask(number),
            "data": {key: data[key] for key in ("basic", "contact")},
            "entered_by": clerk.user,
            "entered_at": now,
        },
    )
    publication.publish([submission.pk], by=round.cast.province_reviewer.user, at=now)


def _approve(change: ChangeRequest, now) -> None:
    """Everybody on its route says yes."""
    while task := Task.objects.open().filter(process__change=change).first():
        post = Post.objects.get(organisation=task.organisation, role=task.role)
        changes.walk(change, now, post)
