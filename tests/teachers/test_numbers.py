from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from teachers.numbers import is_teacher_number, teacher_number

serials = st.integers(1, 999_999_999)


def test_a_number_has_prefix_serial_and_check_character():
    assert teacher_number(1) == "620000000017"
    assert len(teacher_number(123456789)) == 12
    assert is_teacher_number(teacher_number(999_999_999))


def test_the_database_formats_numbers_by_the_same_rule(db):
    wanted = [1, 2, 9, 10, 11, 99, 12345, 330_000, 123_456_789, 999_999_999]
    with connection.cursor() as cursor:
        cursor.execute("SELECT teacher_number(n) FROM unnest(%s::bigint[]) AS n", [wanted])
        made = [row[0] for row in cursor.fetchall()]

    assert made == [teacher_number(serial) for serial in wanted]


@given(serials, st.integers(2, 10), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(serial, place, change):
    number = teacher_number(serial)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]

    assert is_teacher_number(number)
    assert not is_teacher_number(wrong)


@given(serials, st.integers(2, 9))
def test_two_swapped_digits_are_noticed(serial, place):
    number = teacher_number(serial)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert swapped == number or not is_teacher_number(swapped)
