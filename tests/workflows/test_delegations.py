"""Delegating a post: by whom, to whom, for how long; never in a circle."""

from datetime import date, timedelta

import pytest

from teachers.enums import Role
from teachers.models import Delegation
from tests import rounds
from tests.at_once import at_once
from tests.colleagues import acting, colleague, ended, given
from workflows import actions
from workflows.enums import OutcomeKind, Verdict
from workflows.models import Decision, Task

DAY = timedelta(days=1)


def refused(words: str):
    return pytest.raises(actions.CannotDelegate, match=words)


def test_the_holder_lets_a_colleague_act_for_a_while(cast, now):
    row = given(cast.county_reviewer, cast.county_supervisor.user, now, kinds=["submission"])

    assert Delegation.objects.values_list(
        "post", "to", "valid_from", "valid_to", "kinds", "within", "reason", "created_by"
    ).get() == (
        cast.county_reviewer.pk,
        cast.county_supervisor.user_id,
        now.date(),
        now.date() + 7 * DAY,
        ["submission"],
        None,
        "出差",
        cast.county_reviewer.user_id,
    )
    assert row.last_day == now.date() + 6 * DAY


@pytest.mark.parametrize("who", ["manager", "administrator"])
def test_the_staff_of_the_authority_above_delegates_anybody_s_post(cast, now, who):
    post = cast.posts[who]

    row = given(cast.county_reviewer, cast.county_supervisor.user, now, by=post.user, under=post)

    assert row.created_by == post.user


@pytest.mark.parametrize("who", ["city_reviewer", "county_supervisor", "neighbour_reviewer"])
def test_others_delegate_nothing(cast, now, who):
    post = cast.posts[who]

    with pytest.raises(actions.NotYourPost):
        given(cast.county_reviewer, cast.county_officer.user, now, by=post.user, under=post)
    assert not Delegation.objects.exists()


def test_never_to_oneself(cast, now):
    with refused("本人"):
        given(cast.county_reviewer, cast.county_reviewer.user, now)


def test_a_manager_names_no_deputy_in_himself(cast, now):
    manager = colleague(cast.county, "马经理", role=Role.MANAGER)
    with refused("不得把自己"):
        given(cast.county_reviewer, manager.user, now, by=manager.user, under=manager)


def test_not_to_somebody_of_another_office(cast, now):
    with refused("均无岗位"):
        given(cast.county_reviewer, cast.neighbour_reviewer.user, now)


def test_somebody_of_the_office_above_may_help_out(cast, now):
    assert given(cast.county_reviewer, cast.city_reviewer.user, now).pk


def test_who_acts_for_somebody_passes_nothing_on(cast, now):
    deputy = cast.county_supervisor.user
    post = acting(given(cast.county_reviewer, deputy, now))

    with pytest.raises(actions.NotYourPost):
        given(post, cast.county_officer.user, now, by=deputy, under=post)
    with pytest.raises(actions.NotYourPost):
        given(
            cast.county_reviewer,
            cast.county_officer.user,
            now,
            by=cast.county_reviewer.user,
            under=post,
        )


@pytest.mark.parametrize(
    ("first", "end", "words"),
    [
        (-1, 5, "不能从"),
        (0, 0, "早于"),
        (3, 1, "早于"),
        (0, 60, "任期"),
    ],
)
def test_days_that_make_no_sense_are_refused(cast, now, first, end, words):
    ended(cast.county_reviewer, now.date() + 30 * DAY)
    with refused(words):
        given(
            cast.county_reviewer,
            cast.county_supervisor.user,
            now,
            valid_from=now.date() + first * DAY,
            valid_to=now.date() + end * DAY,
        )


def test_a_reason_a_desk_and_a_part_of_the_own_subtree_are_needed(cast, now):
    with refused("原因"):
        given(cast.county_reviewer, cast.county_supervisor.user, now, reason="  ")
    with refused("没有需要代理的待办"):
        given(cast.county_supervisor, cast.county_reviewer.user, now)
    with refused("不属于"):
        given(
            cast.county_reviewer,
            cast.county_supervisor.user,
            now,
            within=cast.neighbour_school,
        )


def test_the_same_colleague_twice_at_one_time_is_refused(cast, now):
    given(cast.county_reviewer, cast.county_supervisor.user, now)
    with refused("已是代理人"):
        given(
            cast.county_reviewer,
            cast.county_supervisor.user,
            now,
            valid_from=now.date() + 3 * DAY,
        )
    later = now.date() + 7 * DAY
    assert given(cast.county_reviewer, cast.county_supervisor.user, now, valid_from=later).pk


def three(cast):
    return [colleague(cast.county, name) for name in ("甲", "乙", "丙")]


def test_a_circle_of_two_is_refused_and_so_is_one_of_three(cast, now):
    first, second, third = three(cast)
    given(first, second.user, now)
    with refused("甲"):
        given(second, first.user, now)
    given(second, third.user, now)
    with refused("丙 → 甲 → 乙 → 丙"):
        given(third, first.user, now)


def test_a_chain_that_never_holds_on_one_day_is_no_circle(cast, now):
    first, second, third = three(cast)
    start = now.date()
    given(first, second.user, now, valid_to=start + 3 * DAY)
    given(second, third.user, now, valid_from=start + 3 * DAY)

    assert given(third, first.user, now).pk


def test_an_ended_delegation_closes_no_circle(cast, now):
    first, second, _third = three(cast)
    row = given(first, second.user, now)
    actions.end_delegation(row, by=second.user, post=second, at=now)

    assert given(second, first.user, now).pk


def test_who_reports_for_the_whole_scope_does_not_review_it(cast, now):
    clerk = colleague(cast.county, role=Role.SUPERVISOR, user=cast.school_clerk.user)
    with refused("负责锁南镇第二小学的填报"):
        given(cast.county_reviewer, clerk.user, now, within=cast.first_school)

    assert given(cast.county_reviewer, clerk.user, now).pk


def test_who_had_a_part_in_all_that_waits_is_refused(round, cast, now):
    helper = colleague(cast.county, role=Role.SUPERVISOR, user=cast.school_clerk.user)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    with refused("都参与过"):
        given(cast.county_reviewer, helper.user, now)
    round.hand_in(cast.second_school, cast.second_clerk, cast.second_head)

    assert given(cast.county_reviewer, helper.user, now).pk


@pytest.mark.parametrize("who", ["county_reviewer", "county_supervisor", "manager"])
def test_either_side_and_the_staff_above_end_it(cast, now, who):
    row = given(cast.county_reviewer, cast.county_supervisor.user, now)
    post = cast.posts[who]

    actions.end_delegation(row, by=post.user, post=post, at=now)

    row.refresh_from_db()
    assert (row.ended_by, row.ended_at) == (post.user, now)


def test_ending_it_gives_the_tasks_back_and_twice_is_once(round, cast, now):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    deputy = cast.county_supervisor
    row = given(cast.county_reviewer, deputy.user, now)
    task = round.task(cast.first_school).pk
    actions.claim([task], by=deputy.user, post=acting(row), at=now)

    assert actions.end_delegation(row, by=deputy.user, post=deputy, at=now) == 1
    assert actions.end_delegation(row, by=deputy.user, post=deputy, at=now + DAY) == 0
    assert Task.objects.get(pk=task).owner is None
    row.refresh_from_db()
    assert row.ended_at == now


def test_a_stranger_ends_nothing(cast, now):
    row = given(cast.county_reviewer, cast.county_supervisor.user, now)
    stranger = cast.neighbour_reviewer

    with pytest.raises(actions.NotYourPost):
        actions.end_delegation(row, by=stranger.user, post=stranger, at=now)


def test_a_decision_for_the_holder_carries_the_delegation(round, cast, now):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    deputy = cast.county_supervisor.user
    row = given(cast.county_reviewer, deputy, now)

    receipt = actions.decide(
        [round.task(cast.first_school).pk],
        verdict=Verdict.APPROVE,
        by=deputy,
        post=acting(row),
        at=now,
    )

    decision = Decision.objects.filter(verdict="approve").get()
    assert [one.kind for one in receipt.outcomes] == [OutcomeKind.DONE]
    assert (decision.by, decision.post, decision.delegation) == (deputy, cast.county_reviewer, row)
    assert decision.who == "马文斌（代理马建国）"


def test_who_comes_late_reads_that_a_deputy_has_decided(round, cast, now):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    task = round.task(cast.first_school).pk
    row = given(cast.county_reviewer, cast.county_supervisor.user, now)
    actions.decide([task], verdict=Verdict.APPROVE, by=row.to, post=acting(row), at=now)

    late = actions.decide(
        [task],
        verdict=Verdict.APPROVE,
        by=cast.county_reviewer.user,
        post=cast.county_reviewer,
        at=now,
    )

    assert "马文斌（代理马建国）" in late.outcomes[0].text


@pytest.mark.parametrize("change", ["ended", "over", "post"])
def test_a_delegation_that_no_longer_holds_decides_nothing(round, cast, now, change):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    row = given(cast.county_reviewer, cast.county_supervisor.user, now)
    post = acting(row)
    if change == "ended":
        actions.end_delegation(row, by=row.to, post=cast.county_supervisor, at=now)
    elif change == "over":
        Delegation.objects.update(valid_from=date(2026, 1, 1), valid_to=now.date())
    else:
        ended(cast.county_reviewer, now.date())

    receipt = actions.decide(
        [round.task(cast.first_school).pk],
        verdict=Verdict.APPROVE,
        by=row.to,
        post=post,
        at=now,
    )

    assert [one.kind for one in receipt.outcomes] == [OutcomeKind.NOT_YOURS]


# --- Two at once -----------------------------------------------------------------------------
def test_two_delegations_at_once_close_no_circle(transactional_db, reference, cast, now):
    """A for B, C for D stand; B to C and D to A would close the circle together."""
    a, b, c, d = (colleague(cast.county, name) for name in "甲乙丙丁")
    given(a, b.user, now)
    given(c, d.user, now)

    results = at_once(lambda: given(b, c.user, now), lambda: given(d, a.user, now))

    outcomes = sorted(type(result).__name__ for result in results)
    assert outcomes == ["CannotDelegate", "Delegation"]
    assert Delegation.objects.count() == 3


def test_a_post_that_ends_at_once_keeps_no_delegation(transactional_db, reference, cast, now):
    round = rounds.launched(cast, now)
    post = colleague(cast.county, "马芳")
    deputy = cast.county_supervisor.user

    made, left = at_once(
        lambda: given(post, deputy, now),
        lambda: actions.hand_over(
            post, to=None, reason="调动", by=post.user, post=post, at=round.at
        ),
    )

    assert isinstance(left, actions.HandedOver)
    assert isinstance(made, Delegation | actions.CannotDelegate)
    assert not Delegation.objects.in_force(now.date()).exists()
