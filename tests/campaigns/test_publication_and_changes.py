"""A submission and a change of the same person: what is newer stays in the file."""

from datetime import timedelta

import pytest

from campaigns import publication
from campaigns.models import Record
from teachers import identity
from teachers.enums import ChangeKind
from teachers.models import Employment, Teacher, TeacherNumber
from teachers.publishing import with_newer
from tests import changes, staff
from tests.staff import card


@pytest.fixture
def reported(round, cast, now):
    """A teacher of the first school, and her record as the school has entered it."""
    teacher = staff.employed(cast.first_school, now - timedelta(days=1))
    submission = round.submission(cast.first_school)
    file = teacher.dossier.revision.data
    record = Record.objects.create(
        submission=submission,
        teacher=teacher,
        name=teacher.name,
        identity_hash=teacher.identity_hash,
        identity_sealed=teacher.identity_sealed,
        identity_mask=teacher.identity_mask,
        data={
            "basic": {**file["basic"], "marital": "20", "ict": "1", "name": "马晓岚"},
            "contact": {"mobile": "13911112222"},
        },
        entered_by=cast.school_clerk.user,
        entered_at=now,
    )
    return teacher, record


def enforce(kind, cast, at, *way, teacher, clerk=None, **more):
    """Ask and let everybody say yes; the change is in force at once."""
    clerk = clerk or cast.school_clerk
    change = staff.ask(kind, clerk, at, teacher=teacher, **more)
    states = changes.walk(change, at, clerk, *way)
    assert states[-1] == "in_force", change.errors
    return change


def publish(record, cast, at):
    publication.publish([record.submission_id], by=cast.province_reviewer.user, at=at)
    return Teacher.objects.select_related("dossier__revision", "organisation").get(
        pk=Record.objects.get(pk=record.pk).teacher_id
    )


def test_what_a_change_has_corrected_since_the_record_was_entered_stays(reported, cast, now):
    teacher, record = reported
    enforce(
        ChangeKind.CORRECTION,
        cast,
        now + timedelta(hours=1),
        cast.school_head,
        cast.county_reviewer,
        teacher=teacher,
        values={"basic": {"marital": "10"}},
    )

    basic = publish(record, cast, now + timedelta(days=9)).dossier.revision.data["basic"]

    assert (basic["marital"], basic["ict"]) == ("10", "1")


def test_a_record_entered_after_the_change_wins(reported, cast, now):
    teacher, record = reported
    enforce(
        ChangeKind.CORRECTION,
        cast,
        now - timedelta(hours=1),
        cast.school_head,
        cast.county_reviewer,
        teacher=teacher,
        values={"basic": {"marital": "10"}},
    )

    basic = publish(record, cast, now + timedelta(days=9)).dossier.revision.data["basic"]

    assert basic["marital"] == "20"


def test_a_new_identity_number_stays_and_the_old_one_makes_no_second_person(reported, cast, now):
    teacher, record = reported
    enforce(
        ChangeKind.KEY_CORRECTION,
        cast,
        now + timedelta(hours=1),
        cast.school_head,
        cast.county_reviewer,
        cast.city_reviewer,
        cast.province_reviewer,
        teacher=teacher,
        values={"basic": {"name": "马小兰"}},
        identity=card(106),
        reason="公安更正",
    )

    published = publish(record, cast, now + timedelta(days=9))

    assert (published.pk, published.identity_mask) == (teacher.pk, identity.mask(card(106)))
    assert (published.name, published.number) == ("马小兰", teacher.number)
    assert Teacher.objects.count() == TeacherNumber.objects.count() == 1


def test_who_has_retired_meanwhile_stays_retired(reported, cast, now):
    teacher, record = reported
    enforce(
        ChangeKind.RETIREMENT,
        cast,
        now + timedelta(hours=1),
        cast.school_head,
        cast.county_reviewer,
        teacher=teacher,
    )

    published = publish(record, cast, now + timedelta(days=9))

    assert published.status == "retired"
    assert published.dossier.revision.data["basic"]["person_status"] == "301"
    assert not Employment.objects.filter(teacher=teacher, to_date=None).exists()
    assert published.dossier.revision.data["basic"]["ict"] == "1"


def test_who_has_been_transferred_meanwhile_stays_with_the_new_school(reported, cast, now):
    teacher, record = reported
    enforce(
        ChangeKind.TRANSFER_WITHIN,
        cast,
        now + timedelta(hours=1),
        cast.second_head,
        cast.county_reviewer,
        cast.school_head,
        teacher=teacher,
        clerk=cast.second_clerk,
    )

    published = publish(record, cast, now + timedelta(days=9))

    assert published.organisation == cast.second_school
    assert published.dossier.revision.organisation == cast.second_school
    assert Employment.objects.get(teacher=teacher, to_date=None).organisation == cast.second_school


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        (["basic.name"], {"basic": {"name": "乙", "ict": "1"}, "work": [1]}),
        (["work"], {"basic": {"name": "甲", "ict": "1"}, "work": [2]}),
        (
            ["contact"],
            {"basic": {"name": "甲", "ict": "1"}, "work": [1], "contact": {"email": "e"}},
        ),
        (["status"], {"basic": {"name": "甲", "ict": "1", "person_status": "204"}, "work": [1]}),
        (["basic.ict"], {"basic": {"name": "甲"}, "work": [1]}),
    ],
)
def test_newer_fields_come_from_the_file(newer, expected):
    data = {"basic": {"name": "甲", "ict": "1"}, "work": [1]}
    file = {"basic": {"name": "乙", "person_status": "204"}, "work": [2], "contact": {"email": "e"}}

    assert with_newer(data, file, newer) == expected
