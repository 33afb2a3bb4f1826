"""The calendar on screen: the year for everybody, the change for those who keep it."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from teachers import notice
from teachers.enums import Role
from teachers.models import Post, SpecialDay, User
from teachers.working_days import calendar_of
from tests.cast import BEGAN
from workflows import actions
from workflows.models import CalendarChange, Task


@pytest.fixture
def counted(round, cast) -> Task:
    """A task of the first school, due on the fifth working day from today."""
    tasks = Task.objects.filter(pk=round.task(cast.first_school).pk)
    today = timezone.localdate()
    for days in range(14):  # the two weeks ahead are worked from Monday to Friday
        day = today + timedelta(days=days)
        SpecialDay.objects.update_or_create(
            organisation=cast.county,
            day=day,
            defaults={"is_working": day.weekday() < 5, "name": "平日"},
        )
    due = calendar_of(cast.first_school).after(today, 5)
    tasks.update(counted_days=5, created=timezone.now(), due_date=due)
    round.campaign.stages.update(starts_on=today - timedelta(days=9), ends_on=today)
    return tasks.get()


def snow_day() -> date:
    """The next day from Monday to Friday."""
    ahead = (timezone.localdate() + timedelta(days=days) for days in range(1, 4))
    return next(day for day in ahead if day.weekday() < 5)


def keeper(unit) -> Post:
    user = User.objects.create(username="keeper", name="日历员", notice_version=notice.VERSION)
    return Post.objects.create(
        user=user, organisation=unit, role=Role.ADMINISTRATOR, valid_from=BEGAN
    )


def asked(first: date, **more) -> dict:
    return {
        "whose": "country",
        "becomes": "off",
        "first_day": first,
        "last_day": "",
        "name": "大雪停课",
        "name_en": "Snow",
        "reason": "省政府通知",
        **more,
    }


def test_the_year_shows_holidays_make_up_days_and_whose_they_are(cast, client):
    SpecialDay.objects.create(
        organisation=cast.city, day=date(2026, 5, 27), is_working=False, name="古尔邦节"
    )
    SpecialDay.objects.create(
        organisation=cast.neighbour_county, day=date(2026, 5, 28), is_working=False, name="别县节日"
    )
    client.force_login(cast.school_clerk.user)
    page = client.get("/calendar/?year=2026").content.decode()

    assert 'title="古尔邦节"' in page
    assert "临夏回族自治州" in page
    assert "别县节日" not in page
    assert re.search(r'class="made-up" title="[^"]+">14<', page)  # 14 February is worked
    assert re.search(r'class="off" title="元旦">1<', page)


def test_the_year_costs_the_same_whatever_is_declared(cast, client, django_assert_num_queries):
    client.force_login(cast.county_reviewer.user)
    client.get("/calendar/?year=2026")
    for year in (2026, 2040):
        with django_assert_num_queries(6):
            client.get(f"/calendar/?year={year}")


@pytest.mark.parametrize("year", ["1999", "99999", "x", "２０２６", ""])
def test_a_year_that_makes_no_sense_shows_one_that_does(cast, client, year):
    client.force_login(cast.county_reviewer.user)

    assert client.get("/calendar/", {"year": year}).status_code == 200


def test_a_change_is_previewed_and_carried_out_only_when_confirmed(counted, cast, client):
    client.force_login(cast.administrator.user)
    declared = asked(snow_day(), whose="622926")
    county = keeper(cast.county)
    client.force_login(county.user)
    preview = client.post("/calendar/change/", declared)
    untouched = (
        CalendarChange.objects.count(),
        Task.objects.get(pk=counted.pk).due_date,
    )
    seen = re.search(r'name="seen" value="(\d+)"', preview.content.decode())[1]
    done = client.post("/calendar/change/", {**declared, "seen": seen, "confirm": "1"}, follow=True)

    assert preview.context["total"] == 1
    assert f"{counted.due_date}" in preview.content.decode()
    assert untouched == (0, counted.due_date)
    assert "1 件待办的期限随之调整" in done.content.decode()
    assert "省政府通知" in done.content.decode()
    assert Task.objects.get(pk=counted.pk).due_date > counted.due_date


def test_a_preview_that_is_out_of_date_is_shown_again(counted, cast, client):
    county = keeper(cast.county)
    client.force_login(county.user)
    declared = asked(snow_day(), whose="622926")
    actions.change_calendar(
        actions.Declaration(cast.county, date(2027, 6, 1), date(2027, 6, 1), False, "校庆"),
        reason="通知",
        by=county.user,
        post=county,
        at=timezone.now(),
    )
    answer = client.post("/calendar/change/", {**declared, "seen": "0", "confirm": "1"})

    assert "日历又有变更" in answer.content.decode()
    assert CalendarChange.objects.count() == 1


def test_what_was_filled_in_can_be_changed(cast, client):
    client.force_login(cast.administrator.user)
    answer = client.post(
        "/calendar/change/", asked(timezone.localdate() + timedelta(days=9), back="1")
    )

    assert answer.status_code == 200
    assert "大雪停课" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"first_day": "2020-01-01"}, "2020-01-01 已过"),
        ({"name": ""}, "请填写名称"),
        ({"whose": "622926"}, "622926"),
        ({"becomes": "ordinary", "whose": "620000"}, "没有设定特殊日期"),
        ({"first_day": "2026-02-30"}, "日期"),
    ],
)
def test_a_refusal_stands_on_the_page_with_what_was_filled_in(cast, client, wrong, words):
    client.force_login(cast.administrator.user)
    answer = client.post(
        "/calendar/change/", asked(timezone.localdate() + timedelta(days=9)) | wrong
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "省政府通知" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_all_that_would_move_is_listed_page_by_page(
    counted, round, cast, client, count, django_assert_num_queries
):
    schools = [cast.first_school, cast.second_school, cast.kindergarten][:count]
    for school in schools:
        Task.objects.filter(pk=round.task(school).pk).update(
            counted_days=5, created=counted.created, due_date=counted.due_date
        )
    client.force_login(keeper(cast.county).user)
    query = asked(snow_day(), whose="622926")
    client.get("/calendar/change/moves/", query)
    with django_assert_num_queries(9):
        page = client.get("/calendar/change/moves/", query)

    assert len(page.context["rows"]) == count


def test_a_list_without_a_change_leads_back_to_the_form(cast, client):
    client.force_login(cast.administrator.user)

    assert client.get("/calendar/change/moves/").url == "/calendar/change/"


def test_changes_are_read_by_those_whom_they_touch(cast, client, now):
    for unit, name in [(None, "全国"), (cast.city, "本州")]:
        post = cast.administrator if unit is None else keeper(unit)
        actions.change_calendar(
            actions.Declaration(unit, date(2026, 12, 4), date(2026, 12, 4), False, name + "放假"),
            reason=f"{name}通知",
            by=post.user,
            post=post,
            at=datetime.fromisoformat("2026-11-23T10:00+08:00"),
        )
    found = []
    for post in (cast.school_clerk, cast.attached_clerk):
        client.force_login(post.user)
        page = client.get("/calendar/?year=2026").content.decode()
        found.append(("全国通知" in page, "本州通知" in page))

    assert found == [(True, True), (True, False)]
