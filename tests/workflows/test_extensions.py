"""More time for one unit: who gives it, whom it reaches, and that nobody slips through."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from campaigns.enums import StageKind
from campaigns.models import CampaignStage
from teachers.enums import Role
from teachers.models import Delegation, Post, User
from tests import rounds
from tests.at_once import at_once
from tests.cast import BEGAN
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Extension, Task

SCHOOLS = [("first_school", "school"), ("second_school", "second"), ("kindergarten",) * 2]


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def give(round, post, unit, until, stage=StageKind.COLLECTION, **more) -> actions.Extended:
    return actions.extend(
        round.campaign,
        stage=stage,
        organisation=unit,
        until=until,
        reason=more.pop("reason", "停电三天"),
        by=more.pop("by", post.user),
        post=post,
        at=more.pop("at", round.at),
    )


def due(round, school) -> date:
    return round.newest_task(school).due_date


def test_a_school_gets_more_time_from_the_county_and_no_other_school_does(round, cast):
    given = give(round, cast.county_reviewer, cast.first_school, date(2026, 12, 2))

    assert given.moved == 1
    assert due(round, cast.first_school) == date(2026, 12, 2)
    assert due(round, cast.second_school) == date(2026, 11, 27)
    assert Extension.objects.values_list(
        "organisation", "stage", "until", "reason", "by", "post", "at"
    ).get() == (
        cast.first_school.pk,
        "collection",
        date(2026, 12, 2),
        "停电三天",
        cast.county_reviewer.user_id,
        cast.county_reviewer.pk,
        round.at,
    )


def test_the_head_s_task_that_comes_later_gets_the_day_too(round, cast):
    give(round, cast.county_reviewer, cast.first_school, date(2026, 12, 2))
    round.add_people(cast.first_school, cast.school_clerk)
    round.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)

    assert due(round, cast.first_school) == date(2026, 12, 2)


def test_an_authority_s_extension_of_the_collection_reaches_all_schools_below_it(round, cast):
    given = give(round, cast.manager, cast.county, date(2026, 12, 2))

    assert given.moved == 3
    assert {due(round, cast.units[name]) for name, _who in SCHOOLS} == {date(2026, 12, 2)}
    assert due(round, cast.neighbour_school) == date(2026, 11, 27)


def test_schools_of_two_counties_decided_together_get_the_days_each_gets_alone(round, cast):
    for school, who, reviewer in [
        ("first_school", "school", cast.county_reviewer),
        ("second_school", "second", cast.county_reviewer),
        ("neighbour_school", "neighbour", cast.neighbour_reviewer),
    ]:
        round.hand_in(cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
        round.decide(cast.units[school], reviewer, Verdict.APPROVE)
    give(round, cast.manager, cast.province, date(2026, 12, 22), StageKind.PROVINCE_REVIEW)
    together = [round.task(cast.first_school).pk, round.task(cast.neighbour_school).pk]
    round.decide(cast.second_school, cast.city_reviewer, Verdict.APPROVE)

    actions.decide(
        together,
        verdict=Verdict.APPROVE,
        by=cast.city_reviewer.user,
        post=cast.city_reviewer,
        at=round.at,
    )

    schools = [cast.first_school, cast.second_school, cast.neighbour_school]
    assert [due(round, school) for school in schools] == [date(2026, 12, 22)] * 3


def test_more_time_for_a_review_reaches_open_and_coming_tasks_of_that_desk(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    given = give(round, cast.city_reviewer, cast.county, date(2026, 12, 9), StageKind.COUNTY_REVIEW)
    round.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    round.hand_in(cast.neighbour_school, cast.neighbour_clerk, cast.neighbour_head)

    assert given.moved == 1
    assert due(round, cast.first_school) == date(2026, 12, 9)
    assert due(round, cast.second_school) == date(2026, 12, 9)
    assert due(round, cast.neighbour_school) == date(2026, 12, 4)


def test_a_city_s_extension_of_the_county_review_reaches_its_counties(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    give(round, cast.manager, cast.city, date(2026, 12, 9), StageKind.COUNTY_REVIEW)
    round.hand_in(cast.neighbour_school, cast.neighbour_clerk, cast.neighbour_head)

    assert due(round, cast.first_school) == due(round, cast.neighbour_school) == date(2026, 12, 9)


def test_an_extension_never_takes_days_away(round, cast):
    """A return on 1 December gives until the 8th; the extension until the 2nd changes nothing."""
    give(round, cast.county_reviewer, cast.first_school, date(2026, 12, 2))
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    round.at = on(12, 1)
    round.send_back(cast.first_school, cast.county_reviewer)

    assert due(round, cast.first_school) == date(2026, 12, 8)


def test_the_latest_of_several_extensions_holds(round, cast):
    give(round, cast.county_reviewer, cast.first_school, date(2026, 12, 3))
    give(round, cast.manager, cast.county, date(2026, 12, 1))
    round.add_people(cast.first_school, cast.school_clerk)
    round.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)

    assert due(round, cast.first_school) == date(2026, 12, 3)
    assert due(round, cast.second_school) == date(2026, 12, 1)
    assert Extension.objects.count() == 2


def test_a_chief_gives_time_like_a_reviewer(round, cast):
    chief = Post.objects.create(
        user=User.objects.create(username="chief", name="马局"),
        organisation=cast.county,
        role=Role.CHIEF,
        valid_from=BEGAN,
    )

    assert give(round, chief, cast.first_school, date(2026, 12, 2)).moved == 1


@pytest.mark.parametrize(
    ("who", "unit"),
    [
        ("county_reviewer", "county"),  # nobody helps himself
        ("county_reviewer", "neighbour_school"),
        ("neighbour_reviewer", "first_school"),
        ("county_supervisor", "first_school"),
        ("school_head", "first_school"),
        ("administrator", "first_school"),
    ],
)
def test_others_give_no_time(round, cast, who, unit):
    with pytest.raises(actions.NotYourUnit):
        give(round, cast.posts[who], cast.units[unit], date(2026, 12, 2))
    assert not Extension.objects.exists()


def test_a_colleague_acts_for_the_reviewer_within_the_scope(round, cast):
    colleague = cast.neighbour_reviewer.user
    post = Post.objects.select_related("organisation").get(pk=cast.county_reviewer.pk)
    post.delegation = Delegation(post=post, to=colleague, kinds=[], within=cast.first_school)

    given = give(round, post, cast.first_school, date(2026, 12, 2), by=colleague)
    with pytest.raises(actions.NotYourUnit):
        give(round, post, cast.second_school, date(2026, 12, 2), by=colleague)

    assert (given.extension.by, given.extension.post) == (colleague, post)


@pytest.mark.parametrize(
    ("who", "unit", "stage", "until"),
    [
        ("county_reviewer", "first_school", StageKind.COLLECTION, date(2026, 11, 27)),  # no gain
        ("county_reviewer", "first_school", StageKind.COLLECTION, date(2026, 12, 5)),  # own end
        ("manager", "county", StageKind.COLLECTION, date(2026, 12, 26)),  # the campaign's end
        ("manager", "first_school", StageKind.COUNTY_REVIEW, date(2026, 12, 8)),  # not its stage
        ("manager", "county", StageKind.PREPARATION, date(2026, 12, 8)),
    ],
)
def test_a_day_or_stage_that_makes_no_sense_is_refused_with_a_reason(
    round, cast, who, unit, stage, until
):
    with pytest.raises(actions.CannotExtend):
        give(round, cast.posts[who], cast.units[unit], until, stage)
    assert not Extension.objects.exists()


def test_a_day_gone_by_is_refused(round, cast):
    with pytest.raises(actions.CannotExtend):
        give(round, cast.county_reviewer, cast.first_school, date(2026, 12, 1), at=on(12, 2))


def test_a_reason_is_needed_and_the_campaign_must_run(round, cast):
    with pytest.raises(actions.CannotExtend):
        give(round, cast.county_reviewer, cast.first_school, date(2026, 12, 2), reason="  ")
    actions.cancel(
        round.campaign, words="取消。", by=cast.manager.user, post=cast.manager, at=round.at
    )
    round.campaign.refresh_from_db()
    with pytest.raises(actions.CannotExtend):
        give(round, cast.county_reviewer, cast.first_school, date(2026, 12, 2))


def test_a_decision_at_the_same_moment_sees_the_extension_or_is_seen_by_it(
    transactional_db, reference, cast, now
):
    """Three heads sign while the county is given more time: whoever comes first, all get it."""
    round = rounds.launched(cast, now)
    for name, who in SCHOOLS:
        round.add_people(cast.units[name], cast.posts[f"{who}_clerk"])
        round.decide(cast.units[name], cast.posts[f"{who}_clerk"], Verdict.SUBMIT)

    results = at_once(
        *(
            lambda name=name, who=who: round.decide(
                cast.units[name], cast.posts[f"{who}_head"], Verdict.SIGN
            )
            for name, who in SCHOOLS
        ),
        lambda: give(round, cast.manager, cast.county, date(2026, 12, 9), StageKind.COUNTY_REVIEW),
    )

    assert not [result for result in results if isinstance(result, Exception)]
    tasks = Task.objects.open().for_post(cast.county_reviewer)
    assert list(tasks.values_list("due_date", flat=True)) == [date(2026, 12, 9)] * 3


# --- Pages -----------------------------------------------------------------------------------
@pytest.fixture
def today(round) -> date:
    """The round moved to the present: its collection ends in three days."""
    today = timezone.localdate()
    shift = today + timedelta(days=3) - date(2026, 11, 27)
    for stage in CampaignStage.objects.filter(campaign=round.campaign):
        stage.starts_on += shift
        stage.ends_on += shift
        stage.save()
    return today


def form(unit, until, **more) -> dict:
    return {"unit": unit.code, "stage": "collection", "until": until, "reason": "停电三天", **more}


def test_the_county_gives_time_on_its_page_and_is_told_what_moved(round, cast, client, today):
    until = today + timedelta(days=5)
    client.force_login(cast.county_reviewer.user)

    page = client.get("/campaigns/2026/extend/")
    answer = client.post("/campaigns/2026/extend/", form(cast.first_school, until), follow=True)

    assert "锁南镇第二小学" in page.content.decode()
    assert answer.redirect_chain == [("/extensions/?campaign=2026", 302)]
    assert f"锁南镇第二小学的时限已延至 {until}" in answer.content.decode()
    assert "停电三天" in answer.content.decode()
    assert due(round, cast.first_school) == until


def test_a_refusal_stands_on_the_page_with_what_was_filled_in(round, cast, client, today):
    client.force_login(cast.county_reviewer.user)

    late = client.post(
        "/campaigns/2026/extend/", form(cast.first_school, today + timedelta(days=60))
    )
    outside = client.post(
        "/campaigns/2026/extend/", form(cast.neighbour_school, today + timedelta(days=5))
    )

    assert (late.status_code, outside.status_code) == (422, 422)
    assert "最多只能延至" in late.content.decode()
    assert "停电三天" in late.content.decode()
    assert not Extension.objects.exists()


def test_the_list_shows_what_touches_the_own_unit_and_costs_the_same(
    round, cast, client, django_assert_num_queries
):
    give(round, cast.county_reviewer, cast.first_school, date(2026, 12, 2), reason="停电三天")
    client.force_login(cast.county_supervisor.user)
    client.get("/extensions/")
    with django_assert_num_queries(5):
        one = client.get("/extensions/").content.decode()
    give(round, cast.manager, cast.city, date(2026, 12, 3), reason="全州大雪")
    give(round, cast.manager, cast.neighbour_county, date(2026, 12, 4), reason="市里会议")
    give(round, cast.county_reviewer, cast.second_school, date(2026, 12, 4), reason="搬迁")
    with django_assert_num_queries(5):
        three = client.get("/extensions/").content.decode()

    assert "停电三天" in one
    assert [words in three for words in ["停电三天", "全州大雪", "市里会议", "搬迁"]] == [
        True,
        True,
        False,
        True,
    ]


def test_a_school_reads_its_own_extensions_and_those_from_above_only(round, cast, client):
    give(round, cast.county_reviewer, cast.first_school, date(2026, 12, 2), reason="停电三天")
    give(round, cast.manager, cast.city, date(2026, 12, 3), reason="全州大雪")
    client.force_login(cast.second_clerk.user)

    text = client.get("/extensions/").content.decode()

    assert ("停电三天" in text, "全州大雪" in text) == (False, True)
