"""Teacher numbers issued in bulk: to everybody one, to nobody another's."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from teachers import publishing
from teachers.models import IndexVersion, Teacher, TeacherNumber
from teachers.numbers import PREFIX, SERIAL_DIGITS, is_teacher_number
from tests import cast as cast_module
from tests.at_once import at_once

FILL = """
INSERT INTO teachers_intake (identity_type, identity_hash, identity_sealed, identity_mask,
    organisation_id, index_version_id, data, source, entered_by_id)
SELECT '1', lpad(n::text, 64, '0'), 'k1:', '620102********0031', %(school)s, %(version)s,
       '{"basic": {"name": "马晓兰", "sex": "2", "birth_date": "1990-01-01",
                   "school_start": "2015-09"}}', 'campaign/2026', %(by)s
FROM generate_series(%(first)s, %(last)s) AS n
"""


def publish(cast, now, first: int, last: int) -> publishing.Published:
    """Publish the persons with these serials, in one transaction."""
    version = IndexVersion.objects.get(code="2026")
    with transaction.atomic():
        publishing.open_intake()
        with connection.cursor() as cursor:
            cursor.execute(
                FILL,
                {
                    "school": cast.first_school.pk,
                    "version": version.pk,
                    "by": cast.school_clerk.user_id,
                    "first": first,
                    "last": last,
                },
            )
        return publishing.publish_intake(by=cast.province_reviewer.user, at=now)


def issued() -> list[str]:
    return list(TeacherNumber.objects.order_by("number").values_list("number", flat=True))


def assert_one_person_one_number(people: int) -> None:
    """Everybody holds one well-formed live number, the one in the list of numbers."""
    held = list(Teacher.objects.order_by("number").values_list("number", flat=True))
    live = TeacherNumber.objects.filter(is_live=True)
    assert len(held) == people
    assert issued() == held
    assert len(set(held)) == people
    assert all(map(is_teacher_number, held))
    assert live.count() == live.values("teacher").distinct().count() == people


def test_two_thousand_numbers_in_one_go_are_all_different(reference, cast, now):
    published = publish(cast, now, 1, 2000)

    assert published == publishing.Published(files=2000, new_persons=2000, numbers_issued=2000)
    assert_one_person_one_number(2000)


def test_the_serials_of_one_go_follow_one_another(reference, cast, now):
    publish(cast, now, 1, 500)

    serials = sorted(int(number[len(PREFIX) :][:SERIAL_DIGITS]) for number in issued())
    assert serials == list(range(serials[0], serials[0] + 500))


def test_publishing_again_issues_no_second_number(reference, cast, now):
    publish(cast, now, 1, 50)
    before = issued()

    again = publish(cast, now, 1, 60)

    assert again == publishing.Published(files=60, new_persons=10, numbers_issued=10)
    assert set(before) < set(issued())
    assert_one_person_one_number(60)


class Interrupted(Exception):
    pass


def publish_and_fail(*args) -> None:
    with transaction.atomic():
        publish(*args)
        raise Interrupted


def test_a_number_of_a_publication_that_failed_is_not_issued_to_two(reference, cast, now):
    with pytest.raises(Interrupted):
        publish_and_fail(cast, now, 1, 20)

    assert issued() == []
    publish(cast, now, 11, 30)
    assert_one_person_one_number(20)


def test_the_database_refuses_a_second_holder_a_second_number_and_a_removal(reference, cast, now):
    publish(cast, now, 1, 2)
    one, other = Teacher.objects.order_by("number")

    with pytest.raises(IntegrityError), transaction.atomic():
        Teacher.objects.filter(pk=one.pk).update(number=other.number)
    with pytest.raises(IntegrityError, match="one_live_number_per_teacher"), transaction.atomic():
        TeacherNumber.objects.create(number="62X", teacher=one, issued_at=now)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        TeacherNumber.objects.filter(pk=one.number).delete()


class TestTwoWorkers:
    """Two publications at the same moment, each on a connection of its own."""

    @pytest.fixture
    def stage(self, transactional_db, reference):
        return cast_module.gather()

    def test_at_once_never_issue_a_number_twice(self, stage, now):
        results = at_once(
            lambda: publish(stage, now, 1, 2000), lambda: publish(stage, now, 2001, 4000)
        )

        assert (
            results == [publishing.Published(files=2000, new_persons=2000, numbers_issued=2000)] * 2
        )
        assert_one_person_one_number(4000)

    def test_with_the_same_people_give_each_of_them_one_number(self, stage, now):
        results = at_once(
            lambda: publish(stage, now, 1, 300), lambda: publish(stage, now, 101, 400)
        )

        assert sum(one.new_persons for one in results) == 400
        assert sum(one.numbers_issued for one in results) == 400
        assert sum(one.files for one in results) == 600
        assert_one_person_one_number(400)
