"""What an act would do is shown before it is asked, by the screening of the decision itself."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Record, Submission
from tests import rounds
from workflows import acts
from workflows.enums import OutcomeKind, Verdict
from workflows.inbox import Filters
from workflows.models import Act, Decision, Task

SCHOOLS = [
    ("first_school", "school"),
    ("second_school", "second"),
    ("kindergarten", "kindergarten"),
    ("neighbour_school", "neighbour"),
]


@pytest.fixture
def filed(round, cast) -> rounds.Round:
    for school, who in SCHOOLS:
        round.hand_in(cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    return round


def asked(post, at, verdict=Verdict.APPROVE, **more) -> dict:
    return {"verdict": verdict, "by": post.user, "post": post, "at": at, **more}


def mixed(filed, cast) -> list[int]:
    """Tasks of the county, of which only the first can be approved, and one of the neighbour."""
    tasks = {name: filed.task(cast.units[name]).pk for name, _who in SCHOOLS}
    Submission.objects.filter(organisation=cast.second_school).update(errors_count=2)
    Task.objects.filter(pk=tasks["kindergarten"]).update(owner=cast.city_reviewer.user)
    return list(tasks.values())


def test_the_preview_is_what_then_happens(filed, cast):
    tasks = mixed(filed, cast)

    shown = acts.preview(**asked(cast.county_reviewer, filed.at, tasks=tasks))
    act = acts.ask(key=uuid4(), **asked(cast.county_reviewer, filed.at, tasks=tasks))

    assert shown.counts == Counter(
        {
            OutcomeKind.DONE: 1,
            OutcomeKind.HAS_ERRORS: 1,
            OutcomeKind.CLAIMED: 1,
            OutcomeKind.NOT_YOURS: 1,
        }
    )
    assert shown.counts == Counter(act.items.values_list("outcome", flat=True))
    assert (shown.total, shown.done, shown.refused) == (4, 1, 3)


def test_a_return_goes_where_an_approval_may_not(filed, cast):
    tasks = mixed(filed, cast)

    shown = acts.preview(
        **asked(cast.county_reviewer, filed.at, Verdict.RETURN, tasks=tasks, return_to="fill")
    )

    assert (shown.done, shown.refused) == (2, 2)
    assert [name for name, _title in shown.targets] == ["fill"]


def test_the_targets_of_a_return_are_those_that_all_share(filed, cast):
    for school in ("first_school", "neighbour_school"):
        county = "county_reviewer" if school == "first_school" else "neighbour_reviewer"
        filed.decide(cast.units[school], cast.posts[county], Verdict.APPROVE)
    filed.hand_in(cast.city_school, cast.city_school_clerk, cast.city_school_head)
    county_schools = [filed.task(cast.units[n]).pk for n in ("first_school", "neighbour_school")]
    own_school = filed.task(cast.city_school).pk
    city = asked(cast.city_reviewer, filed.at, Verdict.RETURN)

    alike = acts.preview(**city, tasks=county_schools)
    unlike = acts.preview(**city, tasks=[*county_schools, own_school])

    assert [name for name, _title in alike.targets] == ["fill", "county_review"]
    assert [name for name, _title in unlike.targets] == ["fill"]


def test_a_preview_writes_nothing(filed, cast):
    before = (Decision.objects.count(), Task.objects.open().count())

    acts.preview(**asked(cast.county_reviewer, filed.at, filters=Filters()))

    assert (Decision.objects.count(), Task.objects.open().count()) == before
    assert not Act.objects.exists()


def test_a_view_is_previewed_under_the_rights_of_the_post(filed, cast):
    whole = acts.preview(**asked(cast.county_reviewer, filed.at, filters=Filters()))
    part = acts.preview(**asked(cast.county_reviewer, filed.at, filters=Filters(kind="K")))

    assert (whole.done, whole.refused) == (3, 0)
    assert [outcome.organisation for outcome in part.ahead] == ["唐汪镇幼儿园"]


def test_what_came_after_the_look_is_no_part_of_the_view(filed, cast):
    looked = filed.at + timedelta(minutes=1)
    Task.objects.filter(pk=filed.task(cast.kindergarten).pk).update(
        created=looked + timedelta(minutes=1)
    )
    view = asked(cast.county_reviewer, filed.at, filters=Filters(), seen=looked)

    shown = acts.preview(**view)
    act = acts.ask(key=uuid4(), **view)

    assert (shown.total, act.items_count, act.done_count) == (2, 2, 2)


def test_what_changed_after_the_look_is_shown_as_such(filed, cast):
    looked = filed.at + timedelta(minutes=1)
    submission = filed.submission(cast.first_school)
    Record.objects.filter(submission=submission).update(entered_at=looked + timedelta(minutes=1))

    shown = acts.preview(**asked(cast.county_reviewer, filed.at, filters=Filters(), seen=looked))

    assert shown.counts == Counter({OutcomeKind.DONE: 2, OutcomeKind.CHANGED: 1})


def test_nothing_selected_is_refused(filed, cast):
    with pytest.raises(acts.NothingSelected):
        acts.preview(**asked(cast.county_reviewer, filed.at, tasks=[999_999_999]))


def test_one_task_or_three_cost_the_same(filed, cast):
    tasks = [filed.task(cast.units[name]).pk for name, _who in SCHOOLS[:3]]
    acts.preview(**asked(cast.county_reviewer, filed.at, tasks=tasks))

    def cost(some: list[int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            acts.preview(**asked(cast.county_reviewer, filed.at, tasks=some))
        return len(queries)

    assert (cost(tasks[:1]), cost(tasks)) == (1, 1)


# --- Trying again -------------------------------------------------------------------------
def press(post, at, verdict=Verdict.APPROVE, *, key=None, **more) -> Act:
    return acts.ask(key=key or uuid4(), **asked(post, at, verdict, **more))


def again(act: Act, post, at, key=None) -> Act:
    return acts.retry(act, key=key or uuid4(), by=post.user, post=post, at=at)


def test_the_rest_is_tried_again_where_it_may_succeed_now(filed, cast):
    act = press(cast.county_reviewer, filed.at, tasks=mixed(filed, cast))
    Submission.objects.filter(organisation=cast.second_school).update(errors_count=0)

    new = again(act, cast.county_reviewer, filed.at)

    assert [item.task.process.organisation for item in new.items.all()] == [cast.second_school]
    assert (new.items_count, new.done_count) == (1, 1)
    act.refresh_from_db()
    assert (act.items_count, act.done_count) == (4, 1)


def test_a_return_tried_again_keeps_its_grounds(filed, cast):
    act = press(
        cast.county_reviewer,
        filed.at,
        Verdict.RETURN,
        tasks=mixed(filed, cast),
        reasons=[rounds.reason()],
        words="请核对。",
    )
    Task.objects.filter(pk=filed.task(cast.kindergarten).pk).update(owner=None)

    new = again(act, cast.county_reviewer, filed.at)

    assert (new.verdict, new.reasons, new.words) == (Verdict.RETURN, [rounds.reason()], "请核对。")
    assert filed.submission(cast.kindergarten).state == "returned"


def test_trying_again_twice_with_one_key_is_one_act(filed, cast):
    act = press(cast.county_reviewer, filed.at, tasks=mixed(filed, cast))
    Submission.objects.filter(organisation=cast.second_school).update(errors_count=0)
    key = uuid4()

    first, second = (again(act, cast.county_reviewer, filed.at, key) for _time in range(2))

    assert first == second
    assert Act.objects.count() == 2


def test_nothing_is_tried_that_would_be_refused_again(filed, cast):
    act = press(cast.county_reviewer, filed.at, tasks=mixed(filed, cast))

    with pytest.raises(acts.NothingSelected):
        again(act, cast.county_reviewer, filed.at)


def test_what_changed_must_be_looked_at_first(filed, cast):
    looked = filed.at + timedelta(minutes=1)
    submission = filed.submission(cast.first_school)
    Record.objects.filter(submission=submission).update(entered_at=looked + timedelta(minutes=1))
    act = press(cast.county_reviewer, filed.at, filters=Filters(), seen=looked)

    who = {"by": cast.county_reviewer.user, "post": cast.county_reviewer, "at": filed.at}

    assert acts.possible_now(act, **who) == []


def test_another_desk_tries_nothing_again(filed, cast):
    act = press(cast.county_reviewer, filed.at, tasks=mixed(filed, cast))

    with pytest.raises(acts.NotYourAct):
        again(act, cast.neighbour_reviewer, filed.at)
