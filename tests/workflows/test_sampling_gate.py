"""Where a campaign asks for samples, bulk approval passes only what the sampling desk lets pass."""

from collections import Counter
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Submission
from teachers.models import Post
from tests import colleagues, rounds, samples
from tests.invariants import violations
from workflows import acts
from workflows.enums import OutcomeKind, Verdict
from workflows.inbox import Filters
from workflows.models import Act

DONE, NOT_SAMPLED, SAMPLE_FAILED = (
    OutcomeKind.DONE,
    OutcomeKind.NOT_SAMPLED,
    OutcomeKind.SAMPLE_FAILED,
)


@pytest.fixture
def filed(round) -> rounds.Round:
    samples.asked_for(round)
    samples.hand_in(round)
    return round


@pytest.fixture
def county(cast) -> Post:
    return cast.county_reviewer


def approve(filed, post: Post, tasks=None, verdict=Verdict.APPROVE, **more) -> Counter:
    """Outcomes of an act over these schools, or over the whole view; its preview said the same."""
    chosen = {"filters": Filters()} if tasks is None else {"tasks": tasks}
    who = {"by": post.user, "post": post, "at": filed.at}
    shown = acts.preview(verdict=verdict, **who, **chosen).counts
    act = acts.ask(key=uuid4(), verdict=verdict, **who, **chosen, **more)
    done = Counter(act.items.values_list("outcome", flat=True))
    assert shown == done
    assert violations() == {}
    return done


def tasks_of(filed, names: list[str]) -> list[int]:
    return [filed.task(filed.cast.units[name]).pk for name in names]


def test_without_a_draw_nothing_passes_in_bulk(filed, county):
    assert approve(filed, county) == {NOT_SAMPLED: 3}


def test_with_a_draw_that_is_not_judged_nothing_passes(filed, county):
    drawn = samples.draw(filed, county)
    samples.judge(filed, county, drawn.records.get(position=0))

    assert approve(filed, county) == {NOT_SAMPLED: 3}


def test_a_passed_draw_lets_all_pass_that_it_was_drawn_from(filed, county):
    samples.judge_all(filed, county, samples.draw(filed, county))

    assert approve(filed, county) == {DONE: 3}


def test_what_came_after_the_draw_waits_for_the_next(filed, cast, county):
    filed.send_back(cast.kindergarten, county)
    samples.judge_all(filed, county, samples.draw(filed, county))
    filed.hand_in(cast.kindergarten, cast.kindergarten_clerk, cast.kindergarten_head)

    assert approve(filed, county) == {DONE: 2, NOT_SAMPLED: 1}


def test_a_new_attempt_is_not_covered_by_the_draw_of_the_old_one(filed, cast, county):
    samples.judge_all(filed, county, samples.draw(filed, county))
    filed.send_back(cast.kindergarten, county)
    filed.hand_in(cast.kindergarten, cast.kindergarten_clerk, cast.kindergarten_head)

    assert approve(filed, county) == {DONE: 2, NOT_SAMPLED: 1}


def test_too_many_errors_let_nothing_pass_until_a_second_draw_does(filed, county):
    drawn = samples.draw(filed, county)
    samples.judge_all(filed, county, drawn, wrong=1)
    assert approve(filed, county) == {SAMPLE_FAILED: 3}
    filed.send_back(drawn.records.get(position=0).submission.organisation, county)
    assert approve(filed, county) == {SAMPLE_FAILED: 2}

    samples.judge_all(filed, county, samples.draw(filed, county))

    assert approve(filed, county) == {DONE: 2}


def test_below_the_limit_only_the_wrong_one_stays(filed, county):
    samples.asked_for(filed, limit=50)
    samples.judge_all(filed, county, samples.draw(filed, county), wrong=1)

    assert approve(filed, county) == {DONE: 2, SAMPLE_FAILED: 1}


def test_one_at_a_time_is_always_possible(filed, cast, county):
    for name in ("first_school", "second_school", "kindergarten"):
        assert approve(filed, county, tasks_of(filed, [name])) == {DONE: 1}


def test_what_has_findings_is_approved_one_by_one(filed, cast, county):
    Submission.objects.filter(organisation=cast.first_school).update(warnings_count=1)
    samples.judge_all(filed, county, samples.draw(filed, county))

    assert approve(filed, county) == {DONE: 2, NOT_SAMPLED: 1}
    assert approve(filed, county, tasks_of(filed, ["first_school"])) == {DONE: 1}


def test_returning_in_bulk_asks_for_no_sample(filed, county):
    more = {"reasons": [rounds.reason()], "words": "请核对。"}
    who = {"by": county.user, "post": county, "at": filed.at}

    act = acts.ask(key=uuid4(), verdict=Verdict.RETURN, filters=Filters(), **who, **more)

    assert act.done_count == 3


def test_another_objection_is_named_before_the_sample(filed, cast, county):
    tasks = tasks_of(filed, ["first_school", "second_school", "kindergarten"])
    filed.task(cast.first_school).process.tasks.filter(finished=None).update(
        owner=colleagues.colleague(cast.county).user
    )
    Submission.objects.filter(organisation=cast.second_school).update(
        unexplained_count=1, warnings_count=1
    )

    assert approve(filed, county, tasks) == {
        OutcomeKind.CLAIMED: 1,
        OutcomeKind.UNEXPLAINED: 1,
        NOT_SAMPLED: 1,
    }


def test_the_next_level_draws_for_itself(filed, cast, county):
    samples.judge_all(filed, county, samples.draw(filed, county))
    approve(filed, county)

    assert approve(filed, cast.city_reviewer) == {NOT_SAMPLED: 3}
    samples.judge_all(filed, cast.city_reviewer, samples.draw(filed, cast.city_reviewer))
    assert approve(filed, cast.city_reviewer) == {DONE: 3}


def test_the_rest_is_tried_again_once_the_sample_is_judged(filed, county):
    who = {"by": county.user, "post": county, "at": filed.at}
    act = acts.ask(key=uuid4(), verdict=Verdict.APPROVE, filters=Filters(), **who)
    assert acts.possible_now(act, **who) == []
    with pytest.raises(acts.NothingSelected):
        acts.retry(act, key=uuid4(), **who)

    samples.judge_all(filed, county, samples.draw(filed, county))

    assert acts.retry(act, key=uuid4(), **who).done_count == 3


def test_a_campaign_without_samples_is_not_held_up_by_one_with(filed, cast, county):
    other = rounds.launched(cast, filed.at, code="2027")
    samples.hand_in(other)

    assert approve(filed, county) == {DONE: 3, NOT_SAMPLED: 3}


# --- What it costs ---------------------------------------------------------------------------
def cost(filed, post: Post, names: list[str]) -> int:
    tasks = tasks_of(filed, names)
    with CaptureQueriesContext(connection) as queries:
        acts.preview(verdict=Verdict.APPROVE, by=post.user, post=post, at=filed.at, tasks=tasks)
    return len(queries)


def test_the_gate_is_one_statement_for_two_or_three(filed, county):
    some, all_ = ["first_school", "second_school"], [name for name, _who in samples.COUNTY]
    cost(filed, county, all_)

    assert (cost(filed, county, some), cost(filed, county, all_)) == (2, 2)


def test_where_no_sample_is_asked_it_costs_nothing(filed, county):
    samples.asked_for(filed, share=0)
    all_ = [name for name, _who in samples.COUNTY]
    cost(filed, county, all_)

    assert cost(filed, county, all_) == 1
    assert approve(filed, county) == {DONE: 3}


def test_the_api_says_which_were_held_back(filed, county, client):
    client.force_login(county.user)
    tasks = tasks_of(filed, ["first_school", "second_school"])

    answer = client.post(
        "/api/v1/acts/",
        {"key": str(uuid4()), "tasks": tasks, "verdict": "approve"},
        content_type="application/json",
    )

    assert answer.status_code in {200, 201}
    assert Counter(Act.objects.get().items.values_list("outcome", flat=True)) == {NOT_SAMPLED: 2}
