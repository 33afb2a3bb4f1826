"""Who had a part in a case does not judge it: each rule, at claim, decision and looking back."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns import problems
from campaigns.enums import KeptApprovals
from campaigns.models import Campaign, Problem, Record
from teachers.enums import ChangeKind, Role
from teachers.models import User
from tests import staff
from tests.colleagues import acting, colleague, given
from tests.invariants import violations as broken_invariants
from workflows import actions, separation
from workflows.enums import OutcomeKind, Verdict
from workflows.models import Decision, Task
from workflows.screening import candidates
from workflows.separation_statements import violations

SENTENCES = {
    "reports_and_reviews": "填报、提交或签字的人不得审核。",
    "one_level_only": "在一级审核过的人不得在另一级再审。",
    "reviewer_and_chief": "作为审核员审核过的人不得再作为负责人复核。",
    "concerns_oneself": "涉及本人档案的事项，本人应当回避。",
}


@pytest.fixture
def filed(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    return round


def said(receipt) -> tuple:
    """What became of the one item, and which rules stand against it."""
    (outcome,) = receipt.outcomes
    return outcome.kind, outcome.rules


def broken(code: str) -> tuple:
    return OutcomeKind.OWN_WORK, (code,)


DONE = (OutcomeKind.DONE, ())


def test_each_rule_says_in_a_sentence_what_it_forbids():
    assert {code: str(title) for code, title in separation.TITLES.items()} == SENTENCES


# --- Who reports does not review --------------------------------------------------------------
@pytest.mark.parametrize("who", ["school_clerk", "school_head"])
def test_who_handed_in_or_signed_does_not_review(filed, cast, who):
    post = colleague(cast.county, user=cast.posts[who].user)

    receipt = filed.decide(cast.first_school, post, Verdict.APPROVE)

    assert said(receipt) == broken("reports_and_reviews")
    assert receipt.outcomes[0].text == SENTENCES["reports_and_reviews"]


def test_who_entered_one_record_does_not_review(round, cast):
    helper = colleague(cast.county, "借调")
    round.add_people(cast.first_school, cast.school_clerk)
    Record.objects.update(entered_by=helper.user)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    receipt = round.decide(cast.first_school, helper, Verdict.APPROVE)

    assert said(receipt) == broken("reports_and_reviews")
    assert said(round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)) == DONE


# --- One level only ---------------------------------------------------------------------------
def test_who_approved_at_the_county_does_not_decide_at_the_city(filed, cast):
    both = colleague(cast.city, user=cast.county_reviewer.user)
    filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    receipt = filed.decide(cast.first_school, both, Verdict.APPROVE)

    assert said(receipt) == broken("one_level_only")
    assert said(filed.decide(cast.first_school, cast.city_reviewer, Verdict.APPROVE)) == DONE
    assert broken_invariants() == {}


def test_who_decided_at_the_county_may_decide_there_again(filed, cast):
    filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    filed.send_back(cast.first_school, cast.city_reviewer, to="county_review")

    assert said(filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)) == DONE


def test_a_new_attempt_begins_anew(filed, cast):
    both = colleague(cast.city, user=cast.county_reviewer.user)
    second = colleague(cast.county, "马芳")
    filed.send_back(cast.first_school, cast.county_reviewer)
    filed.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    filed.decide(cast.first_school, second, Verdict.APPROVE)

    assert said(filed.decide(cast.first_school, both, Verdict.APPROVE)) == DONE


def test_an_approval_that_a_return_left_standing_counts_in_the_next_attempt(filed, cast):
    Campaign.objects.update(kept_approvals=KeptApprovals.LOWER)
    both = colleague(cast.city, user=cast.county_reviewer.user)
    filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    filed.send_back(cast.first_school, cast.city_reviewer)
    filed.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    assert filed.task(cast.first_school).step == "city_review"
    receipt = filed.decide(cast.first_school, both, Verdict.APPROVE)
    assert said(receipt) == broken("one_level_only")


# --- Reviewer and chief -----------------------------------------------------------------------
def chief_s_turn(filed, cast) -> Task:
    """The task behind the county's review stands at the chief's desk of the same county."""
    filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    task = filed.task(cast.first_school)
    Task.objects.filter(pk=task.pk).update(organisation=cast.county, role=Role.CHIEF)
    return task


def conflicts(task: Task, post, at) -> list[str]:
    return candidates([task.pk], post.user, at, post=post)[task.pk].conflicts


def test_who_examined_it_as_reviewer_is_not_its_chief(filed, cast):
    task = chief_s_turn(filed, cast)
    both = colleague(cast.county, role=Role.CHIEF, user=cast.county_reviewer.user)

    assert conflicts(task, both, filed.at) == ["reviewer_and_chief"]
    assert said(actions.claim([task.pk], by=both.user, post=both, at=filed.at)) == broken(
        "reviewer_and_chief"
    )


def test_another_chief_decides_what_the_reviewer_has_examined(filed, cast):
    task = chief_s_turn(filed, cast)

    assert conflicts(task, colleague(cast.county, "马局", role=Role.CHIEF), filed.at) == []


# --- What concerns oneself --------------------------------------------------------------------
def change_of(teacher, cast, now):
    """A leave that has come to the county's desk."""
    return staff.ask(
        ChangeKind.LEAVE,
        cast.school_clerk,
        now,
        teacher=teacher,
        proof=[staff.evidence(cast.school_clerk, now)],
    )


def hand_on(change, post, verdict, at):
    task = Task.objects.open().get(process__change=change)
    return actions.decide([task.pk], verdict=verdict, by=post.user, post=post, at=at)


@pytest.fixture
def teacher(cast, now):
    return staff.employed(cast.first_school, now)


def test_the_head_does_not_sign_the_own_leave(cast, now, teacher):
    User.objects.filter(pk=cast.school_head.user_id).update(teacher=teacher)
    change = change_of(teacher, cast, now)
    hand_on(change, cast.school_clerk, Verdict.SUBMIT, now)

    assert said(hand_on(change, cast.school_head, Verdict.SIGN, now)) == broken("concerns_oneself")
    deputy = colleague(cast.first_school, "副校长", role=Role.HEAD)
    assert said(hand_on(change, deputy, Verdict.SIGN, now)) == DONE


def test_a_reviewer_does_not_decide_the_own_leave(cast, now, teacher):
    User.objects.filter(pk=cast.county_reviewer.user_id).update(teacher=teacher)
    change = change_of(teacher, cast, now)
    hand_on(change, cast.school_clerk, Verdict.SUBMIT, now)
    hand_on(change, cast.school_head, Verdict.SIGN, now)

    receipt = hand_on(change, cast.county_reviewer, Verdict.APPROVE, now)

    assert said(receipt) == broken("concerns_oneself")
    assert said(hand_on(change, colleague(cast.county, "马芳"), Verdict.APPROVE, now)) == DONE


def problem(filed, cast, teacher) -> Problem:
    """The kindergarten reports a person of the first school, too; all have answered."""
    known = filed.submission(cast.first_school).records.get()
    Record.objects.filter(pk=known.pk).update(teacher=teacher)
    Record.objects.create(
        submission=filed.submission(cast.kindergarten),
        name=known.name,
        identity_hash=known.identity_hash,
        identity_sealed=known.identity_sealed,
        identity_mask=known.identity_mask,
        data=known.data,
        entered_by=cast.kindergarten_clerk.user,
        entered_at=filed.at,
    )
    problems.look_at([known.identity_hash], found_on="save", at=filed.at)
    actions.open_problems(at=filed.at)
    return Problem.objects.get()


def test_who_is_a_party_s_person_does_not_settle_the_problem(filed, cast, teacher):
    User.objects.filter(pk=cast.county_reviewer.user_id).update(teacher=teacher)
    task = Task.objects.get(process__problem=problem(filed, cast, teacher))
    other = colleague(cast.county, "马芳")

    assert conflicts(task, cast.county_reviewer, filed.at) == ["concerns_oneself"]
    assert conflicts(task, other, filed.at) == []
    with pytest.raises(actions.CannotSettle, match="本人应当回避"):
        actions.settle(
            task.process.problem,
            outcome="different",
            keeps=None,
            words="两人。",
            by=cast.county_reviewer.user,
            post=cast.county_reviewer,
            at=filed.at,
        )


# --- Acting for somebody opens no back door ---------------------------------------------------
def test_the_deputy_s_own_part_counts(filed, cast):
    deputy = colleague(cast.county, role=Role.SUPERVISOR, user=cast.school_clerk.user)
    filed.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    post = acting(given(cast.county_reviewer, deputy.user, filed.at))

    receipt = actions.decide(
        [filed.task(cast.first_school).pk, filed.task(cast.second_school).pk],
        verdict=Verdict.APPROVE,
        by=deputy.user,
        post=post,
        at=filed.at,
    )

    assert [one.kind for one in receipt.outcomes] == [OutcomeKind.OWN_WORK, OutcomeKind.DONE]


def test_the_holder_s_part_counts_for_the_deputy(filed, cast):
    reviewer = colleague(cast.county, user=cast.school_head.user)
    post = acting(given(reviewer, cast.county_supervisor.user, filed.at))

    receipt = actions.decide(
        [filed.task(cast.first_school).pk],
        verdict=Verdict.APPROVE,
        by=cast.county_supervisor.user,
        post=post,
        at=filed.at,
    )

    assert said(receipt) == broken("reports_and_reviews")


def test_what_a_deputy_decided_in_one_s_name_counts_as_one_s_own(filed, cast):
    both = colleague(cast.city, user=cast.county_reviewer.user)
    deputy = cast.county_supervisor.user
    post = acting(given(cast.county_reviewer, deputy, filed.at))
    actions.decide(
        [filed.task(cast.first_school).pk],
        verdict=Verdict.APPROVE,
        by=deputy,
        post=post,
        at=filed.at,
    )

    receipt = filed.decide(cast.first_school, both, Verdict.APPROVE)
    assert said(receipt) == broken("one_level_only")


# --- Looking back -----------------------------------------------------------------------------
def loaded(round, cast, who: dict) -> None:
    """A round as a load from elsewhere may have brought it in: the same people at every desk."""
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    for unit, role in [("county", "county_reviewer"), ("city", "city_reviewer")]:
        post = cast.posts[role]
        round.decide(cast.first_school, post, Verdict.APPROVE)
        if unit in who:
            stored = Decision.objects.filter(post=post, verdict="approve")
            past_the_triggers(stored, who[unit])


def past_the_triggers(decisions, user) -> None:
    """Rewrite who decided, as no action can."""
    import pgtrigger

    with pgtrigger.ignore("workflows.Decision:decisions_are_append_only"):
        decisions.update(by=user)


def test_a_sound_round_has_no_violation(filed, cast):
    for post in (cast.county_reviewer, cast.city_reviewer, cast.province_reviewer):
        filed.decide(cast.first_school, post, Verdict.APPROVE)
    out = StringIO()

    call_command("check_separation", stdout=out)

    assert violations() == []
    assert out.getvalue() == "No decision breaks a rule of separation.\n"


def test_the_command_names_each_decision_and_fails(round, cast):
    loaded(round, cast, {"county": cast.school_head.user})
    loaded_city = Decision.objects.get(post=cast.city_reviewer)
    past_the_triggers(Decision.objects.filter(pk=loaded_city.pk), cast.school_head.user)
    out = StringIO()

    with pytest.raises(CommandError, match="2 decisions"):
        call_command("check_separation", "--campaign", "2026", stdout=out)

    lines = out.getvalue().splitlines()
    assert [line.partition(": ")[2] for line in lines] == [
        "Who entered, submitted or signed it does not review it.",
        "Who entered, submitted or signed it does not review it."
        " Who decided it at one level does not decide it at another.",
    ]
    assert "approve at 东乡族自治县 by 马成龙" in lines[0]
    call_command("check_separation", "--campaign", "another", stdout=out)


def test_every_rule_is_found_again_in_the_ledger(filed, cast, now, teacher):
    for role in ("county_reviewer", "city_reviewer", "province_reviewer"):
        filed.decide(cast.first_school, cast.posts[role], Verdict.APPROVE)
    change = change_of(teacher, cast, now)
    hand_on(change, cast.school_clerk, Verdict.SUBMIT, now)
    hand_on(change, cast.school_head, Verdict.SIGN, now)
    reviewers = Decision.objects.filter(step__endswith="_review")
    past_the_triggers(reviewers.filter(post=cast.city_reviewer), cast.county_reviewer.user)
    Record.objects.update(entered_by=cast.province_reviewer.user)
    User.objects.filter(pk=cast.school_head.user_id).update(teacher=teacher)

    assert [(row.step, row.verdict, row.rules) for row in violations()] == [
        ("city_review", "approve", ["one_level_only"]),
        ("province_review", "approve", ["reports_and_reviews"]),
        ("confirm", "sign", ["concerns_oneself"]),
    ]


def test_they_are_paged_by_key_and_kept_to_the_subtree(round, cast):
    loaded(round, cast, {"county": cast.school_head.user, "city": cast.school_clerk.user})
    every = violations()

    assert [row.organisation for row in every] == ["东乡族自治县", "临夏回族自治州"]
    assert violations(limit=1) == every[:1]
    assert violations(after=every[0].decision_id) == every[1:]
    assert violations(path=cast.county.path) == every
    assert violations(path=cast.neighbour_county.path) == []


def test_only_what_came_before_a_decision_counts_against_it(filed, cast):
    filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    Record.objects.update(entered_by=cast.county_reviewer.user, entered_at="2026-12-24T10:00+08:00")

    assert violations() == []
