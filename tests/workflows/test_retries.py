"""Every action that a page calls is done again as a whole when the database breaks it off."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction

from campaigns import problems
from campaigns.enums import ProblemOutcome, StageKind
from campaigns.models import Campaign, Problem, Record, Submission
from teachers.enums import ChangeKind
from tests import rounds, staff
from tests.at_once import at_once
from tests.backends import own_backend, until, waiting_for
from tests.invariants import violations
from workflows import actions, acts
from workflows.enums import Verdict
from workflows.models import Case, Decision, Extension, Seal


@contextmanager
def breaking_off_once(table: str) -> Iterator[Callable[[], int]]:
    """The first insertion into the table fails as a serialisation failure does. Gives a function
    that tells how many were tried: a sequence goes on when a transaction is taken back."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE SEQUENCE tries;
            CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('tries') = 1 THEN
                    RAISE EXCEPTION 'somebody was quicker' USING ERRCODE = '40001';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER break_off AFTER INSERT ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION break_off();
            """
        )

        def tried() -> int:
            cursor.execute("SELECT last_value FROM tries")
            return cursor.fetchone()[0]

        try:
            yield tried
        finally:
            cursor.execute(
                f"DROP TRIGGER break_off ON {table}; DROP FUNCTION break_off; DROP SEQUENCE tries"
            )


def tries_of(table: str, action: Callable, *args, **more) -> int:
    with breaking_off_once(table) as tried:
        action(*args, **more)
        return tried()


DECISIONS = Decision._meta.db_table


def test_each_of_them_succeeds_at_the_second_try(transactional_db, reference, cast, now):
    manager = {"by": cast.manager.user, "post": cast.manager, "at": now}
    clerk = {"by": cast.school_clerk.user, "post": cast.school_clerk, "at": now}
    campaign, tries = rounds.new_campaign(cast, now), {}
    tries["launch"] = tries_of("workflows_case", actions.launch, campaign, **manager)
    tries["begin_collection"] = tries_of(
        Seal._meta.db_table, actions.begin_collection, campaign, **manager
    )
    round = rounds.Round(cast, Campaign.objects.get(), now)
    round.add_people(cast.first_school, cast.school_clerk)
    for verdict, post in [(Verdict.SUBMIT, cast.school_clerk), (Verdict.SIGN, cast.school_head)]:
        tries[verdict] = tries_of(DECISIONS, round.decide, cast.first_school, post, verdict)
    submission = round.submission(cast.first_school)
    tries["recall"] = tries_of(DECISIONS, actions.recall, submission, **clerk)
    tries["extend"] = tries_of(
        Extension._meta.db_table,
        actions.extend,
        round.campaign,
        stage=StageKind.COLLECTION,
        organisation=cast.first_school,
        until=date(2026, 12, 2),
        reason="停电三天",
        **manager,
    )
    teacher = staff.employed(cast.first_school, now)
    with breaking_off_once("workflows_case") as tried:
        change = staff.ask(ChangeKind.LEAVE, cast.school_clerk, now, teacher=teacher)
        tries["ask"] = tried()
    tries["withdraw"] = tries_of(DECISIONS, actions.withdraw, change, **clerk)
    problem = reported_twice(round)
    tries["open_problems"] = tries_of("workflows_case", actions.open_problems, at=now)
    tries["settle"] = tries_of(
        DECISIONS,
        actions.settle,
        problem,
        outcome=ProblemOutcome.CORRECT,
        keeps=None,
        words="更正。",
        by=cast.county_reviewer.user,
        post=cast.county_reviewer,
        at=now.replace(year=2027),
    )
    tries["cancel"] = tries_of(DECISIONS, actions.cancel, round.campaign, words="推迟", **manager)

    assert tries == dict.fromkeys(tries, 2)
    assert len(tries) == 11
    assert Case.objects.filter(campaign=campaign).count() == Submission.objects.count()
    assert set(Submission.objects.values_list("state", flat=True)) == {"cancelled"}
    assert violations() == {}


def reported_twice(round: rounds.Round) -> Problem:
    """The second school reports the first one's teacher, too."""
    cast, known = round.cast, Record.objects.get()
    Record.objects.create(
        submission=round.submission(cast.second_school),
        name=known.name,
        identity_hash=known.identity_hash,
        identity_sealed=known.identity_sealed,
        identity_mask=known.identity_mask,
        data=known.data,
        entered_by=cast.second_clerk.user,
        entered_at=round.at,
    )
    problems.look_at([known.identity_hash], found_on="save", at=round.at)
    return Problem.objects.get()


def test_an_act_that_is_the_victim_of_a_real_deadlock_is_done_after_all(
    transactional_db, reference, cast, now
):
    """Somebody holds the case and wants the submission, which the act holds while it wants the
    case. A gatekeeper lets the submission go only when both stand in line for it, the act first:
    the database closes the ring by itself, however slow the machine is, and the act's connection
    is the only one that looks for a ring."""
    round = rounds.launched(cast, now)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    task, broken_off = round.task(cast.first_school), threading.Event()
    submission = round.submission(cast.first_school).pk
    county, backends = cast.county_reviewer, {}

    def press():
        with connection.cursor() as cursor:
            cursor.execute("SET deadlock_timeout = '500ms'")
        backends["act"] = until(lambda: "gate" in backends) and own_backend()
        ask = {"by": county.user, "post": county, "at": now, "tasks": [task.pk]}
        return acts.ask(key=uuid4(), verdict=Verdict.APPROVE, **ask)

    def stand_in_the_way() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '1h'")
            cursor.execute("SELECT FROM workflows_case WHERE id = %s FOR UPDATE", [task.process_id])
            until(lambda: "act" in backends)
            assert waiting_for(backends["gate"]) == backends["act"]
            backends["other"] = own_backend()
            Submission.objects.select_for_update().get(pk=submission)
            broken_off.set()

    def keep_the_gate() -> None:
        with transaction.atomic():
            Submission.objects.select_for_update().get(pk=submission)
            backends["gate"] = own_backend()
            until(lambda: "other" in backends)
            assert waiting_for(backends["act"]) == backends["other"]

    act, *others = at_once(press, stand_in_the_way, keep_the_gate)

    assert (others, broken_off.is_set()) == ([None, None], True)
    assert (act.state, act.done_count) == ("done", 1)
    assert round.submission(cast.first_school).state == "city_review"
    assert Decision.objects.filter(task=task).count() == 1
    assert violations() == {}


@pytest.mark.parametrize("seal", ["seal", "seal_due"])
def test_a_seal_is_made_at_the_second_try_too(transactional_db, reference, cast, now, seal):
    campaign, at = rounds.launched(cast, now).campaign, now.replace(month=12, day=7)
    manager = {"by": cast.manager.user, "post": cast.manager}
    table = Seal._meta.db_table

    if seal == "seal":
        done = tries_of(table, actions.seal, campaign, stage="county_review", at=at, **manager)
    else:
        done = tries_of(table, actions.seal_due, at=at)

    assert done == 2
    assert list(Seal.objects.order_by("number").values_list("number", "stage")) == [
        (1, "preparation"),
        (2, "county_review"),
    ]
