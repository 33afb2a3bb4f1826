"""My figures: what waits, what was decided this week, how fast; by colleague for who leads."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from teachers.enums import Role
from teachers.models import Post
from tests import rounds, samples
from tests.colleagues import acting, colleague, ended, given
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Task
from workflows.work_figures import Decided, decided_by, duration_words, figures, first_day

PAGE = "/desk/figures/"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def filed(round) -> rounds.Round:
    """Three schools of the county have handed in on Monday at ten."""
    samples.hand_in(round)
    return round


@pytest.fixture
def sign_in(client):
    def as_(post: Post):
        client.force_login(post.user)
        return client

    return as_


def decide(filed, post: Post, school: str, at: datetime, verdict=Verdict.APPROVE) -> None:
    filed.at = at
    unit = filed.cast.units[school]
    if verdict == Verdict.RETURN:
        filed.send_back(unit, post)
    else:
        filed.decide(unit, post, verdict)


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


# --- What is counted -------------------------------------------------------------------------
def test_a_reviewer_s_decisions_of_the_week_and_their_median_time(filed, cast):
    county = cast.county_reviewer
    decide(filed, county, "first_school", moment(23, 12))
    decide(filed, county, "second_school", moment(24, 10), Verdict.RETURN)
    decide(filed, county, "kindergarten", moment(25, 14))

    assert decided_by(county, at=moment(26)) == {
        ("reviewer", county.user_id): Decided(3, 1, 0, timedelta(days=1))
    }


def test_a_week_ends_on_sunday(filed, cast):
    county = cast.county_reviewer
    decide(filed, county, "first_school", moment(23, 12))

    sunday = decided_by(county, at=moment(29, 23))["reviewer", county.user_id]
    monday = decided_by(county, at=moment(30, 1))["reviewer", county.user_id]

    assert (sunday.this_week, sunday.last_week) == (1, 0)
    assert (monday.this_week, monday.last_week) == (0, 1)
    assert first_day(date(2026, 11, 29)) == moment(23, 0)


def test_what_is_older_than_four_weeks_or_of_another_desk_does_not_count(filed, cast):
    decide(filed, cast.county_reviewer, "first_school", moment(23, 12))

    assert decided_by(cast.county_reviewer, at=moment(23) + timedelta(weeks=4)) == {}
    assert decided_by(cast.city_reviewer, at=moment(24)) == {}
    assert decided_by(cast.neighbour_reviewer, at=moment(24)) == {}


def test_who_acts_for_a_colleague_has_the_decision_in_the_own_figures(filed, cast):
    county, deputy = cast.county_reviewer, cast.county_supervisor.user
    post = acting(given(county, deputy, filed.at))
    actions.decide(
        [filed.task(cast.first_school).pk],
        verdict=Verdict.APPROVE,
        by=deputy,
        post=post,
        at=moment(23, 12),
    )

    assert list(decided_by(county, at=moment(24))) == [("reviewer", deputy.pk)]
    assert [row.decided.this_week for row in figures(post, deputy, at=moment(24)).rows] == [1]
    assert [row.decided.this_week for row in figures(county, county.user, at=moment(24)).rows] == [
        0
    ]


def test_what_waits_is_what_the_person_has_claimed(filed, cast):
    county = cast.county_reviewer
    task = filed.task(cast.first_school)
    actions.claim([task.pk], by=county.user, post=county, at=filed.at)
    Task.objects.filter(pk=task.pk).update(due_date=date(2026, 11, 20))

    found = figures(county, county.user, at=filed.at)

    mine = found.rows[0].colleague
    assert (mine.open, mine.overdue) == (1, 1)
    assert [(one.role, one.open, one.overdue) for one in found.lying] == [("reviewer", 2, 0)]


def test_a_reviewer_sees_nobody_else_and_a_chief_everybody(filed, cast):
    county, second = cast.county_reviewer, colleague(cast.county, "马芳")
    chief = colleague(cast.county, "马局", role=Role.CHIEF)
    decide(filed, second, "first_school", moment(23, 12))

    own = figures(county, county.user, at=moment(24))
    all_ = figures(chief, chief.user, at=moment(24))

    assert [row.colleague.user.name for row in own.rows] == ["马建国"]
    assert [(row.colleague.user.name, row.decided.this_week) for row in all_.rows] == [
        ("马局", 0),
        ("马建国", 0),
        ("马芳", 1),
    ]


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=59), "不足 1 小时"),
        (timedelta(hours=1), "1 小时"),
        (timedelta(hours=3, minutes=30), "3.5 小时"),
        (timedelta(hours=47), "47 小时"),
        (timedelta(days=2), "2 天"),
        (timedelta(days=2, hours=12), "2.5 天"),
        (timedelta(days=12, hours=12), "12 天"),
    ],
)
def test_a_length_of_time_in_words(length, words):
    assert duration_words(length) == words


# --- The page --------------------------------------------------------------------------------
@pytest.fixture
def today(filed) -> rounds.Round:
    """Everything has arrived two hours ago, and decisions are made now."""
    filed.at = timezone.now()
    Task.objects.open().update(created=filed.at - timedelta(hours=2))
    return filed


def test_the_page_stands_beside_my_desk(today, cast, sign_in):
    today.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    client = sign_in(cast.county_reviewer)

    page = client.get(PAGE)

    assert PAGE in client.get("/desk/").content.decode()
    assert page.context["mine"].decided.this_week == 1
    assert "2 小时" in text(page)
    assert "按人员" not in text(page)


def test_a_chief_hands_a_desk_over_from_there(today, cast, sign_in):
    chief = colleague(cast.county, "马局", role=Role.CHIEF)

    page = sign_in(chief).get(PAGE)

    assert "按人员" in text(page)
    assert f"/posts/{cast.county_reviewer.pk}/hand-over/" in page.content.decode()


def test_somebody_who_has_left_stands_there_with_what_is_in_hand(today, cast, sign_in):
    gone = colleague(cast.county, "马丽")
    ids = [today.task(cast.first_school).pk]
    actions.claim(ids, by=gone.user, post=gone, at=today.at)
    ended(gone, timezone.localdate())

    page = sign_in(colleague(cast.county, "马局", role=Role.CHIEF)).get(PAGE)

    assert "马丽 已离岗" in text(page)
    assert f"/posts/{gone.pk}/hand-over/" not in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_colleague_and_for_three(
    today, cast, sign_in, count, django_assert_num_queries
):
    schools = ["first_school", "second_school", "kindergarten"]
    for number, school in enumerate(schools[:count]):
        post = colleague(cast.county, f"同事{number}")
        today.decide(cast.units[school], post, Verdict.APPROVE)
    client = sign_in(colleague(cast.county, "马局", role=Role.CHIEF))
    client.get(PAGE)

    with django_assert_num_queries(8):
        page = client.get(PAGE)
    assert len(page.context["figures"].rows) == count + 2
