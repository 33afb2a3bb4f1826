"""Changing the working-day calendar: what moves, what does not, who may, and what is on record."""

import threading
from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.enums import StageKind
from teachers.enums import ChangeKind, Role
from teachers.models import Organisation, Post, SpecialDay, User
from teachers.working_days import Calendars
from tests import changes, rounds
from tests.at_once import at_once
from tests.cast import BEGAN
from tests.invariants import violations
from workflows import actions, acts
from workflows.actions import calendar_changes
from workflows.due_dates import recounted
from workflows.enums import Verdict
from workflows.models import CalendarChange, Reminder, Task

SCHOOLS = [("first_school", "school"), ("second_school", "second"), ("kindergarten",) * 2]


def on(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def due(round, school) -> date:
    return round.newest_task(school).due_date


def keeper(unit: Organisation, role: str = Role.ADMINISTRATOR) -> Post:
    user = User.objects.create(username=f"keeper-{unit.code}-{role}", name="日历员")
    return Post.objects.create(user=user, organisation=unit, role=role, valid_from=BEGAN)


def holiday(unit: Organisation | None, first: date, last: date | None = None, **more):
    more = {"is_working": False, "name": "大雪停课", **more}
    return actions.Declaration(organisation=unit, first_day=first, last_day=last or first, **more)


def change(post: Post, declaration, at: datetime, **more) -> CalendarChange:
    return actions.change_calendar(
        declaration,
        reason=more.pop("reason", "省政府通知"),
        by=more.pop("by", post.user),
        post=post,
        at=at,
        **more,
    )


@pytest.fixture
def returned(round, cast):
    """Wednesday 2 December: the county sent the first school's answer back, due on the 9th."""
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    round.at = on(12, 2)
    round.send_back(cast.first_school, cast.county_reviewer)
    return round


# --- What moves ------------------------------------------------------------------------------
def test_a_holiday_gives_what_counts_working_days_a_day_more(returned, cast):
    done = change(cast.administrator, holiday(None, date(2026, 12, 4)), returned.at)

    assert due(returned, cast.first_school) == date(2026, 12, 10)
    assert due(returned, cast.second_school) == date(2026, 11, 27)
    assert (done.moved_count, done.organisation, done.reason, done.is_working) == (
        1,
        None,
        "省政府通知",
        False,
    )
    assert SpecialDay.objects.filter(day=date(2026, 12, 4)).values_list(
        "organisation", "is_working", "name"
    ).get() == (None, False, "大雪停课")


def test_a_worked_saturday_takes_a_day_away(returned, cast):
    declared = holiday(None, date(2026, 12, 5), is_working=True, name="调休上班")

    assert change(cast.administrator, declared, returned.at).moved_count == 1
    assert due(returned, cast.first_school) == date(2026, 12, 8)


def test_days_on_which_the_clock_stood_are_counted_by_the_new_calendar(returned, cast):
    """Three working days behind the stage's last one, Friday the 4th: until the 9th."""
    returned.at = on(12, 7)
    returned.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    before = due(returned, cast.first_school)
    change(cast.administrator, holiday(None, date(2026, 12, 8)), returned.at)

    assert (before, due(returned, cast.first_school)) == (date(2026, 12, 9), date(2026, 12, 10))


def test_the_last_day_of_a_stage_and_of_an_extension_stay(returned, cast):
    actions.extend(
        returned.campaign,
        stage=StageKind.COLLECTION,
        organisation=cast.first_school,
        until=date(2026, 12, 11),
        reason="停电",
        by=cast.manager.user,
        post=cast.manager,
        at=returned.at,
    )
    done = change(cast.administrator, holiday(None, date(2026, 12, 4)), returned.at)

    assert done.moved_count == 0
    assert due(returned, cast.first_school) == date(2026, 12, 11)


def test_a_change_request_and_problem_data_are_recounted_too(cast):
    teacher = changes.on_the_register(cast.first_school, on(11, 23))
    asked = changes.asked(
        ChangeKind.LEAVE, cast.first_school, teacher, cast.school_clerk, on(12, 2)
    )
    change(cast.administrator, holiday(cast.province, date(2026, 12, 4)), on(12, 2))

    assert Task.objects.open().get(process__change=asked).due_date == date(2026, 12, 8)


def test_a_city_s_days_move_only_what_lies_below_it(round, cast):
    for school, clerk, head, reviewer in [
        (cast.first_school, cast.school_clerk, cast.school_head, cast.county_reviewer),
        (cast.attached_school, cast.attached_clerk, cast.attached_head, cast.university_reviewer),
    ]:
        round.at = on(11, 25)
        round.hand_in(school, clerk, head)
        round.at = on(12, 3)
        round.send_back(school, reviewer)
    done = change(keeper(cast.city), holiday(cast.city, date(2026, 12, 7)), round.at)

    assert done.moved_count == 1
    assert due(round, cast.first_school) == date(2026, 12, 11)
    assert due(round, cast.attached_school) == date(2026, 12, 10)


def test_taking_days_back_moves_due_dates_back(returned, cast):
    change(cast.administrator, holiday(None, date(2026, 12, 3), date(2026, 12, 4)), returned.at)
    between = due(returned, cast.first_school)
    plain = holiday(None, date(2026, 12, 3), date(2026, 12, 4), is_working=None, name="")
    done = change(cast.administrator, plain, returned.at)

    assert (between, due(returned, cast.first_school)) == (date(2026, 12, 11), date(2026, 12, 9))
    assert (done.moved_count, done.is_working) == (1, None)
    assert not SpecialDay.objects.filter(day__in=plain.days).exists()


@pytest.fixture
def back_at_county(round, cast):
    """Tuesday 8 December: the city sent the answer back to the county, due on the 15th."""
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    round.at = on(12, 8)
    round.send_back(cast.first_school, cast.city_reviewer, to="county_review")
    return round


def approve_and_undo(round, cast, at: datetime, between=lambda: None) -> Task:
    post, task = cast.county_reviewer, round.newest_task(cast.first_school)
    who = {"by": post.user, "post": post}
    act = acts.ask(key=uuid4(), tasks=[task.pk], verdict=Verdict.APPROVE, at=at, **who)
    between()
    acts.undo(act, key=uuid4(), at=at + timedelta(minutes=5), **who)
    return round.newest_task(cast.first_school)


def test_a_task_that_an_undo_opened_again_counts_from_where_it_was_opened_first(
    back_at_county, cast
):
    task = approve_and_undo(back_at_county, cast, on(12, 9))
    change(cast.administrator, holiday(None, date(2026, 12, 10)), on(12, 9, 11))

    assert (task.step, task.counted_days, task.due_date) == (
        "county_review",
        5,
        date(2026, 12, 15),
    )
    assert due(back_at_county, cast.first_school) == date(2026, 12, 16)


def test_an_undo_after_a_change_counts_by_the_new_calendar(back_at_county, cast):
    declared = holiday(None, date(2026, 12, 10))
    task = approve_and_undo(
        back_at_county,
        cast,
        on(12, 9),
        between=lambda: change(cast.administrator, declared, on(12, 9)),
    )

    assert task.due_date == date(2026, 12, 16)


def test_who_gets_more_time_is_reminded_anew(returned, cast):
    task = returned.newest_task(cast.first_school)
    Reminder.objects.create(task=task, kind="soon", on=returned.at.date())
    change(cast.administrator, holiday(None, date(2026, 12, 4)), returned.at)

    assert not Reminder.objects.exists()


def test_the_preview_and_the_change_say_the_same(returned, cast):
    declared = holiday(None, date(2026, 12, 4))
    who = {"by": cast.administrator.user, "post": cast.administrator, "at": returned.at}
    found = calendar_changes.preview(declared, **who)
    told = {shift.task.task_id: (shift.old, shift.new) for shift in found.shifts}
    nothing_yet = due(returned, cast.first_school)
    done = change(cast.administrator, declared, returned.at, seen=found.newest)

    task = returned.newest_task(cast.first_school)
    assert told == {task.pk: (date(2026, 12, 9), date(2026, 12, 10))}
    assert (nothing_yet, task.due_date, done.moved_count) == (
        date(2026, 12, 9),
        date(2026, 12, 10),
        1,
    )


def test_a_preview_that_is_out_of_date_is_refused(returned, cast):
    change(cast.administrator, holiday(None, date(2026, 12, 4)), returned.at)

    with pytest.raises(actions.CalendarMoved):
        change(cast.administrator, holiday(None, date(2026, 12, 7)), returned.at, seen=0)
    assert CalendarChange.objects.count() == 1


@pytest.mark.parametrize("schools", [1, 3])
def test_a_change_costs_the_same_for_one_task_and_three(
    round, cast, schools, django_assert_num_queries
):
    for name, who in SCHOOLS[:schools]:
        round.hand_in(cast.units[name], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
        round.send_back(cast.units[name], cast.county_reviewer)
    with CaptureQueriesContext(connection) as queries:
        done = change(cast.administrator, holiday(None, date(2026, 11, 26)), round.at)

    own = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert done.moved_count == schools
    assert len(own) == 11


# --- Who may, and what makes no sense --------------------------------------------------------
@pytest.mark.parametrize(
    ("unit", "role", "whose"),
    [
        ("province", Role.ADMINISTRATOR, [None, "province"]),
        ("province", Role.MANAGER, [None, "province"]),
        ("city", Role.MANAGER, ["city"]),
        ("county", Role.ADMINISTRATOR, ["county"]),  # an autonomous county
        ("neighbour_county", Role.ADMINISTRATOR, []),
        ("university", Role.MANAGER, []),
        ("province", Role.REVIEWER, []),
        ("city", Role.CHIEF, []),
    ],
)
def test_authorities_change_their_own_days_only(cast, now, unit, role, whose):
    post, allowed = keeper(cast.units[unit], role), []
    for name in [None, "province", "city", "county", "neighbour_county", "first_school"]:
        try:
            change(post, holiday(name and cast.units[name], date(2026, 12, 4)), now)
        except actions.NotYourCalendar:
            continue
        allowed.append(name)

    assert allowed == whose


def test_nobody_changes_it_in_another_s_name(cast, now):
    with pytest.raises(actions.NotYourCalendar):
        change(
            cast.administrator,
            holiday(None, date(2026, 12, 4)),
            now,
            by=cast.county_reviewer.user,
        )


@pytest.mark.parametrize(
    "declared",
    [
        {"first": date(2026, 11, 22)},  # over
        {"first": date(2026, 12, 4), "last": date(2026, 12, 3)},
        {"first": date(2026, 12, 1), "last": date(2027, 2, 28)},
        {"first": date(2031, 12, 4)},
        {"first": date(2026, 12, 4), "name": ""},
        {"first": date(2026, 12, 4), "is_working": None},  # nothing to take back
    ],
)
def test_days_that_make_no_sense_are_refused(cast, now, declared):
    with pytest.raises(actions.CannotChangeCalendar):
        change(cast.administrator, holiday(cast.province, **declared), now)
    assert not CalendarChange.objects.exists()


def test_a_reason_is_needed_and_something_to_change(cast, now):
    declared = holiday(None, date(2026, 12, 4))
    with pytest.raises(actions.CannotChangeCalendar):
        change(cast.administrator, declared, now, reason="  ")
    change(cast.administrator, declared, now)
    with pytest.raises(actions.CannotChangeCalendar):
        change(cast.administrator, declared, now)

    assert CalendarChange.objects.count() == 1


# --- The same as a decision of that day would have given ----------------------------------------
#: Behind the last working day on which a clock was stopped and counted.
DAYS = st.dates(date(2026, 11, 28), date(2026, 12, 31))


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    special=st.dictionaries(DAYS, st.booleans(), max_size=12),
    place=st.sampled_from([None, "province", "city", "county", "first_school"]),
    gap=st.integers(0, 9),
)
def test_recounted_days_are_those_of_a_decision_under_the_new_calendar(
    cast, now, special, place, gap
):
    """One campaign lives through the change, its twin has the new calendar from the beginning."""
    marks = []
    for twin in (False, True):
        with_savepoint = rounds.launched(cast, now, code=f"{twin}-{Task.objects.count()}")
        if twin:
            SpecialDay.objects.filter(day__gte=now.date()).delete()
            _declare(cast, place, special)
        _live(with_savepoint, cast, now, gap)
        if not twin:
            before = Calendars.read()
            path = cast.units[place].path if place else ""
            after = before
            for day, works in special.items():
                after = after.with_days(path, [day], works)
            moved = {s.task.task_id: s.new for s in recounted(path, before=before, after=after)}
        tasks = Task.objects.open().filter(campaign=with_savepoint.campaign).order_by("pk")
        marks.append(
            [
                (
                    task.step,
                    task.organisation_id,
                    task.process.organisation_id,
                    task.due_date if twin else moved.get(task.pk, task.due_date),
                )
                for task in tasks.select_related("process")
            ]
        )
    SpecialDay.objects.filter(day__gte=now.date()).delete()

    assert sorted(marks[0]) == sorted(marks[1])


def _declare(cast, place: str | None, special: dict[date, bool]) -> None:
    unit = place and cast.units[place]
    SpecialDay.objects.bulk_create(
        SpecialDay(organisation=unit, day=day, is_working=works, name="日")
        for day, works in special.items()
    )


def _live(round, cast, now, gap: int) -> None:
    """One answer back with its school, one back with the county, one with the city whose clock has
    stood for two days: all that a due date is counted from, `gap` days into the reviews."""
    for name, who in SCHOOLS:
        round.hand_in(cast.units[name], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    round.at = on(11, 25)
    round.send_back(cast.kindergarten, cast.county_reviewer)
    round.at = on(11, 27)
    round.hand_in(cast.kindergarten, cast.kindergarten_clerk, cast.kindergarten_head)
    round.at = on(11, 30) + timedelta(days=gap)
    for name, _who in SCHOOLS[1:]:
        round.decide(cast.units[name], cast.county_reviewer, Verdict.APPROVE)
    round.send_back(cast.first_school, cast.county_reviewer)
    round.send_back(cast.second_school, cast.city_reviewer, to="county_review")


# --- At the same moment ----------------------------------------------------------------------
@pytest.fixture
def filed(transactional_db, reference, cast, now):
    """Three answers on the county's desk, seen by other connections."""
    round = rounds.launched(cast, now)
    for name, who in SCHOOLS:
        round.hand_in(cast.units[name], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    round.at = on(12, 2)
    return round


def test_returns_at_the_same_moment_end_with_due_dates_of_the_new_calendar(filed, cast):
    """Whoever comes first: the return waits for the change, or the change finds its task."""
    results = at_once(
        *(
            lambda name=name: filed.send_back(cast.units[name], cast.county_reviewer)
            for name, _who in SCHOOLS
        ),
        lambda: change(cast.administrator, holiday(None, date(2026, 12, 4)), filed.at),
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert {due(filed, cast.units[name]) for name, _who in SCHOOLS} == {date(2026, 12, 10)}
    assert violations() == {}


def test_a_return_under_way_is_waited_for_and_moved(filed, cast):
    """The return has read the old days and not committed yet when the change begins."""
    read, go_on = threading.Event(), threading.Event()

    def send_back():
        with transaction.atomic():
            receipt = filed.send_back(cast.first_school, cast.county_reviewer)
            read.set()
            go_on.wait(30)
            return receipt

    def change_meanwhile():
        read.wait(30)
        threading.Timer(0.5, go_on.set).start()
        return change(cast.administrator, holiday(None, date(2026, 12, 4)), filed.at)

    receipt, done = at_once(send_back, change_meanwhile)

    assert receipt.refused == []
    assert done.moved_count == 1
    assert due(filed, cast.first_school) == date(2026, 12, 10)


def test_a_return_waits_for_a_change_under_way_and_counts_by_it(filed, cast):
    changed, go_on = threading.Event(), threading.Event()

    def change_slowly():
        with transaction.atomic():
            done = change(cast.administrator, holiday(None, date(2026, 12, 4)), filed.at)
            changed.set()
            go_on.wait(30)
            return done

    def send_back():
        changed.wait(30)
        threading.Timer(0.5, go_on.set).start()
        return filed.send_back(cast.first_school, cast.county_reviewer)

    done, receipt = at_once(change_slowly, send_back)

    assert (done.moved_count, receipt.refused) == (0, [])
    assert due(filed, cast.first_school) == date(2026, 12, 10)


def test_approvals_of_what_moves_and_a_change_do_not_wait_in_a_circle(filed, cast):
    for name, _who in SCHOOLS:
        filed.decide(cast.units[name], cast.county_reviewer, Verdict.APPROVE)
        filed.send_back(cast.units[name], cast.city_reviewer, to="county_review")
    tasks = list(Task.objects.open().for_post(cast.county_reviewer).values_list("pk", flat=True))
    post = cast.county_reviewer

    approved, done = at_once(
        lambda: actions.decide(
            tasks, verdict=Verdict.APPROVE, by=post.user, post=post, at=filed.at
        ),
        lambda: change(cast.administrator, holiday(None, date(2026, 12, 4)), filed.at),
    )

    assert len(approved.done) == 3
    assert done.moved_count in {0, 3}
    assert violations() == {}


def test_two_changes_at_once_come_one_after_the_other(filed, cast):
    filed.send_back(cast.first_school, cast.county_reviewer)

    results = at_once(
        lambda: change(cast.administrator, holiday(None, date(2026, 12, 3)), filed.at),
        lambda: change(cast.manager, holiday(cast.province, date(2026, 12, 4)), filed.at),
    )

    assert [result.moved_count for result in results] == [1, 1]
    assert due(filed, cast.first_school) == date(2026, 12, 11)


def test_more_time_and_a_change_at_once_leave_the_later_day(filed, cast):
    filed.send_back(cast.first_school, cast.county_reviewer)

    results = at_once(
        lambda: actions.extend(
            filed.campaign,
            stage=StageKind.COLLECTION,
            organisation=cast.first_school,
            until=date(2026, 12, 10),
            reason="停电",
            by=cast.manager.user,
            post=cast.manager,
            at=filed.at,
        ),
        lambda: change(
            cast.administrator, holiday(None, date(2026, 12, 3), date(2026, 12, 4)), filed.at
        ),
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert due(filed, cast.first_school) == date(2026, 12, 11)
