"""Working days: weekends, holidays, make-up days; of the country and of authorities."""

from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from teachers import reference
from teachers.data_files import rows_of
from teachers.models import SpecialDay
from teachers.working_days import Calendar, Calendars, calendar_of

PLAIN = Calendar()
SHIPPED = Calendar(
    {date.fromisoformat(r["day"]): r["is_working"] == "yes" for r in rows_of("special_days.csv")}
)
days = st.dates(date(2024, 12, 1), date(2027, 2, 28))
calendars = st.builds(
    Calendar, st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 31)), st.booleans())
)
counts = st.integers(1, 40)


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        ("2026-11-23", 0, "2026-11-23"),  # a Monday
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-11-27", 1, "2026-11-30"),  # a Friday
        ("2026-11-28", 0, "2026-11-30"),  # a Saturday
        ("2026-11-28", 1, "2026-11-30"),
    ],
)
def test_saturdays_and_sundays_do_not_count(day, count, result):
    assert PLAIN.after(date.fromisoformat(day), count) == date.fromisoformat(result)


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        ("2026-02-13", 1, "2026-02-14"),  # the Saturday before the festival is worked
        ("2026-02-13", 2, "2026-02-24"),  # nine days off: 15 to 23 February
        ("2026-02-20", 0, "2026-02-24"),
        ("2026-02-27", 1, "2026-02-28"),  # the Saturday after it is worked, too
        ("2026-02-27", 2, "2026-03-02"),
        ("2026-02-09", 10, "2026-02-28"),
        ("2025-12-31", 1, "2026-01-04"),  # a Sunday
        ("2026-09-18", 1, "2026-09-20"),  # a Sunday before National Day
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),  # a Saturday after it
        ("2025-01-27", 1, "2025-02-05"),
        ("2025-09-30", 2, "2025-10-10"),
        ("2025-09-30", 3, "2025-10-11"),  # a Saturday
    ],
)
def test_the_festivals_of_2025_and_2026_are_off_and_their_make_up_days_are_worked(
    day, count, result
):
    assert SHIPPED.after(date.fromisoformat(day), count) == date.fromisoformat(result)


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2026-02-13", "2026-02-24", 2),  # the worked Saturday and the first day back
        ("2026-02-14", "2026-02-23", 0),
        ("2026-01-31", "2026-02-28", 16),  # 20 weekdays, 6 of them off, 2 Saturdays worked
        ("2026-09-30", "2026-10-10", 3),
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-24", "2026-11-23", 0),
    ],
)
def test_the_days_between_are_counted_by_the_same_calendar(first, last, count):
    assert SHIPPED.between(date.fromisoformat(first), date.fromisoformat(last)) == count


def test_holidays_with_a_date_of_their_own_are_free_in_years_without_a_notice():
    """1 January and 1 October 2027 are Fridays; 4 October 2027 would need a notice."""
    assert [PLAIN.is_working(date(2027, *day)) for day in [(1, 1), (10, 1), (10, 4)]] == [
        False,
        False,
        True,
    ]


@given(calendars, days, counts)
def test_between_undoes_after(calendar, day, count):
    assert calendar.between(day, calendar.after(day, count)) == count


@given(calendars, days, counts)
def test_a_due_date_is_worked_and_later_counts_fall_later(calendar, day, count):
    due = calendar.after(day, count)

    assert calendar.is_working(due)
    assert due < calendar.after(day, count + 1)
    assert due <= calendar.after(day + timedelta(days=1), count)


@given(calendars, st.tuples(days, days, days).map(sorted))
def test_counts_add_up(calendar, three):
    first, middle, last = three

    assert calendar.between(first, last) == calendar.between(first, middle) + calendar.between(
        middle, last
    )


def test_the_nearest_authority_has_the_last_word():
    day, other = date(2026, 5, 27), date(2026, 5, 28)
    calendars = Calendars(
        [
            ("62/6229/622926/", day, True),
            ("62/6229/", day, False),
            ("62/6229/", other, False),
            ("", day, True),
        ]
    )

    assert [calendars.of(path).is_working(day) for path in ["62/", "62/6229/"]] == [True, False]
    assert calendars.of("62/6229/622926/2162/").is_working(day)
    assert not calendars.of("62/6229/622926/2162/").is_working(other)
    assert calendars.of("62/") is calendars.of("62/6201/")


def test_the_day_of_a_prefecture_holds_below_it_only(cast, django_assert_num_queries):
    """As a prefecture would enter a festival of its own."""
    festival = date(2026, 11, 25)
    SpecialDay.objects.create(
        organisation=cast.city, day=festival, is_working=False, name="本州节日"
    )

    with django_assert_num_queries(1):
        calendars = Calendars.read()

    units = [cast.first_school, cast.county, cast.city, cast.province, cast.attached_school]
    works = [False, False, False, True, True]
    assert [calendars.of(unit.path).is_working(festival) for unit in units] == works
    assert [calendar_of(unit).is_working(festival) for unit in units] == works


def test_a_change_is_seen_at_once(cast):
    day = date(2026, 11, 25)
    before = calendar_of(cast.county).is_working(day)
    SpecialDay.objects.create(day=day, is_working=False, name="临时放假")

    assert (before, calendar_of(cast.county).is_working(day)) == (True, False)


def test_loading_leaves_a_year_alone_that_has_days_already(db):
    SpecialDay.objects.filter(day__year=2026).exclude(day="2026-01-01").delete()
    SpecialDay.objects.filter(day__year=2025).delete()
    out = StringIO()

    call_command("load_reference", stdout=out)

    assert "34 special days; 33 rows written" in out.getvalue()
    assert SpecialDay.objects.filter(day__year=2026).count() == 1
    assert reference.load().written == 0


def test_the_day_changes_at_midnight_in_the_office_not_in_greenwich():
    """Half past midnight on Tuesday in Lanzhou is still Monday in UTC."""
    monday = datetime(2026, 11, 23, 15, 59, tzinfo=ZoneInfo("UTC"))

    counted = [PLAIN.after(timezone.localdate(at), 1) for at in (monday, monday + timedelta(0, 60))]

    assert counted == [date(2026, 11, 24), date(2026, 11, 25)]
