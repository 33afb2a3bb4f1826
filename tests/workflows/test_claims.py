"""Claiming, releasing and assigning tasks: who may, what every item is told, and two at once."""

from datetime import timedelta

import pytest

from teachers.enums import Role
from tests import rounds
from tests.at_once import at_once
from tests.colleagues import acting, colleague, ended, given
from tests.invariants import violations
from workflows import actions
from workflows.enums import HoldingKind, OutcomeKind, Verdict
from workflows.models import Holding, Task

SCHOOLS = [("first_school", "school"), ("second_school", "second"), ("kindergarten",) * 2]


@pytest.fixture
def filed(round, cast) -> rounds.Round:
    return hand_in(round)


def hand_in(round) -> rounds.Round:
    """The county's three schools have handed in."""
    cast = round.cast
    for school, who in SCHOOLS:
        round.hand_in(cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    return round


def tasks(post) -> list[int]:
    return list(Task.objects.open().for_post(post).order_by("pk").values_list("pk", flat=True))


def claim(round, post, ids, **more):
    return actions.claim(ids, by=more.pop("by", post.user), post=post, at=round.at, **more)


def release(round, post, ids, **more):
    return actions.release(ids, by=more.pop("by", post.user), post=post, at=round.at, **more)


def assign(round, post, ids, to, **more):
    by = more.pop("by", post.user)
    return actions.assign(ids, to=to, by=by, post=post, at=round.at, **more)


def kinds(receipt) -> list[str]:
    return [outcome.kind for outcome in receipt.outcomes]


def test_a_claimed_task_names_its_owner_since_when_and_is_noted(filed, cast):
    post = cast.county_reviewer
    ids = tasks(post)

    receipt = claim(filed, post, ids)

    assert (receipt.verdict, kinds(receipt)) == (HoldingKind.CLAIM, [OutcomeKind.DONE] * 3)
    rows = Task.objects.filter(pk__in=ids).values_list("owner", "assigned", "status")
    assert set(rows) == {(post.user_id, filed.at, "ASSIGNED")}
    noted = Holding.objects.values_list("kind", "owner", "before", "by", "post", "at")
    assert set(noted) == {("claim", post.user_id, None, post.user_id, post.pk, filed.at)}
    assert violations() == {}


def test_claiming_twice_changes_nothing_the_second_time(filed, cast):
    post = cast.county_reviewer
    claim(filed, post, tasks(post))
    filed.at += timedelta(hours=1)

    assert kinds(claim(filed, post, tasks(post))) == [OutcomeKind.DONE] * 3
    assert Holding.objects.count() == 3
    assert not Task.objects.filter(assigned=filed.at).exists()


def test_what_a_colleague_has_claimed_is_refused_with_the_name(filed, cast):
    second = colleague(cast.county, "马芳")
    claim(filed, cast.county_reviewer, tasks(second)[:1])

    receipt = claim(filed, second, tasks(second))

    assert kinds(receipt) == [OutcomeKind.CLAIMED, OutcomeKind.DONE, OutcomeKind.DONE]
    assert receipt.outcomes[0].text == "马建国已认领。"


def test_only_the_owner_decides_a_claimed_task(filed, cast):
    second = colleague(cast.county, "马芳")
    claim(filed, second, [filed.task(cast.first_school).pk])

    others = filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    own = filed.decide(cast.first_school, second, Verdict.APPROVE)

    assert (kinds(others), others.outcomes[0].text) == ([OutcomeKind.CLAIMED], "马芳已认领。")
    assert kinds(own) == [OutcomeKind.DONE]


def test_each_item_is_told_why_it_cannot_be_claimed(filed, cast):
    own_work = colleague(cast.county, user=cast.kindergarten_clerk.user)
    decided = filed.task(cast.first_school).pk
    filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    mine = filed.task(cast.kindergarten).pk
    elsewhere = filed.task(cast.neighbour_school).pk

    receipt = claim(filed, own_work, [decided, mine, elsewhere, 10**9])

    assert kinds(receipt) == [
        OutcomeKind.ALREADY_DECIDED,
        OutcomeKind.OWN_WORK,
        OutcomeKind.NOT_YOURS,
        OutcomeKind.NOT_YOURS,
    ]
    assert receipt.outcomes[1].text == "填报、提交或签字的人不得审核。"
    assert not Holding.objects.exists()


def test_nothing_is_claimed_in_a_campaign_that_is_over(filed, cast):
    ids = tasks(cast.county_reviewer)
    filed.campaign.state = "cancelled"
    type(filed.campaign).objects.filter(pk=filed.campaign.pk).update(state="cancelled")

    assert kinds(claim(filed, cast.county_reviewer, ids)) == [OutcomeKind.CAMPAIGN_CLOSED] * 3


def test_a_post_that_has_ended_claims_and_decides_nothing(filed, cast):
    post = cast.county_reviewer
    ended(post, filed.at.date())

    assert kinds(claim(filed, post, tasks(post))) == [OutcomeKind.NOT_YOURS] * 3
    answer = filed.decide(cast.first_school, post, Verdict.APPROVE)
    assert kinds(answer) == [OutcomeKind.NOT_YOURS]


def test_a_claim_ends_the_school_s_right_to_recall(filed, cast):
    claim(filed, cast.county_reviewer, tasks(cast.county_reviewer))

    with pytest.raises(actions.CannotRecall):
        actions.recall(
            filed.submission(cast.first_school),
            by=cast.school_clerk.user,
            post=cast.school_clerk,
            at=filed.at,
        )


def test_one_releases_the_own_and_not_a_colleague_s(filed, cast):
    post, second = cast.county_reviewer, colleague(cast.county, "马芳")
    ids = tasks(post)
    claim(filed, post, ids[:1])
    claim(filed, second, ids[1:2])

    receipt = release(filed, post, ids)

    assert kinds(receipt) == [OutcomeKind.DONE, OutcomeKind.CLAIMED, OutcomeKind.NOT_CLAIMED]
    back = Task.objects.get(pk=ids[0])
    assert (back.owner, back.assigned, back.status) == (None, None, "NEW")
    assert Holding.objects.filter(kind="release").values_list("owner", "before").get() == (
        None,
        post.user_id,
    )


def test_the_chief_releases_a_colleague_s_with_a_reason(filed, cast):
    chief = colleague(cast.county, "马局", role=Role.CHIEF)
    ids = tasks(cast.county_reviewer)
    claim(filed, cast.county_reviewer, ids)

    with pytest.raises(actions.WhyMissing):
        release(filed, chief, ids)
    receipt = release(filed, chief, ids, reason=" 病假  两周 ")

    assert kinds(receipt) == [OutcomeKind.DONE] * 3
    assert set(Holding.objects.filter(kind="release").values_list("by", "reason")) == {
        (chief.user_id, "病假 两周")
    }


def test_the_chief_of_another_county_releases_nothing(filed, cast):
    chief = colleague(cast.neighbour_county, "何局", role=Role.CHIEF)
    ids = tasks(cast.county_reviewer)
    claim(filed, cast.county_reviewer, ids)

    assert kinds(release(filed, chief, ids, reason="误点")) == [OutcomeKind.NOT_YOURS] * 3


def test_the_head_releases_what_the_clerk_has_claimed(round, cast):
    task = round.task(cast.first_school).pk
    claim(round, cast.school_clerk, [task])

    assert kinds(release(round, cast.school_head, [task], reason="调岗")) == [OutcomeKind.DONE]


def test_a_colleague_gets_what_nobody_has(filed, cast):
    second, third = colleague(cast.county, "马芳"), colleague(cast.county, "马丽")
    ids = tasks(second)
    claim(filed, second, ids[:1])
    claim(filed, third, ids[1:2])

    receipt = assign(filed, cast.county_reviewer, ids, third.user)

    assert kinds(receipt) == [OutcomeKind.CLAIMED, OutcomeKind.CLAIMED, OutcomeKind.DONE]
    assert Task.objects.get(pk=ids[2]).owner == third.user


def test_one_passes_the_own_on_and_the_chief_anybody_s(filed, cast):
    second = colleague(cast.county, "马芳")
    chief = colleague(cast.county, "马局", role=Role.CHIEF)
    ids = tasks(second)
    claim(filed, cast.county_reviewer, ids)

    own = assign(filed, cast.county_reviewer, ids[:1], second.user)
    others = assign(filed, chief, ids[1:], second.user, reason="分片")

    assert (kinds(own), kinds(others)) == ([OutcomeKind.DONE], [OutcomeKind.DONE] * 2)
    assert set(Task.objects.filter(pk__in=ids).values_list("owner", flat=True)) == {second.user_id}


def test_only_somebody_of_the_desk_is_assigned_anything(filed, cast):
    receipt = assign(
        filed, cast.county_reviewer, tasks(cast.county_reviewer), cast.city_reviewer.user
    )

    assert kinds(receipt) == [OutcomeKind.NOT_COLLEAGUE] * 3


def test_the_rules_are_asked_of_the_colleague(filed, cast):
    second = colleague(cast.county, user=cast.kindergarten_clerk.user)

    receipt = assign(filed, cast.county_reviewer, tasks(second), second.user)

    assert kinds(receipt) == [OutcomeKind.DONE, OutcomeKind.DONE, OutcomeKind.OWN_WORK]
    assert receipt.outcomes[2].text == "填报、提交或签字的人不得审核。"


def test_who_acts_for_the_holder_is_assigned_what_the_delegation_reaches(filed, cast):
    deputy = colleague(cast.county, "马主任", role=Role.CHIEF)
    given(cast.county_reviewer, deputy.user, filed.at, within=cast.first_school)

    receipt = assign(filed, cast.county_reviewer, tasks(cast.county_reviewer), deputy.user)

    assert kinds(receipt) == [
        OutcomeKind.DONE,
        OutcomeKind.OUT_OF_SCOPE,
        OutcomeKind.OUT_OF_SCOPE,
    ]


def test_claims_made_for_the_holder_say_so(filed, cast):
    deputy = cast.county_supervisor.user
    delegation = given(cast.county_reviewer, deputy, filed.at)
    post = acting(delegation)

    receipt = claim(filed, post, tasks(post), by=deputy)

    assert kinds(receipt) == [OutcomeKind.DONE] * 3
    assert set(Holding.objects.values_list("owner", "post", "delegation")) == {
        (deputy.pk, cast.county_reviewer.pk, delegation.pk)
    }


@pytest.mark.parametrize("count", [1, 3])
def test_one_task_or_many_cost_the_same(filed, cast, count, django_assert_num_queries):
    ids = tasks(cast.county_reviewer)[:count]
    second = colleague(cast.county, "马芳")
    claim(filed, cast.county_reviewer, ids)  # the statements are prepared now

    with django_assert_num_queries(5):
        claim(filed, cast.county_reviewer, ids)
    with django_assert_num_queries(9):
        assign(filed, cast.county_reviewer, ids, second.user)
    with django_assert_num_queries(5):
        release(filed, second, ids)


def test_what_was_noted_is_never_edited(filed, cast):
    claim(filed, cast.county_reviewer, tasks(cast.county_reviewer))

    with pytest.raises(Exception, match="holdings|update"):
        Holding.objects.update(reason="x")


# --- Two at once -----------------------------------------------------------------------------
@pytest.fixture
def committed(transactional_db, reference, cast, now) -> rounds.Round:
    return hand_in(rounds.launched(cast, now))


def test_of_two_who_claim_at_once_one_has_each_task(committed):
    cast = committed.cast
    posts = [colleague(cast.county, f"同事{number}") for number in range(4)]
    ids = tasks(cast.county_reviewer)

    receipts = at_once(
        *(
            lambda post=post, n=n: claim(committed, post, ids if n % 2 else ids[::-1])
            for n, post in enumerate(posts)
        )
    )

    found = [outcome.kind for receipt in receipts for outcome in receipt.outcomes]
    assert (found.count(OutcomeKind.DONE), found.count(OutcomeKind.CLAIMED)) == (3, 9)
    assert Holding.objects.count() == 3
    owners = set(Task.objects.filter(pk__in=ids).values_list("owner", flat=True))
    assert owners <= {post.user_id for post in posts}
    assert violations() == {}


def test_a_claim_against_a_decision_leaves_one_of_them(committed):
    cast = committed.cast
    second = colleague(cast.county, "马芳")
    task = committed.task(cast.first_school).pk

    claimed, decided = at_once(
        lambda: claim(committed, second, [task]),
        lambda: committed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE),
    )

    if kinds(decided) == [OutcomeKind.DONE]:
        assert kinds(claimed) == [OutcomeKind.ALREADY_DECIDED]
    else:
        assert (kinds(claimed), kinds(decided)) == ([OutcomeKind.DONE], [OutcomeKind.CLAIMED])
    assert violations() == {}
