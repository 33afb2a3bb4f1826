"""Who is told of assignments, delegations, acts in the background and re-routed cases."""

from datetime import date, timedelta

import pytest

from teachers.models import Post, User
from tests.cast import BEGAN
from tests.jobs import do_waiting_jobs
from workflows import actions, acts, message_texts, reorganisations
from workflows.enums import MessageKind, ReorganisationKind, Verdict
from workflows.inbox import Filters
from workflows.models import Message


@pytest.fixture
def filed(round, cast):
    for school, who in [("first_school", "school"), ("second_school", "second")]:
        round.hand_in(cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    return round


@pytest.fixture
def colleague(cast) -> Post:
    user = User.objects.create(username="colleague", name="同事")
    return Post.objects.create(
        user=user, organisation=cast.county, role="reviewer", valid_from=BEGAN
    )


def told(user: User) -> list[tuple]:
    rows = Message.objects.filter(user=user).order_by("pk")
    return [(row.kind, message_texts.title(row)) for row in rows]


def test_a_colleague_is_told_of_what_was_assigned(filed, cast, colleague):
    post = cast.county_reviewer
    tasks = [filed.task(cast.first_school).pk, filed.task(cast.second_school).pk]

    actions.assign(tasks, to=colleague.user, by=post.user, post=post, at=filed.at)

    assert told(colleague.user) == [(MessageKind.ASSIGNED, f"{post.user.name}分派给您 2 件待办")]
    assert told(post.user) == []


def test_one_assigned_task_leads_to_its_submission(filed, cast, colleague):
    post = cast.county_reviewer
    task = filed.task(cast.first_school)

    actions.assign([task.pk], to=colleague.user, by=post.user, post=post, at=filed.at)

    lines = message_texts.lines(Message.objects.get(user=colleague.user))
    assert [(line.words, line.address) for line in lines] == [
        ("锁南镇第二小学", f"/submissions/{task.process.submission_id}/")
    ]


def test_nobody_is_told_of_what_was_not_assigned(filed, cast, colleague):
    post = cast.neighbour_reviewer

    actions.assign(
        [filed.task(cast.first_school).pk],
        to=colleague.user,
        by=post.user,
        post=post,
        at=filed.at,
    )

    assert told(colleague.user) == []


def test_who_acts_for_somebody_is_told_from_when_until_when(filed, cast, colleague):
    post, first = cast.county_reviewer, filed.at.date()

    actions.delegate(
        post,
        to=colleague.user,
        valid_from=first,
        valid_to=first + timedelta(days=7),
        reason="出差",
        by=post.user,
        post=post,
        at=filed.at,
    )

    ((kind, title),) = told(colleague.user)
    assert kind == MessageKind.DELEGATED
    assert post.user.name in title
    assert "2026-11-23" in title


def test_who_asked_is_told_when_the_background_has_finished(filed, cast, settings, uuid_key):
    settings.ACT_IN_REQUEST = 1
    post = cast.county_reviewer
    acts.ask(
        key=uuid_key,
        verdict=Verdict.APPROVE,
        by=post.user,
        post=post,
        at=filed.at,
        filters=Filters(),
    )
    assert told(post.user) == []

    assert do_waiting_jobs("carry_out_act") == 1

    assert told(post.user) == [(MessageKind.ACT, "审核通过：2 件中完成 2 件")]


def test_what_was_done_at_once_needs_no_message(filed, cast, uuid_key):
    post = cast.county_reviewer

    acts.ask(
        key=uuid_key,
        verdict=Verdict.APPROVE,
        by=post.user,
        post=post,
        at=filed.at,
        filters=Filters(),
    )

    assert told(post.user) == []


def test_the_new_desk_is_told_of_cases_that_were_routed_to_it(filed, cast):
    post = cast.administrator
    plan = reorganisations.Plan(
        kind=ReorganisationKind.MOVE,
        units=[cast.first_school],
        effective_on=date(2026, 11, 23),
        reason="调整管理体制",
        target=cast.city,
    )

    actions.reorganise(plan, by=post.user, post=post, at=filed.at)

    assert told(cast.city_reviewer.user) == [
        (MessageKind.REROUTED, "1 件办件改由临夏回族自治州办理")
    ]
    assert told(cast.county_reviewer.user) == []


@pytest.fixture
def uuid_key():
    from uuid import UUID

    return UUID(int=5)
