"""Acts of many people at once, against edits, and when the server of one of them is lost."""

from collections import Counter
from itertools import count
from uuid import uuid4

import pytest
from django.db import InterfaceError, OperationalError, connection

from campaigns import actions as filling
from campaigns.enums import SubmissionState as State
from campaigns.models import Record, Submission
from tests import crowd, rounds
from tests.at_once import at_once
from tests.backends import another_connection, kill, own_backend, waiting_for
from tests.invariants import violations
from workflows import actions, acts
from workflows.acts import carrying, jobs
from workflows.enums import ActState, OutcomeKind, Verdict
from workflows.models import Act, ActItem, Decision, Task
from workflows.verification import verify

LOST = (OperationalError, InterfaceError)


def press(post, tasks, at, verdict=Verdict.APPROVE, **more) -> Act:
    return acts.ask(
        key=uuid4(), verdict=verdict, by=post.user, post=post, at=at, tasks=tasks, **more
    )


# --- Many at once --------------------------------------------------------------------------
def test_fifty_reviewers_decide_overlapping_batches_and_each_task_is_decided_once(
    transactional_db, reference, cast, now
):
    """Each has a third of the desk, from another place on; half return, half approve."""
    _round, tasks = crowd.handed_in(cast, now, count=24)
    colleagues = crowd.reviewers(cast, 50)

    def batch(number: int) -> list[int]:
        chosen = [tasks[(number * 5 + i) % len(tasks)] for i in range(8)]
        return chosen if number % 2 else chosen[::-1]

    def work(number: int):
        post, more = colleagues[number], {}
        if number % 4 == 0:
            more = {"reasons": [rounds.reason()], "words": "请改"}
        verdict = Verdict.RETURN if more else Verdict.APPROVE
        if number % 2:
            receipt = actions.decide(
                batch(number), verdict=verdict, by=post.user, post=post, at=now, **more
            )
            return [outcome.kind for outcome in receipt.outcomes]
        act = press(post, batch(number), now, verdict, **more)
        return list(act.items.values_list("outcome", flat=True))

    results = at_once(*(lambda n=number: work(n) for number in range(50)))

    assert not [one for one in results if isinstance(one, Exception)]
    kinds = Counter(kind for outcomes in results for kind in outcomes)
    assert kinds == {OutcomeKind.DONE: 24, OutcomeKind.ALREADY_DECIDED: 50 * 8 - 24}
    assert Decision.objects.filter(task__in=tasks).count() == 24
    assert sum(crowd.states().values()) == 24
    assert set(crowd.states()) <= {State.CITY_REVIEW, State.RETURNED}
    assert violations() == {}
    assert verify().decisions == 24 * 3


def test_the_same_key_pressed_by_eight_at_once_is_one_act(transactional_db, reference, cast, now):
    _round, tasks = crowd.handed_in(cast, now, count=3)
    key, post = uuid4(), cast.county_reviewer

    def press_once() -> tuple:
        act = acts.ask(
            key=key, verdict=Verdict.APPROVE, by=post.user, post=post, at=now, tasks=tasks
        )
        return act.pk, act.items_count

    results = at_once(*[press_once] * 8)

    act = Act.objects.get()
    assert results == [(act.pk, 3)] * 8
    assert (act.state, act.done_count, act.attempts) == (ActState.DONE, 3, 1)
    assert Decision.objects.filter(task__in=tasks).count() == 3
    assert violations() == {}


def test_two_who_take_the_same_act_back_do_it_once(transactional_db, reference, cast, now):
    _round, tasks = crowd.handed_in(cast, now, count=4)
    done, (second,) = press(cast.county_reviewer, tasks, now), crowd.reviewers(cast, 1)

    results = at_once(
        *(
            lambda post=post: acts.undo(done, key=uuid4(), by=post.user, post=post, at=now)
            for post in (cast.county_reviewer, second)
        )
    )

    assert not [one for one in results if isinstance(one, Exception)]
    assert Decision.objects.filter(verdict=Verdict.UNDO).count() == 4
    assert crowd.states() == {State.COUNTY_REVIEW: 4}
    assert violations() == {}


def test_taking_back_against_the_next_level_s_approval_gives_one_of_them(
    transactional_db, reference, cast, now
):
    _round, tasks = crowd.handed_in(cast, now, count=6)
    done = press(cast.county_reviewer, tasks, now)
    coming = list(Task.objects.open().for_post(cast.city_reviewer).values_list("pk", flat=True))
    county = cast.county_reviewer

    undone, approved = at_once(
        lambda: acts.undo(done, key=uuid4(), by=county.user, post=county, at=now),
        lambda: [crowd.approve(cast.city_reviewer, [task], now) for task in coming],
    )

    back = list(undone.items.values_list("outcome", flat=True))
    passed = sum(len(receipt.done) for receipt in approved)
    assert set(back) <= {OutcomeKind.DONE, OutcomeKind.LATER_LEVEL}
    assert back.count(OutcomeKind.DONE) + passed == 6
    assert violations() == {}


# --- Against edits -------------------------------------------------------------------------
def person(record: Record, **basic) -> dict:
    return {**record.data, "basic": {**record.data["basic"], **basic}}


def edit(record: Record, clerk, at, **basic):
    """The clerk saves the record with other values on the form that was opened before."""
    return filling.save_record(
        submission=record.submission,
        data=person(record, **basic),
        identity="",
        identity_type="1",
        by=clerk.user,
        post=clerk,
        at=at,
        record=record,
    )


@pytest.fixture
def committed(transactional_db, reference, cast, now) -> rounds.Round:
    return rounds.launched(cast, now)


@pytest.fixture
def on_the_county_s_desk(committed, cast) -> tuple[int, Record]:
    committed.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    record = Record.objects.select_related("submission__campaign", "submission__organisation").get()
    return committed.task(cast.first_school).pk, record


def test_an_approval_against_an_edit_never_passes_what_nobody_has_seen(
    on_the_county_s_desk, committed, cast
):
    task, record = on_the_county_s_desk

    approved, edited = at_once(
        lambda: crowd.approve(cast.county_reviewer, [task], committed.at),
        lambda: edit(record, cast.school_clerk, committed.at, name="马换人"),
    )

    assert isinstance(edited, filling.NotOpenForSchool)
    assert len(approved.done) == 1
    assert Record.objects.get().name == record.name
    assert violations() == {}


def test_a_return_against_an_edit_is_done_and_the_edit_only_after_it(
    on_the_county_s_desk, committed, cast
):
    task, record = on_the_county_s_desk

    returned, edited = at_once(
        lambda: press(
            cast.county_reviewer,
            [task],
            committed.at,
            Verdict.RETURN,
            reasons=[rounds.reason()],
            words="请改",
        ),
        lambda: edit(record, cast.school_clerk, committed.at, name="马换人"),
    )

    assert returned.done_count == 1
    assert committed.submission(cast.first_school).state == State.RETURNED
    if isinstance(edited, filling.NotOpenForSchool):
        assert Record.objects.get().name == record.name
    else:
        assert edited.name == Record.objects.get().name == "马换人"
    assert violations() == {}


def test_handing_in_against_an_edit_that_brings_an_error_gives_one_of_them(committed, cast):
    record = committed.add_people(cast.first_school, cast.school_clerk)[0]
    record = Record.objects.select_related("submission__campaign", "submission__organisation").get(
        pk=record.pk
    )
    task = committed.task(cast.first_school).pk
    clerk = cast.school_clerk

    submitted, edited = at_once(
        lambda: actions.decide(
            [task], verdict=Verdict.SUBMIT, by=clerk.user, post=clerk, at=committed.at
        ),
        lambda: edit(record, clerk, committed.at, birth_date=""),
    )

    submission = committed.submission(cast.first_school)
    if isinstance(edited, filling.NotOpenForSchool):
        assert submitted.outcomes[0].kind == OutcomeKind.DONE
        assert (submission.state, submission.errors_count) == (State.SIGNING, 0)
    else:
        assert submitted.outcomes[0].kind == OutcomeKind.HAS_ERRORS
        assert submission.state == State.DRAFT
        assert submission.errors_count > 0
    assert violations() == {}


def test_a_recall_against_the_head_s_signature_and_the_county_s_approval(committed, cast):
    """Three at once on one case; whoever comes first, the others are told."""
    committed.add_people(cast.first_school, cast.school_clerk)
    committed.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)
    task, at = committed.task(cast.first_school).pk, committed.at
    clerk, head = cast.school_clerk, cast.school_head

    recalled, signed, _approved = at_once(
        lambda: actions.recall(
            committed.submission(cast.first_school), by=clerk.user, post=clerk, at=at
        ),
        lambda: actions.decide([task], verdict=Verdict.SIGN, by=head.user, post=head, at=at),
        lambda: crowd.approve(cast.county_reviewer, crowd.county_tasks(cast), at),
    )

    state = committed.submission(cast.first_school).state
    if isinstance(recalled, actions.CannotRecall):
        assert (signed.outcomes[0].kind, state) == (OutcomeKind.DONE, State.CITY_REVIEW)
    else:
        assert recalled is None
        assert state == State.DRAFT
    assert violations() == {}


def test_acts_of_three_levels_against_the_cancelling_of_the_campaign(
    transactional_db, reference, cast, now
):
    round, tasks = crowd.handed_in(cast, now, count=9)
    crowd.approve(cast.county_reviewer, tasks[:6], now)
    city = list(Task.objects.open().for_post(cast.city_reviewer).values_list("pk", flat=True))
    crowd.approve(cast.city_reviewer, city[:3], now)
    province = list(
        Task.objects.open().for_post(cast.province_reviewer).values_list("pk", flat=True)
    )
    manager = {"by": cast.manager.user, "post": cast.manager}

    *decided, cancelled = at_once(
        lambda: press(cast.county_reviewer, tasks[6:], now),
        lambda: press(cast.city_reviewer, city[3:], now),
        lambda: press(cast.province_reviewer, province, now),
        lambda: actions.cancel(round.campaign, words="推迟", at=now, **manager),
    )

    assert not [one for one in [*decided, cancelled] if isinstance(one, Exception)]
    assert set(ActItem.objects.values_list("outcome", flat=True)) <= {
        OutcomeKind.DONE,
        OutcomeKind.ALREADY_DECIDED,
        OutcomeKind.CAMPAIGN_CLOSED,
    }
    published = Submission.objects.filter(state=State.APPROVED).count()
    assert published == ActItem.objects.filter(act=decided[2], outcome=OutcomeKind.DONE).count()
    assert set(crowd.states()) <= {State.APPROVED, State.CANCELLED}
    assert not Task.objects.open().exists()
    assert violations() == {}
    assert verify(round.campaign).seals == 2


# --- A backend that is lost ----------------------------------------------------------------
@pytest.fixture
def queued(transactional_db, reference, cast, now, settings, monkeypatch) -> Act:
    """An act over seven tasks that waits for a worker; carried out two at a time."""
    settings.ACT_IN_REQUEST = 0
    monkeypatch.setattr(carrying, "CHUNK", 2)
    _round, tasks = crowd.handed_in(cast, now, count=7)
    return press(cast.county_reviewer, tasks, now)


def counts(act: Act) -> tuple:
    act.refresh_from_db()
    return act.state, act.handled_count, act.done_count, act.attempts


def assert_done_once(act: Act) -> None:
    decided = Decision.objects.filter(task__in=act.items.values("task"))
    assert counts(act) == (ActState.DONE, 7, 7, 2)
    assert set(act.items.values_list("outcome", flat=True)) == {OutcomeKind.DONE}
    assert decided.count() == 7
    assert crowd.states() == {State.CITY_REVIEW: 7}
    assert violations() == {}
    assert verify().decisions == 7 * 3


def test_a_backend_lost_between_two_chunks_leaves_whole_chunks_and_is_carried_on(queued, now):
    chunks = count(1)

    def clock():
        """Every chunk asks for the moment when it begins; at the third the server is lost."""
        if next(chunks) == 3:
            kill(own_backend())
        return now

    (lost,) = at_once(lambda: acts.carry_out(queued.pk, clock=clock))

    assert isinstance(lost, LOST)
    assert counts(queued) == (ActState.RUNNING, 4, 4, 1)
    assert jobs.sweep(at=now) == [queued.pk]
    acts.carry_out(queued.pk, clock=lambda: now)
    assert_done_once(queued)


def test_a_backend_lost_inside_a_chunk_takes_the_whole_chunk_back(queued, now):
    """The second chunk has decided its cases and waits to note it, when its server is lost."""
    blocked = queued.items.order_by("position")[3].pk

    def disturb() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT FROM workflows_actitem WHERE id = %s FOR UPDATE", [blocked])
            kill(waiting_for(own_backend()))
            cursor.execute("ROLLBACK")

    lost, disturbed = at_once(lambda: acts.carry_out(queued.pk, clock=lambda: now), disturb)

    assert (isinstance(lost, LOST), disturbed) == (True, None)
    assert counts(queued) == (ActState.RUNNING, 2, 2, 1)
    assert crowd.states() == {State.CITY_REVIEW: 2, State.COUNTY_REVIEW: 5}
    assert violations() == {}
    assert jobs.sweep(at=now) == [queued.pk]
    acts.carry_out(queued.pk, clock=lambda: now)
    assert_done_once(queued)


def test_an_act_that_somebody_carries_out_is_not_put_back_nor_carried_out_twice(queued, now):
    with another_connection() as holder:
        holder.execute("SELECT pg_advisory_lock(%s, %s)", [int(carrying.Work.ACT), queued.pk])
        Act.objects.filter(pk=queued.pk).update(state=ActState.RUNNING, attempts=1)

        swept = jobs.sweep(at=now)
        acts.carry_out(queued.pk, clock=lambda: now)

    assert swept == []
    assert counts(queued) == (ActState.RUNNING, 0, 0, 1)
    assert jobs.sweep(at=now) == [queued.pk]
    acts.carry_out(queued.pk, clock=lambda: now)
    assert_done_once(queued)


def test_six_who_carry_the_same_act_out_at_once_decide_each_item_once(queued, now):
    results = at_once(*[lambda: acts.carry_out(queued.pk, clock=lambda: now)] * 6)

    assert not [one for one in results if isinstance(one, Exception)]
    acts.carry_out(queued.pk, clock=lambda: now)
    assert counts(queued)[:3] == (ActState.DONE, 7, 7)
    assert Decision.objects.filter(task__in=queued.items.values("task")).count() == 7
    assert violations() == {}
