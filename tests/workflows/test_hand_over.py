"""When somebody leaves: nothing stays in the hands of who is gone, no desk is forgotten."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from teachers.enums import Role
from teachers.models import AccessEntry, Delegation, Post, User
from tests import rounds
from tests.at_once import at_once
from tests.colleagues import acting, colleague, ended, given
from tests.invariants import violations
from tests.workflows.test_claims import claim, hand_in, kinds, tasks
from workflows import actions, desk_sweep
from workflows.enums import OutcomeKind, Verdict
from workflows.models import Holding, Task

DAY = timedelta(days=1)


@pytest.fixture
def filed(round) -> rounds.Round:
    return hand_in(round)


def leave(round, held, to=None, *, under=None, **more):
    post = under or held
    return actions.hand_over(
        held, to=to, reason=more.pop("reason", "调动"), by=post.user, post=post, at=round.at
    )


def owners(ids) -> list:
    return list(Task.objects.filter(pk__in=ids).order_by("pk").values_list("owner", flat=True))


def test_what_is_claimed_goes_to_the_colleague_and_the_post_ends(filed, cast):
    post, second = cast.county_reviewer, colleague(cast.county, "马芳")
    ids = tasks(post)
    claim(filed, post, ids)

    done = leave(filed, post, second.user)

    assert done == actions.HandedOver(passed_on=3, released=0, delegations=0)
    assert owners(ids) == [second.user_id] * 3
    assert Post.objects.get(pk=post.pk).valid_to == filed.at.date()
    assert set(Holding.objects.filter(kind="hand_over").values_list("before", "by", "reason")) == {
        (post.user_id, post.user_id, "调动")
    }
    entry = AccessEntry.objects.get(action="hand_over")
    assert (entry.user, entry.post, entry.reason, entry.organisation) == (
        post.user,
        post,
        "调动",
        cast.county,
    )
    assert violations() == {}


def test_what_the_colleague_may_not_decide_goes_back_to_the_desk(filed, cast):
    post = cast.county_reviewer
    second = colleague(cast.county, user=cast.kindergarten_clerk.user)
    ids = tasks(post)
    claim(filed, post, ids)

    done = leave(filed, post, second.user)

    assert done == actions.HandedOver(passed_on=2, released=1, delegations=0)
    assert owners(ids) == [second.user_id, second.user_id, None]


def test_without_a_colleague_everything_goes_back(filed, cast):
    claim(filed, cast.county_reviewer, tasks(cast.county_reviewer))

    assert leave(filed, cast.county_reviewer).released == 3
    assert owners(tasks(cast.county_reviewer)) == [None] * 3


def test_delegations_given_and_taken_end_with_the_post(filed, cast):
    post, second = cast.county_reviewer, colleague(cast.county, "马芳")
    given(post, cast.county_supervisor.user, filed.at)
    taken = given(second, post.user, filed.at)
    ids = tasks(post)
    claim(filed, acting(taken), ids[:1], by=post.user)

    done = leave(filed, post)

    assert done.delegations == 2
    assert set(Delegation.objects.values_list("ended_by", "ended_at")) == {(post.user_id, filed.at)}
    assert owners(ids[:1]) == [None]


@pytest.mark.parametrize("who", ["chief", "manager", "administrator"])
def test_who_leads_the_desk_or_staffs_it_hands_it_over_too(filed, cast, who):
    chief = colleague(cast.county, "马局", role=Role.CHIEF)
    under = {"chief": chief}.get(who) or cast.posts[who]

    assert leave(filed, cast.county_reviewer, under=under).passed_on == 0


@pytest.mark.parametrize("who", ["city_reviewer", "neighbour_reviewer", "county_supervisor"])
def test_others_hand_nothing_over(filed, cast, who):
    with pytest.raises(actions.NotYourDesk):
        leave(filed, cast.county_reviewer, under=cast.posts[who])
    assert Post.objects.get(pk=cast.county_reviewer.pk).valid_to is None


def test_what_makes_no_sense_is_refused_with_a_reason(filed, cast):
    post = cast.county_reviewer
    with pytest.raises(actions.CannotHandOver, match="原因"):
        leave(filed, post, reason=" ")
    with pytest.raises(actions.CannotHandOver, match="本人"):
        leave(filed, post, post.user)
    with pytest.raises(actions.CannotHandOver, match="不在该岗位工作"):
        leave(filed, post, cast.city_reviewer.user)
    ended(post, filed.at.date())
    with pytest.raises(actions.CannotHandOver, match="已经终止"):
        leave(filed, post)


def test_a_post_that_began_today_ends_tomorrow(filed, cast):
    post = colleague(cast.county, "新人")
    Post.objects.filter(pk=post.pk).update(valid_from=filed.at.date())

    with pytest.raises(actions.CannotHandOver, match="次日"):
        leave(filed, post)


# --- The sweep -------------------------------------------------------------------------------
def test_the_sweep_gives_back_what_an_ended_post_has_left(filed, cast):
    post, second = cast.county_reviewer, colleague(cast.county, "马芳")
    ids = tasks(post)
    claim(filed, post, ids[:2])
    claim(filed, second, ids[2:])
    ended(post, filed.at.date())

    swept = desk_sweep.sweep(at=filed.at)

    assert (swept.released, swept.dead) == (2, [])
    assert owners(ids) == [None, None, second.user_id]
    assert set(Holding.objects.filter(kind="sweep").values_list("by", "post", "before")) == {
        (None, None, post.user_id)
    }
    assert desk_sweep.sweep(at=filed.at).released == 0
    assert violations() == {}


def test_the_sweep_leaves_a_deputy_what_the_delegation_reaches(filed, cast):
    deputy = cast.county_supervisor.user
    row = given(cast.county_reviewer, deputy, filed.at, within=cast.first_school)
    mine, other = filed.task(cast.first_school).pk, filed.task(cast.second_school).pk
    claim(filed, acting(row), [mine], by=deputy)
    Task.objects.filter(pk=other).update(owner=deputy)

    assert desk_sweep.sweep(at=filed.at).released == 1
    assert owners([mine, other]) == [deputy.pk, None]
    assert desk_sweep.sweep(at=filed.at + 7 * DAY).released == 1


def test_a_closed_account_holds_nothing(filed, cast):
    claim(filed, cast.county_reviewer, tasks(cast.county_reviewer))
    User.objects.filter(pk=cast.county_reviewer.user_id).update(is_active=False)

    swept = desk_sweep.sweep(at=filed.at)

    assert swept.released == 3
    assert [(desk.code, desk.role, desk.tasks) for desk in swept.dead] == [
        ("622926", "reviewer", 3)
    ]


def test_a_desk_with_work_and_nobody_is_named_until_somebody_comes(filed, cast):
    post = cast.county_reviewer
    ended(post, filed.at.date())
    dead = desk_sweep.sweep(at=filed.at + 60 * DAY).dead

    assert [(one.code, one.name, one.role, one.tasks, one.overdue) for one in dead] == [
        ("622926", "东乡族自治县", "reviewer", 3, 3)
    ]
    appointed(filed, cast, cast.county_supervisor.user)
    assert desk_sweep.sweep(at=filed.at).dead == []


def test_a_deputy_is_somebody(filed, cast):
    row = given(cast.county_reviewer, cast.county_supervisor.user, filed.at)
    User.objects.filter(pk=cast.county_reviewer.user_id).update(is_active=False)

    assert desk_sweep.sweep(at=filed.at).dead == []
    assert len(desk_sweep.sweep(at=filed.at + 7 * DAY).dead) == 1
    assert row.last_day == filed.at.date() + 6 * DAY


def test_the_command_says_what_it_found(filed, cast):
    claim(filed, cast.county_reviewer, tasks(cast.county_reviewer)[:1])
    ended(cast.county_reviewer, timezone.localdate())
    out = StringIO()

    call_command("sweep_desks", stdout=out)

    assert "1 claims released, 1 desks without anybody" in out.getvalue()
    assert "622926 东乡族自治县, reviewer: 3 open tasks" in out.getvalue()


# --- Posts -----------------------------------------------------------------------------------
def appointed(round, cast, user, *, under=None, unit=None, role=Role.REVIEWER, reason="补缺"):
    post = under or cast.administrator
    return actions.appoint(
        user,
        organisation=unit or cast.county,
        role=role,
        reason=reason,
        by=post.user,
        post=post,
        at=round.at,
    )


def test_the_administrator_above_enters_a_post_and_it_is_logged(round, cast):
    post = appointed(round, cast, cast.county_supervisor.user)

    assert (post.user, post.organisation, post.role, post.valid_from, post.valid_to) == (
        cast.county_supervisor.user,
        cast.county,
        "reviewer",
        round.at.date(),
        None,
    )
    entry = AccessEntry.objects.get(action="appoint")
    assert (entry.user, entry.reason) == (cast.administrator.user, "补缺")


@pytest.mark.parametrize("who", ["manager", "county_reviewer", "county_supervisor"])
def test_others_enter_no_post(round, cast, who):
    with pytest.raises(actions.NotYourDesk):
        appointed(round, cast, cast.officer.user, under=cast.posts[who])


def test_no_post_for_oneself_for_the_closed_or_twice(round, cast):
    with pytest.raises(actions.CannotAppoint, match="不得为自己"):
        appointed(round, cast, cast.administrator.user)
    with pytest.raises(actions.CannotAppoint, match="已有该岗位"):
        appointed(round, cast, cast.county_reviewer.user)
    with pytest.raises(actions.CannotAppoint, match="没有需要办理"):
        appointed(round, cast, cast.officer.user, role=Role.MANAGER)
    with pytest.raises(actions.CannotAppoint, match="原因"):
        appointed(round, cast, cast.officer.user, reason=" ")
    User.objects.filter(pk=cast.officer.user_id).update(is_active=False)
    cast.officer.user.refresh_from_db()
    with pytest.raises(actions.CannotAppoint, match="停用"):
        appointed(round, cast, cast.officer.user)


# --- At once ---------------------------------------------------------------------------------
def test_a_hand_over_against_a_decision_leaves_one_truth(transactional_db, reference, cast, now):
    round = hand_in(rounds.launched(cast, now))
    post, second = cast.county_reviewer, colleague(cast.county, "马芳")
    ids = tasks(post)
    claim(round, post, ids)

    decided, done = at_once(
        lambda: actions.decide(ids, verdict=Verdict.APPROVE, by=post.user, post=post, at=now),
        lambda: leave(round, post, second.user),
    )

    if kinds(decided) == [OutcomeKind.DONE] * 3:
        assert done.passed_on == 0
        assert not tasks(post)
    else:
        assert (kinds(decided), done.passed_on) == ([OutcomeKind.NOT_YOURS] * 3, 3)
        assert owners(ids) == [second.user_id] * 3
    assert violations() == {}
