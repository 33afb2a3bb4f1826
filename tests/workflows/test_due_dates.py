"""Until when each desk has time: stages, working days, and the clock that stands still."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teachers.enums import ChangeKind
from teachers.models import SpecialDay
from teachers.working_days import HOLD
from tests import changes
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Case, Task


def on(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    year = 2026 if month > 6 else 2027
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


def due(round, school) -> date:
    return round.newest_task(school).due_date


def clock(round, school) -> tuple[date | None, int]:
    case = Case.objects.get(submission=round.submission(school))
    return case.stopped_on, case.stopped_days


def hand_in_again(round, cast, at: datetime) -> None:
    round.at = at
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)


def recall(round, cast, at: datetime) -> None:
    actions.recall(
        round.submission(cast.first_school),
        by=cast.school_clerk.user,
        post=cast.school_clerk,
        at=at,
    )


@pytest.fixture
def with_county(round, cast):
    """The first school's answer on the county's desk."""
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    return round


def test_a_desk_has_time_until_its_stage_ends(with_county, cast):
    task = with_county.newest_task(cast.first_school)

    assert (task.due_date, task.counted_days) == (date(2026, 12, 4), None)


def test_a_return_gives_the_school_the_campaign_s_working_days(with_county, cast):
    with_county.at = on(12, 2)
    with_county.send_back(cast.first_school, cast.county_reviewer)
    task = with_county.newest_task(cast.first_school)

    assert (task.due_date, task.counted_days) == (date(2026, 12, 9), 5)


def test_a_return_before_the_stage_ends_never_takes_days_away(with_county, cast):
    with_county.at = on(11, 16)
    with_county.send_back(cast.first_school, cast.county_reviewer)

    assert due(with_county, cast.first_school) == date(2026, 11, 27)


def test_the_clock_stands_still_while_the_school_corrects(with_county, cast):
    """Back from Wednesday to Monday: three working days that the county gets on top."""
    with_county.at = on(12, 2)
    with_county.send_back(cast.first_school, cast.county_reviewer)
    stopped = clock(with_county, cast.first_school)
    with_county.at = on(12, 4)
    with_county.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)
    with_the_head = clock(with_county, cast.first_school)
    with_county.at = on(12, 7)
    with_county.decide(cast.first_school, cast.school_head, Verdict.SIGN)

    assert stopped == with_the_head == (date(2026, 12, 2), 0)
    assert clock(with_county, cast.first_school) == (None, 3)
    assert due(with_county, cast.first_school) == date(2026, 12, 9)


def test_later_levels_get_the_days_too(with_county, cast):
    with_county.at = on(12, 2)
    with_county.send_back(cast.first_school, cast.county_reviewer)
    hand_in_again(with_county, cast, on(12, 7))
    with_county.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    assert due(with_county, cast.first_school) == date(2026, 12, 16)


def test_two_returns_add_up(with_county, cast):
    for sent_back, handed_in in [(on(11, 30), on(12, 1)), (on(12, 3), on(12, 7))]:
        with_county.at = sent_back
        with_county.send_back(cast.first_school, cast.county_reviewer)
        hand_in_again(with_county, cast, handed_in)

    assert clock(with_county, cast.first_school) == (None, 3)
    assert due(with_county, cast.first_school) == date(2026, 12, 9)


def test_a_recall_stops_the_clock_like_a_return(with_county, cast):
    recall(with_county, cast, on(12, 1))
    stopped = clock(with_county, cast.first_school)
    hand_in_again(with_county, cast, on(12, 3))

    assert stopped == (date(2026, 12, 1), 0)
    assert clock(with_county, cast.first_school) == (None, 2)
    assert due(with_county, cast.first_school) == date(2026, 12, 8)


def test_a_recall_from_the_head_s_desk_stops_nothing(round, cast):
    round.add_people(cast.first_school, cast.school_clerk)
    round.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)
    recall(round, cast, on(11, 24))

    assert clock(round, cast.first_school) == (None, 0)


def test_a_return_to_the_county_only_does_not_stop_the_clock(with_county, cast):
    with_county.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    with_county.at = on(12, 8)
    with_county.send_back(cast.first_school, cast.city_reviewer, to="county_review")
    task = with_county.newest_task(cast.first_school)

    assert clock(with_county, cast.first_school) == (None, 0)
    assert (task.step, task.due_date, task.counted_days) == ("county_review", date(2026, 12, 15), 5)


def test_the_head_s_own_return_does_not_stop_the_clock(round, cast):
    round.add_people(cast.first_school, cast.school_clerk)
    round.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)
    round.at = on(11, 26)
    round.send_back(cast.first_school, cast.school_head)

    assert clock(round, cast.first_school) == (None, 0)
    assert due(round, cast.first_school) == date(2026, 12, 3)


def test_holidays_are_neither_given_nor_counted(with_county, cast):
    """New Year 2027 is a Friday: it adds a day to the answer, and none to the clock."""
    with_county.at = on(12, 30)
    with_county.send_back(cast.first_school, cast.county_reviewer)
    answer_by = due(with_county, cast.first_school)
    hand_in_again(with_county, cast, on(1, 4))

    assert answer_by == date(2027, 1, 7)
    assert clock(with_county, cast.first_school) == (None, 2)


def test_the_prefecture_s_own_day_counts_for_its_desks_only(round, cast):
    SpecialDay.objects.create(
        organisation=cast.city, day=date(2026, 12, 4), is_working=False, name="本州节日"
    )
    for school, clerk, head, reviewer in [
        (cast.first_school, cast.school_clerk, cast.school_head, cast.county_reviewer),
        (cast.attached_school, cast.attached_clerk, cast.attached_head, cast.university_reviewer),
    ]:
        round.at = on(11, 25)
        round.hand_in(school, clerk, head)
        round.at = on(12, 3)
        round.send_back(school, reviewer)

    assert due(round, cast.first_school) == date(2026, 12, 11)
    assert due(round, cast.attached_school) == date(2026, 12, 10)


def test_a_change_request_has_the_working_days_of_its_policy_at_each_desk(cast):
    """Wednesday 30 December: New Year is a holiday, a day of the county's own as well."""
    SpecialDay.objects.create(
        organisation=cast.county, day=date(2027, 1, 4), is_working=False, name="本县节日"
    )
    teacher = changes.on_the_register(cast.first_school, on(11, 23))
    change = changes.asked(
        ChangeKind.LEAVE, cast.first_school, teacher, cast.school_clerk, on(12, 30)
    )
    opened = Task.objects.open().get(process__change=change)
    changes.decide(change, cast.school_clerk, Verdict.SUBMIT, on(12, 31))
    moved = Task.objects.open().get(process__change=change)

    assert (opened.counted_days, moved.counted_days) == (3, 3)
    assert (opened.due_date, moved.due_date) == (date(2027, 1, 6), date(2027, 1, 7))


def test_a_day_begins_at_midnight_of_the_office(with_county, cast):
    """One minute before midnight and at midnight in Lanzhou; both are the day before in UTC."""
    with_county.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    for school, at in [
        (cast.first_school, on(12, 1, 23, 59)),
        (cast.second_school, on(12, 2, 0, 0)),
    ]:
        with_county.at = at
        with_county.send_back(school, cast.county_reviewer)

    assert due(with_county, cast.first_school) == date(2026, 12, 8)
    assert due(with_county, cast.second_school) == date(2026, 12, 9)


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.RETURN])
def test_due_dates_cost_one_statement_at_most_whatever_the_size(round, cast, verdict):
    """An approval reads what they go by with its first task; who counts days asks by itself."""
    for school, clerk, head in [
        (cast.first_school, cast.school_clerk, cast.school_head),
        (cast.second_school, cast.second_clerk, cast.second_head),
        (cast.kindergarten, cast.kindergarten_clerk, cast.kindergarten_head),
    ]:
        round.hand_in(school, clerk, head)
    tasks = list(Task.objects.open().for_post(cast.county_reviewer).values_list("pk", flat=True))
    grounds = {"reasons": [changes.reason()], "words": "请核对。"}
    for some in (tasks[:1], tasks[1:]):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            actions.decide(
                some,
                verdict=verdict,
                by=cast.county_reviewer.user,
                post=cast.county_reviewer,
                at=on(12, 1) + timedelta(hours=1),
                **(grounds if verdict == Verdict.RETURN else {}),
            )
        asked = [q["sql"] for q in queries if "EXECUTE engine_timetables" in q["sql"]]
        counting = [sql for sql in asked if sql.startswith(HOLD)]
        assert len(asked) == (1 if verdict == Verdict.RETURN else 0)
        assert counting == asked
