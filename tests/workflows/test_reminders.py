"""The sweep: who is reminded of what, once, in one message a day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.enums import StageKind
from teachers.enums import ChangeKind, Role
from teachers.models import Delegation, Post, SpecialDay, User
from tests import changes, rounds
from tests.at_once import at_once
from tests.bench import reminders, world
from tests.bench.measuring import analyse
from tests.cast import BEGAN
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Message, Reminder, Task

FRIDAY = date(2026, 11, 27)  # the collection's last day
CAMPAIGN = {
    "code": "2026",
    "name": "2026 年度教师信息采集",
    "name_en": "Teacher information 2026",
}


def on(month: int, day: int, hour: int = 8) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def colleague(unit, role: str, name: str, **more) -> Post:
    user = User.objects.create(username=name, name=name)
    return Post.objects.create(
        user=user, organisation=unit, role=role, **{"valid_from": BEGAN, **more}
    )


def told() -> dict[str, str]:
    """Who was told, and the kind of the message."""
    return dict(Message.objects.values_list("user__username", "kind"))


def cells(post: Post) -> list[tuple]:
    """What the person's one digest counts."""
    message = Message.objects.get(user=post.user_id)
    return [
        (row["part"], row["kind"], row["document"], row["count"], row["oldest"])
        for row in message.facts["rows"]
    ]


def noted(task: Task) -> list[str]:
    return sorted(Reminder.objects.filter(task=task).values_list("kind", flat=True))


@pytest.fixture
def with_county(round, cast):
    """The first school's answer on the county's desk, due on Friday 4 December."""
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    Task.objects.open().exclude(organisation=cast.county).update(due_date=date(2027, 3, 1))
    return round


# --- What is said when -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        (on(12, 1), []),
        (on(12, 2), ["soon"]),  # Wednesday: two working days before Friday
        (on(12, 4), ["soon"]),
        (on(12, 7), ["overdue"]),  # Monday
        (on(12, 8), ["overdue"]),
        (on(12, 9), ["escalated", "overdue"]),  # three working days late
    ],
)
def test_a_task_is_spoken_of_before_and_after_its_due_day_and_told_above(
    with_county, cast, day, kinds
):
    actions.remind(at=day)

    assert noted(with_county.task(cast.first_school)) == kinds


def test_the_numbers_of_days_are_settings(with_county, cast, settings):
    settings.DUE_SOON, settings.ESCALATE_AFTER = 4, 1
    actions.remind(at=on(11, 30))
    soon = noted(with_county.task(cast.first_school))
    actions.remind(at=on(12, 7))

    assert soon == ["soon"]
    assert noted(with_county.task(cast.first_school)) == ["escalated", "overdue", "soon"]


def test_days_off_are_not_counted_and_nobody_is_reminded_on_one(with_county, cast):
    """The prefecture keeps a feast on the 3rd and 7th: Friday is two days from Tuesday there."""
    for day in (date(2026, 12, 3), date(2026, 12, 7)):
        SpecialDay.objects.create(organisation=cast.city, day=day, is_working=False, name="节日")
    task = with_county.task(cast.first_school)
    found = []
    for day in (on(12, 1), on(12, 5), on(12, 7), on(12, 8)):
        actions.remind(at=day)
        found.append(noted(task))

    assert found == [["soon"], ["soon"], ["soon"], ["overdue", "soon"]]


def test_a_campaign_that_does_not_collect_yet_reminds_nobody(cast, now):
    campaign = rounds.new_campaign(cast, now)
    actions.launch(campaign, by=cast.manager.user, post=cast.manager, at=now)

    assert actions.remind(at=on(12, 10)).reminders == 0


def test_more_time_begins_the_reminders_anew(with_county, cast):
    actions.remind(at=on(12, 3))
    actions.extend(
        with_county.campaign,
        stage=StageKind.COUNTY_REVIEW,
        organisation=cast.county,
        until=date(2026, 12, 9),
        reason="停电",
        by=cast.manager.user,
        post=cast.manager,
        at=on(12, 3, 9),
    )
    after, task = [], with_county.task(cast.first_school)
    for day in (on(12, 4), on(12, 7)):
        actions.remind(at=day)
        after.append(noted(task))

    assert after == [[], ["soon"]]


# --- To whom -------------------------------------------------------------------------------------
def test_everybody_at_the_desk_gets_one_message_with_the_counts(with_county, cast):
    second = colleague(cast.county, Role.REVIEWER, "second")
    colleague(cast.county, Role.REVIEWER, "gone", valid_to=date(2026, 12, 1))
    colleague(cast.county, Role.REVIEWER, "coming", valid_from=date(2026, 12, 20))
    User.objects.filter(pk=colleague(cast.county, Role.REVIEWER, "closed").user_id).update(
        is_active=False
    )
    result = actions.remind(at=on(12, 2))

    assert (result.reminders, result.people) == (1, 2)
    assert told() == {"county_reviewer": "digest", "second": "digest"}
    assert Message.objects.get(user=second.user).facts == {
        "day": "2026-12-02",
        "oldest": "2026-12-04",
        "rows": [
            {
                "part": "own",
                "kind": "soon",
                "document": "submission",
                "count": 1,
                "oldest": "2026-12-04",
                "page": "workflows:inbox",
                "campaign": CAMPAIGN,
            }
        ],
    }


def test_many_tasks_of_many_kinds_are_one_message(round, cast):
    teacher = changes.on_the_register(cast.first_school, on(11, 20))
    changes.asked(ChangeKind.LEAVE, cast.first_school, teacher, cast.school_clerk, on(11, 23))
    actions.remind(at=on(11, 30))

    assert cells(cast.school_clerk) == [
        ("own", "overdue", "submission", 1, "2026-11-27"),
        ("own", "overdue", "change", 1, "2026-11-26"),
    ]
    assert Message.objects.filter(user=cast.school_clerk.user).count() == 1


def test_who_claimed_a_task_is_told_though_the_post_is_gone(with_county, cast):
    gone = colleague(cast.county, Role.REVIEWER, "gone", valid_to=date(2026, 12, 1))
    Task.objects.filter(pk=with_county.task(cast.first_school).pk).update(owner=gone.user)
    actions.remind(at=on(12, 2))

    assert told() == {"county_reviewer": "digest", "gone": "digest"}


@pytest.mark.parametrize(
    ("scope", "is_told"),
    [
        ({}, True),
        ({"kinds": ["submission"]}, True),
        ({"kinds": ["change"]}, False),
        ({"within": "first_school"}, True),
        ({"within": "second_school"}, False),
        ({"ended_at": on(12, 1)}, False),
        ({"valid_to": date(2026, 12, 2)}, False),
        ({"valid_from": date(2026, 12, 3)}, False),
    ],
)
def test_who_acts_for_a_holder_is_told_within_the_scope(with_county, cast, scope, is_told):
    if "within" in scope:
        scope = {"within": cast.units[scope["within"]]}
    Delegation.objects.create(
        **{
            "post": cast.county_reviewer,
            "to": cast.neighbour_reviewer.user,
            "valid_from": date(2026, 12, 1),
            "valid_to": date(2026, 12, 20),
            "reason": "出差",
            "created_by": cast.county_reviewer.user,
            "created_at": on(12, 1),
            **scope,
        }
    )
    actions.remind(at=on(12, 2))

    assert ("neighbour_reviewer" in told()) is is_told


def test_what_is_late_is_told_to_the_superior_s_reviewers_chiefs_and_managers(with_county, cast):
    colleague(cast.city, Role.CHIEF, "chief")
    colleague(cast.city, Role.MANAGER, "city_manager")
    colleague(cast.city, Role.SUPERVISOR, "city_supervisor")
    actions.remind(at=on(12, 9))

    assert told() == {
        "county_reviewer": "digest",
        "city_reviewer": "escalation",
        "chief": "escalation",
        "city_manager": "escalation",
    }
    assert cells(cast.city_reviewer) == [("below", "escalated", "submission", 1, "2026-12-04")]
    assert cells(cast.county_reviewer) == [
        ("own", "overdue", "submission", 1, "2026-12-04"),
        ("own", "escalated", "submission", 1, "2026-12-04"),
    ]


def test_late_below_and_due_on_the_own_desk_are_one_message(with_county, cast):
    with_county.hand_in(cast.city_school, cast.city_school_clerk, cast.city_school_head)
    actions.remind(at=on(12, 9))

    assert cells(cast.city_reviewer) == [
        ("own", "soon", "submission", 1, "2026-12-11"),
        ("below", "escalated", "submission", 1, "2026-12-04"),
    ]
    assert told()["city_reviewer"] == "digest"


def test_what_is_late_at_the_province_is_told_to_the_province(round, cast):
    round.hand_in(cast.university, cast.university_clerk, cast.university_head)
    Task.objects.open().exclude(organisation=cast.province).update(due_date=date(2027, 3, 1))
    actions.remind(at=on(12, 24))

    assert told() == {"province_reviewer": "digest", "manager": "escalation"}


# --- Once ------------------------------------------------------------------------------------
def test_a_second_sweep_changes_nothing(round, cast):
    actions.remind(at=on(11, 30))
    before = [list(model.objects.order_by("pk").values()) for model in (Reminder, Message)]
    again = actions.remind(at=on(11, 30, 12))

    assert (again.reminders, again.people) == (0, 0)
    assert before == [list(model.objects.order_by("pk").values()) for model in (Reminder, Message)]


def test_the_next_day_speaks_of_what_is_new_only(with_county, cast):
    for day in (on(12, 2), on(12, 3), on(12, 4), on(12, 7)):
        actions.remind(at=day)

    keys = Message.objects.filter(user=cast.county_reviewer.user).order_by("pk")
    assert list(keys.values_list("key", flat=True)) == ["due:2026-12-02", "due:2026-12-07"]


def test_what_comes_later_on_the_same_day_renews_the_day_s_message(with_county, cast):
    """It is unread again and counts both; it has been mailed and is not mailed twice."""
    actions.remind(at=on(12, 2))
    Message.objects.update(read_at=on(12, 2, 9), mailed_at=on(12, 2, 9))
    with_county.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    actions.remind(at=on(12, 2, 12))

    message = Message.objects.get(user=cast.county_reviewer.user)
    assert cells(cast.county_reviewer) == [("own", "soon", "submission", 2, "2026-12-04")]
    assert (message.at, message.read_at, message.mailed_at) == (
        on(12, 2, 12),
        None,
        on(12, 2, 9),
    )


def test_two_sweeps_at_once_tell_everybody_once(transactional_db, reference, cast, now):
    round = rounds.launched(cast, now)
    schools = round.campaign.submissions.count()

    results = at_once(*(lambda: actions.remind(at=on(11, 30)) for _ in range(3)))

    assert sorted(result.reminders for result in results) == [0, 0, schools]
    assert Reminder.objects.count() == schools
    assert Message.objects.count() == len({*Message.objects.values_list("user", flat=True)})


def test_a_sweep_beside_decisions_breaks_neither(transactional_db, reference, cast, now):
    round = rounds.launched(cast, now)
    for name, who in [("first_school", "school"), ("second_school", "second")]:
        round.add_people(cast.units[name], cast.posts[f"{who}_clerk"])

    results = at_once(
        lambda: actions.remind(at=on(11, 30)),
        lambda: round.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT),
        lambda: round.decide(cast.second_school, cast.second_clerk, Verdict.SUBMIT),
    )

    assert not [result for result in results if isinstance(result, Exception)]


# --- Whatever the number -----------------------------------------------------------------------
@pytest.mark.parametrize("due", [3, 15_000])
def test_the_sweep_costs_the_same_for_three_due_tasks_and_fifteen_thousand(db, due):
    """How long it takes is measured by tests/bench/reminders.py."""
    here = world.build(counties=8, schools_in_each=max(1, due // 15), staffed=0)
    reminders.make_due(here, due)
    analyse()  # a table that grew in one day is known by the next
    with CaptureQueriesContext(connection) as queries:
        result = actions.remind(at=world.NOW)

    assert result.reminders == due + due // 3  # the latest are overdue and told above
    assert sum("SAVEPOINT" not in query["sql"] for query in queries) == 5
