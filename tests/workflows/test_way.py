"""The way of a submission in full: people, working days, what comes next, and the drawing."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from teachers.models import Post, User
from teachers.working_days import Calendar
from tests.cast import BEGAN
from workflows import queries
from workflows.charts import draw
from workflows.way import way


def on(day: int) -> datetime:
    return datetime(2026, 11, day, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def walked(round, cast):
    """Handed in on Tuesday, returned on Thursday, handed in again on Friday."""
    school = (cast.first_school, cast.school_clerk, cast.school_head)
    round.at = on(24)
    round.hand_in(*school)
    round.at = on(26)
    round.send_back(cast.first_school, cast.county_reviewer)
    round.at = on(27)
    round.hand_in(*school)
    return round.submission(cast.first_school)


def read(submission, today=date(2026, 11, 30)):
    return way(submission, queries.path(submission), Calendar(), today)


def test_each_stop_says_who_how_long_and_what_comes_next(walked):
    assert [
        (one.place.step, one.people, one.days, one.visits, one.is_next)
        for one in read(walked).stops
    ] == [
        ("fill", ["汪晓梅"], 2, 2, False),
        ("sign", ["马成龙"], 0, 2, False),
        ("county_review", ["马建国"], 3, 2, False),
        ("city_review", ["妥明"], None, 0, True),
        ("province_review", ["王海燕"], None, 0, False),
    ]


def test_a_desk_of_many_names_three(walked, cast):
    for number in range(4):
        Post.objects.create(
            user=User.objects.create(username=f"r{number}", name=f"同事{number}"),
            organisation=cast.city,
            role="reviewer",
            valid_from=BEGAN,
        )
    city = read(walked).stops[3]
    assert (city.people, city.others) == (["妥明", "同事0", "同事1"], 2)


def test_a_desk_that_nobody_holds_is_seen(walked, cast):
    Post.objects.filter(pk=cast.city_reviewer.pk).update(valid_to=date(2026, 11, 1))
    assert read(walked).stops[3].people == []


def test_the_way_costs_three_queries(walked, django_assert_num_queries):
    places = queries.path(walked)
    with django_assert_num_queries(3):
        way(walked, places, Calendar(), timezone.localdate())


def test_the_drawing_marks_the_way_walked_and_the_returns_taken(walked):
    found = read(walked)
    states = {one.place.step: one.place.state for one in found.stops}
    drawn = draw(states, found.returns)

    assert found.returns == {("county_review", "fill")}
    assert sum(line.walked for line in drawn.lines if line.returns) == 1
    assert [line.walked for line in drawn.lines if not line.returns].count(True) == 4
    untouched = draw(states, set())
    assert not any(line.walked for line in untouched.lines if line.returns)
