"""Acts: one press over many tasks, with a receipt that lasts, and taking it back."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from campaigns.models import Record
from teachers.enums import SchoolKind
from tests import rounds
from tests.invariants import violations
from workflows import acts
from workflows.acts.jobs import carry_out_act
from workflows.enums import ActState, OutcomeKind, Verdict
from workflows.inbox import Filters
from workflows.models import Act, ActItem, Decision, Task

KEY = UUID(int=1)
KINDERGARTEN = SchoolKind.KINDERGARTEN.value


@pytest.fixture
def filed(round, cast) -> rounds.Round:
    """All three schools of the county have handed in, and the neighbour's."""
    for school, who in [
        ("first_school", "school"),
        ("second_school", "second"),
        ("kindergarten", "kindergarten"),
        ("neighbour_school", "neighbour"),
    ]:
        round.hand_in(cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    return round


def press(post, verdict=Verdict.APPROVE, *, at, key=None, **more) -> Act:
    return acts.ask(key=key or uuid4(), verdict=verdict, by=post.user, post=post, at=at, **more)


def take_back(act: Act, post, at) -> Act:
    return acts.undo(act, key=uuid4(), by=post.user, post=post, at=at)


def outcomes(act: Act) -> list[str]:
    return list(act.items.order_by("position").values_list("outcome", flat=True))


def counts(act: Act) -> tuple:
    return act.state, act.items_count, act.handled_count, act.done_count


def states(filed, *schools: str) -> list[str]:
    return [filed.submission(filed.cast.units[school]).state for school in schools]


COUNTY = ("first_school", "second_school", "kindergarten")


# --- Asking -------------------------------------------------------------------------------
def test_an_act_over_a_whole_view_decides_what_the_desk_shows(filed, cast):
    act = press(cast.county_reviewer, at=filed.at, filters=Filters())

    assert counts(act) == (ActState.DONE, 3, 3, 3)
    assert states(filed, *COUNTY) == ["city_review"] * 3
    assert states(filed, "neighbour_school") == ["county_review"]
    assert violations() == {}


def test_a_view_is_narrowed_by_its_filters(filed, cast):
    act = press(cast.county_reviewer, at=filed.at, filters=Filters(kind=KINDERGARTEN))

    tasks = [item.task.process.organisation for item in act.items.all()]
    assert tasks == [cast.kindergarten]
    assert act.filters == {"kind": KINDERGARTEN}


def test_each_item_says_what_became_of_it_and_by_whose_decision(filed, cast):
    mine, quick, foreign = (
        filed.task(cast.units[name]).pk for name in (*COUNTY[:2], "neighbour_school")
    )
    filed.decide(cast.second_school, cast.county_reviewer, Verdict.APPROVE)

    act = press(cast.county_reviewer, at=filed.at, tasks=[foreign, mine, quick, 999_999_999])

    assert outcomes(act) == [
        OutcomeKind.NOT_YOURS,
        OutcomeKind.DONE,
        OutcomeKind.ALREADY_DECIDED,
    ]
    assert [item.decision and item.decision.task_id for item in act.items.order_by("position")] == [
        None,
        mine,
        quick,
    ]
    assert act.filters["asked"] == 4


def test_the_same_key_is_the_same_act(filed, cast):
    tasks = [filed.task(cast.first_school).pk]
    first = press(cast.county_reviewer, at=filed.at, key=KEY, tasks=tasks)
    decisions = Decision.objects.count()

    again = press(cast.county_reviewer, at=filed.at, key=KEY, tasks=tasks)

    assert (again.pk, counts(again)) == (first.pk, (ActState.DONE, 1, 1, 1))
    assert Decision.objects.count() == decisions


def test_a_key_with_another_content_is_refused(filed, cast):
    press(cast.county_reviewer, at=filed.at, key=KEY, tasks=[filed.task(cast.first_school).pk])

    with pytest.raises(acts.KeyUsed):
        press(cast.county_reviewer, at=filed.at, key=KEY, tasks=[filed.task(cast.second_school).pk])

    assert states(filed, "second_school") == ["county_review"]


def test_nothing_selected_leaves_no_act(filed, cast):
    with pytest.raises(acts.NothingSelected):
        press(cast.county_reviewer, at=filed.at, tasks=[999_999_999])

    assert not Act.objects.exists()


def test_what_changed_after_the_look_is_refused(filed, cast):
    looked = filed.at + timedelta(minutes=1)
    submission = filed.submission(cast.first_school)
    Record.objects.filter(submission=submission).update(entered_at=looked + timedelta(minutes=1))

    act = press(cast.county_reviewer, at=filed.at, filters=Filters(), seen=looked)

    assert sorted(outcomes(act)) == [OutcomeKind.CHANGED, OutcomeKind.DONE, OutcomeKind.DONE]
    assert states(filed, "first_school") == ["county_review"]


def test_more_than_the_request_takes_waits_for_a_worker(filed, cast, settings):
    settings.ACT_IN_REQUEST = 2

    act = press(cast.county_reviewer, at=filed.at, filters=Filters())

    assert counts(act) == (ActState.QUEUED, 3, 0, 0)
    assert states(filed, *COUNTY) == ["county_review"] * 3
    jobs = DBTaskResult.objects.filter(task_path=carry_out_act.module_path)
    assert [job.args_kwargs["args"] for job in jobs] == [[act.pk]]

    act = acts.carry_out(act.pk, clock=lambda: filed.at)

    assert counts(act) == (ActState.DONE, 3, 3, 3)
    assert violations() == {}


def test_who_lost_the_post_meanwhile_decides_nothing(filed, cast, settings):
    settings.ACT_IN_REQUEST = 0
    act = press(cast.county_reviewer, at=filed.at, filters=Filters())
    cast.county_reviewer.valid_to = filed.at.date()
    cast.county_reviewer.save()

    act = acts.carry_out(act.pk, clock=lambda: filed.at)

    assert outcomes(act) == [OutcomeKind.NOT_YOURS] * 3
    assert states(filed, *COUNTY) == ["county_review"] * 3


def test_one_item_that_fails_does_not_hold_up_the_others(filed, cast, monkeypatch):
    bad = filed.task(cast.second_school).pk
    decide = acts.carrying.decide

    def breaks(tasks, **more):
        if bad in tasks:
            raise LookupError("a broken record")
        return decide(tasks, **more)

    monkeypatch.setattr(acts.carrying, "decide", breaks)
    act = press(cast.county_reviewer, at=filed.at, filters=Filters())

    assert counts(act) == (ActState.DONE, 3, 3, 2)
    assert ActItem.objects.get(act=act, task=bad).outcome == OutcomeKind.FAILED
    assert act.error == "LookupError"
    assert violations() == {}


# --- Taking back --------------------------------------------------------------------------
def remembered(filed, school: str) -> tuple:
    task = filed.task(filed.cast.units[school])
    case = task.process
    return (
        (task.step, task.organisation_id, task.role, task.due_date, task.position),
        (case.resume_at, case.stopped_on, case.stopped_days, case.position),
    )


def test_an_approval_is_taken_back_to_the_desk_it_came_from(filed, cast):
    before = [remembered(filed, school) for school in COUNTY]
    act = press(cast.county_reviewer, at=filed.at, filters=Filters())

    undone = take_back(act, cast.county_reviewer, filed.at + timedelta(minutes=29))

    assert counts(undone) == (ActState.DONE, 3, 3, 3)
    assert (undone.verdict, undone.undoes) == (Verdict.UNDO, act)
    assert states(filed, *COUNTY) == ["county_review"] * 3
    assert [remembered(filed, school) for school in COUNTY] == before
    assert Decision.objects.filter(verdict=Verdict.UNDO).count() == 3
    assert Decision.objects.filter(verdict=Verdict.APPROVE).count() == 3
    assert violations() == {}


def test_after_the_window_nothing_is_taken_back(filed, cast):
    act = press(cast.county_reviewer, at=filed.at, filters=Filters())

    with pytest.raises(acts.CannotUndo):
        take_back(act, cast.county_reviewer, filed.at + timedelta(minutes=30))

    assert states(filed, *COUNTY) == ["city_review"] * 3


def test_what_a_later_level_has_decided_stays(filed, cast):
    act = press(cast.county_reviewer, at=filed.at, filters=Filters())
    filed.decide(cast.first_school, cast.city_reviewer, Verdict.APPROVE)

    undone = take_back(act, cast.county_reviewer, filed.at)

    by_task = dict(undone.items.values_list("task__process__organisation__name", "outcome"))
    assert by_task == {
        "锁南镇第二小学": OutcomeKind.LATER_LEVEL,
        "达板镇中心小学": OutcomeKind.DONE,
        "唐汪镇幼儿园": OutcomeKind.DONE,
    }
    assert states(filed, *COUNTY) == ["province_review", "county_review", "county_review"]
    later = undone.items.get(outcome=OutcomeKind.LATER_LEVEL)
    assert later.decision.organisation == cast.city
    assert violations() == {}


def test_what_a_later_level_has_claimed_stays(filed, cast):
    act = press(cast.county_reviewer, at=filed.at, tasks=[filed.task(cast.first_school).pk])
    Task.objects.filter(pk=filed.task(cast.first_school).pk).update(owner=cast.city_reviewer.user)

    undone = take_back(act, cast.county_reviewer, filed.at)

    assert outcomes(undone) == [OutcomeKind.LATER_LEVEL]
    assert states(filed, "first_school") == ["city_review"]


def test_a_published_approval_is_not_taken_back(filed, cast):
    for post in (cast.county_reviewer, cast.city_reviewer):
        filed.decide(cast.first_school, post, Verdict.APPROVE)
    act = press(cast.province_reviewer, at=filed.at, filters=Filters())

    undone = take_back(act, cast.province_reviewer, filed.at)

    assert outcomes(undone) == [OutcomeKind.ENDED]
    assert states(filed, "first_school") == ["approved"]
    assert violations() == {}


def grounds() -> dict:
    return {"reasons": [rounds.reason()], "words": "请核对。"}


def test_a_return_is_taken_back_while_the_school_has_not_touched_it(filed, cast):
    before = remembered(filed, "first_school")
    act = press(
        cast.county_reviewer,
        Verdict.RETURN,
        at=filed.at,
        tasks=[filed.task(cast.first_school).pk],
        **grounds(),
    )
    assert states(filed, "first_school") == ["returned"]

    undone = take_back(act, cast.county_reviewer, filed.at)

    assert outcomes(undone) == [OutcomeKind.DONE]
    assert states(filed, "first_school") == ["county_review"]
    assert remembered(filed, "first_school") == before
    assert violations() == {}


def test_a_return_that_the_school_has_touched_stays(filed, cast):
    act = press(
        cast.county_reviewer,
        Verdict.RETURN,
        at=filed.at,
        tasks=[filed.task(cast.first_school).pk],
        **grounds(),
    )
    submission = filed.submission(cast.first_school)
    Record.objects.filter(submission=submission).update(entered_at=filed.at + timedelta(minutes=1))

    undone = take_back(act, cast.county_reviewer, filed.at + timedelta(minutes=2))

    assert outcomes(undone) == [OutcomeKind.TOUCHED]
    assert states(filed, "first_school") == ["returned"]


def test_taking_back_twice_is_one_act(filed, cast):
    act = press(cast.county_reviewer, at=filed.at, filters=Filters())

    first = take_back(act, cast.county_reviewer, filed.at)
    second = take_back(act, cast.county_reviewer, filed.at)

    assert second == first
    assert Decision.objects.filter(verdict=Verdict.UNDO).count() == 3


def test_another_desk_takes_nothing_back(filed, cast):
    act = press(cast.county_reviewer, at=filed.at, filters=Filters())

    with pytest.raises(acts.NotYourAct):
        take_back(act, cast.neighbour_reviewer, filed.at)

    assert states(filed, *COUNTY) == ["city_review"] * 3


def test_what_was_taken_back_can_be_decided_again(filed, cast):
    act = press(cast.county_reviewer, at=filed.at, filters=Filters())
    take_back(act, cast.county_reviewer, filed.at)

    again = press(cast.county_reviewer, at=filed.at, filters=Filters())

    assert counts(again) == (ActState.DONE, 3, 3, 3)
    assert states(filed, *COUNTY) == ["city_review"] * 3
    assert violations() == {}


# --- Left behind --------------------------------------------------------------------------
def test_the_sweep_takes_up_what_a_dead_worker_left(filed, cast, settings, capsys):
    settings.ACT_IN_REQUEST = 0
    act = press(cast.county_reviewer, at=filed.at, filters=Filters())
    Act.objects.filter(pk=act.pk).update(state=ActState.RUNNING, attempts=1)

    call_command("sweep_acts")
    call_command("sweep_acts")

    assert capsys.readouterr().out == "1 acts put back\n0 acts put back\n"
    assert Act.objects.get(pk=act.pk).state == ActState.QUEUED
    assert acts.carry_out(act.pk, clock=lambda: filed.at).done_count == 3
