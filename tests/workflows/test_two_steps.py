"""An authority where a chief decides after the reviewer: the longer route, whatever happens."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import queries as campaign_queries
from campaigns.enums import KeptApprovals
from campaigns.models import Campaign
from config import navigation
from reports.counts import decisions
from reports.counts.days import moments
from reports.counts.parts import by_part
from teachers import notice
from teachers.enums import Role
from teachers.models import Post, User
from tests import rounds
from tests.cast import BEGAN
from tests.invariants import violations
from workflows import actions, acts, queries
from workflows.enums import OutcomeKind, Verdict
from workflows.flows import step
from workflows.models import DeskSetting
from workflows.routes import stops_of


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def appoint(cast, unit: str) -> Post:
    """A chief for a unit; the desk works in two steps from now on."""
    cast.posts[f"{unit}_chief"] = chief = Post.objects.create(
        user=User.objects.create(
            username=f"{unit}_chief", name="马局", notice_version=notice.VERSION
        ),
        organisation=cast.units[unit],
        role=Role.CHIEF,
        valid_from=BEGAN,
    )
    actions.set_desk(two_steps=True, by=chief.user, post=chief, at=on(11, 2))
    return chief


@pytest.fixture
def chiefs(cast) -> None:
    for unit in ("county", "city", "university"):
        appoint(cast, unit)


@pytest.fixture
def round(chiefs, cast, now):
    return rounds.launched(cast, now)


def hand_in(round) -> None:
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)


def approve(round, *names: str, school: str = "first_school") -> None:
    for name in names:
        unit = round.cast.units[school]
        receipt = round.decide(unit, round.cast.posts[name], Verdict.APPROVE)
        assert receipt.refused == [], (name, receipt.refused)


def stands(round, school: str = "first_school") -> tuple[str, str, str]:
    """Step, role and state."""
    unit = round.cast.units[school]
    task = round.task(unit)
    return task.step, task.role, round.submission(unit).state


def test_the_chief_decides_after_the_reviewer_in_the_same_state(round, cast):
    hand_in(round)
    assert stands(round) == ("county_review", "reviewer", "county_review")
    approve(round, "county_reviewer")
    assert stands(round) == ("county_chief_review", "chief", "county_review")
    approve(round, "county_chief", "city_reviewer", "city_chief", "province_reviewer")

    assert round.submission(cast.first_school).state == "approved"
    assert violations() == {}


def test_a_neighbour_without_a_chief_keeps_one_step(round, cast):
    stops = stops_of(round.submission(cast.neighbour_school).case.route_id)

    assert [stop.step for stop in stops] == [
        "fill",
        "sign",
        "county_review",
        "city_review",
        "city_chief_review",
        "province_review",
    ]


def test_a_school_of_a_university_goes_to_its_chief_and_the_university_itself_does_not(round, cast):
    ways = {
        name: [s.step for s in stops_of(round.submission(cast.units[name]).case.route_id)][2:]
        for name in ("attached_school", "university")
    }

    assert ways == {
        "attached_school": ["authority_review", "authority_chief_review", "province_review"],
        "university": ["province_review"],
    }


def test_a_route_that_is_frozen_stays_when_the_desk_changes_its_mind(round, cast):
    chief = cast.county_chief
    actions.set_desk(two_steps=False, by=chief.user, post=chief, at=round.at)
    hand_in(round)
    approve(round, "county_reviewer")

    assert stands(round)[0] == "county_chief_review"


def test_the_reviewer_cannot_do_the_chief_s_step_nor_the_chief_the_reviewer_s(round, cast):
    hand_in(round)
    early = round.decide(cast.first_school, cast.county_chief, Verdict.APPROVE)
    approve(round, "county_reviewer")
    twice = round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    assert [early.outcomes[0].kind, twice.outcomes[0].kind] == [OutcomeKind.NOT_YOURS] * 2


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (None, ("fill", "clerk", "returned")),
        ("county_review", ("county_review", "reviewer", "county_review")),
    ],
)
def test_the_chief_returns_to_the_school_or_to_the_own_reviewer(round, cast, to, expected):
    hand_in(round)
    approve(round, "county_reviewer")
    assert round.send_back(cast.first_school, cast.county_chief, to).refused == []

    assert stands(round) == expected
    assert violations() == {}


def test_the_city_s_chief_returns_to_lower_reviewers_but_not_to_a_chief(round, cast):
    hand_in(round)
    approve(round, "county_reviewer", "county_chief", "city_reviewer")
    targets = [one.step for one in queries.return_targets(round.task(cast.first_school))]
    refused = round.send_back(cast.first_school, cast.city_chief, "county_chief_review")

    assert targets == ["fill", "county_review", "city_review"]
    assert refused.outcomes[0].kind == OutcomeKind.WRONG_TARGET


def keep_lower(round) -> None:
    Campaign.objects.filter(pk=round.campaign.pk).update(kept_approvals=KeptApprovals.LOWER)


def test_kept_approvals_let_a_correction_go_on_at_the_level_that_returned_it(round, cast):
    keep_lower(round)
    hand_in(round)
    approve(round, "county_reviewer", "county_chief", "city_reviewer")
    round.send_back(cast.first_school, cast.city_chief)
    hand_in(round)

    assert stands(round) == ("city_review", "reviewer", "city_review")
    assert violations() == {}


def test_a_level_that_looks_again_does_both_steps_again(round, cast):
    keep_lower(round)
    hand_in(round)
    approve(round, "county_reviewer", "county_chief", "city_reviewer", "city_chief")
    round.send_back(cast.first_school, cast.province_reviewer, "county_review")
    approve(round, "county_reviewer")
    assert stands(round)[0] == "county_chief_review"
    approve(round, "county_chief")

    assert stands(round)[0] == "province_review"


def test_the_chief_s_task_is_due_with_the_stage_and_an_extension_reaches_it(round, cast):
    hand_in(round)
    approve(round, "county_reviewer")
    assert round.task(cast.first_school).due_date == date(2026, 12, 4)
    actions.extend(
        round.campaign,
        stage=step("county_chief_review").stage,
        organisation=cast.county,
        until=date(2026, 12, 9),
        reason="停电",
        by=cast.manager.user,
        post=cast.manager,
        at=round.at,
    )

    assert round.task(cast.first_school).due_date == date(2026, 12, 9)


def test_the_school_recalls_before_the_reviewer_has_decided_and_not_after(round, cast):
    hand_in(round)
    approve(round, "county_reviewer")
    by = {"by": cast.school_clerk.user, "post": cast.school_clerk, "at": round.at}
    with pytest.raises(actions.CannotRecall):
        actions.recall(round.submission(cast.first_school), **by)


def test_a_submission_with_the_chief_counts_as_in_county_review(round, cast):
    hand_in(round)
    approve(round, "county_reviewer")
    waiting = by_part(round.campaign, cast.county)[cast.first_school.code]
    before = moments(round.campaign, cast.county, "county_review", on(11, 30)).days
    approve(round, "county_chief")
    after = moments(round.campaign, cast.county, "county_review", on(11, 30)).days
    steps = decisions.work(round.campaign, cast.county, on(11, 30)).steps

    assert (waiting["signed"], waiting["first"]) == (1, 0)
    assert before == [{"day": "2026-11-23", "signed": 1, "passed": 0}]
    assert after == [{"day": "2026-11-23", "signed": 1, "passed": 1}]
    assert [row["step"] for row in steps] == [
        "county_chief_review",
        "county_review",
        "fill",
        "sign",
    ]


def test_the_preview_warns_of_a_two_step_desk_without_a_chief(chiefs, cast, now):
    draft = rounds.new_campaign(cast, now)
    Post.objects.filter(pk=cast.county_chief.pk).update(valid_to=date(2026, 1, 1))
    rows = campaign_queries.preview(draft, now.date()).rows
    said = [row.problems for row in rows if row.authority == cast.county]

    assert [words for words in said[0] if "负责人" in words] == [
        "东乡族自治县实行初审、审定两步办理，但目前没有在任的负责人。"
    ]


# --- Random returns --------------------------------------------------------------------------
WAY = [
    "county_reviewer",
    "county_chief",
    "city_reviewer",
    "city_chief",
    "province_reviewer",
]
moves = st.tuples(
    st.booleans(), st.sampled_from(["fill", "county_review", "city_review", "nowhere"])
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(kept=st.sampled_from(KeptApprovals.values), history=st.lists(moves, max_size=20))
def test_random_returns_keep_everything_in_order(round, kept, history):
    cast = round.cast
    posts = {"clerk": cast.school_clerk, "head": cast.school_head}
    with transaction.atomic():
        Campaign.objects.filter(pk=round.campaign.pk).update(kept_approvals=kept)
        round.add_people(cast.first_school, cast.school_clerk)
        for onward, target in history:
            task = round.newest_task(cast.first_school)
            if task.finished:
                break
            desk = {cast.units[name].pk: name for name in ("county", "city", "province")}
            post = posts.get(task.role) or cast.posts[f"{desk[task.organisation_id]}_{task.role}"]
            node = step(task.step)
            if onward or Verdict.RETURN not in node.verdicts:
                receipt = round.decide(cast.first_school, post, node.verdicts[0])
                assert receipt.refused == []
            else:
                round.send_back(cast.first_school, post, target)
            assert violations() == {}
        transaction.set_rollback(True)


# --- The settings' page ----------------------------------------------------------------------
def test_switching_on_needs_a_chief(cast, client):
    client.force_login(cast.administrator.user)
    page = client.get("/desk/settings/").content.decode()
    answer = client.post("/desk/settings/", {"steps": "two"})

    assert "仅适用于此后建立的报送" in page
    assert answer.status_code == 422
    assert "甘肃省尚无人担任负责人岗位，请先授权一名负责人。" in answer.content.decode()
    assert not DeskSetting.objects.exists()


def test_the_chief_switches_on_and_off(cast, client):
    chief = appoint(cast, "county")
    client.force_login(chief.user)
    answer = client.post("/desk/settings/", {"steps": "one"}, follow=True)

    assert answer.redirect_chain == [("/desk/settings/", 302)]
    assert "已保存" in answer.content.decode()
    assert DeskSetting.objects.values_list("organisation", "two_steps", "changed_by").get() == (
        cast.county.pk,
        False,
        chief.user_id,
    )


@pytest.mark.parametrize("who", ["county_reviewer", "county_supervisor", "school_head", "manager"])
def test_others_do_not_set_a_desk(cast, client, now, who):
    post = cast.posts[who]
    client.force_login(post.user)
    assert client.get("/desk/settings/").status_code == 404
    with pytest.raises(actions.NotForThisDesk):
        actions.set_desk(two_steps=False, by=post.user, post=post, at=now)


# --- Pages of a chief ------------------------------------------------------------------------
def test_the_chief_s_inbox_and_the_submission_s_page_show_the_longer_way(round, cast, client):
    hand_in(round)
    approve(round, "county_reviewer")
    client.force_login(cast.county_chief.user)
    inbox = client.get("/inbox/").content.decode()
    page = client.get(f"/submissions/{round.submission(cast.first_school).pk}/").content.decode()
    receipt = client.post(
        "/tasks/decide/", {"task": round.task(cast.first_school).pk, "verdict": "approve"}
    )

    assert "锁南镇第二小学" in inbox
    assert page.count("县级审定") == 2  # the path and the diagram
    assert receipt.status_code == 200
    assert stands(round)[0] == "city_review"


def test_the_school_sees_the_chief_on_its_path(round, cast, client):
    client.force_login(cast.school_clerk.user)

    assert "县级审定" in client.get("/school/").content.decode()


def test_an_act_of_the_chief_can_be_taken_back(round, cast):
    chief = cast.county_chief
    who = {"by": chief.user, "post": chief, "at": round.at}
    hand_in(round)
    approve(round, "county_reviewer")
    act = acts.ask(
        key=uuid4(), verdict=Verdict.APPROVE, tasks=[round.task(cast.first_school).pk], **who
    )
    assert stands(round)[0] == "city_review"
    acts.undo(act, key=uuid4(), **who)

    assert stands(round) == ("county_chief_review", "chief", "county_review")
    assert violations() == {}


def test_the_rail_of_a_chief_is_that_of_a_reviewer_with_the_settings_of_the_desk(round, cast):
    names = {
        who: [name for name, *_more in navigation.pages_of(cast.posts[who], is_superuser=False)]
        for who in ("county_reviewer", "county_chief")
    }

    assert names["county_chief"] == [*names["county_reviewer"], "workflows:desk_settings"]
