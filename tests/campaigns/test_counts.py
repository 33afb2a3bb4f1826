"""Kept counts of submissions: exact now, as of a moment, and after folding."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from campaigns import counts
from campaigns.counts import SUBMISSIONS
from campaigns.enums import StageKind, SubmissionState
from campaigns.models import Submission, SubmissionCount, SubmissionCountChange
from tests import rounds
from tests.at_once import at_once
from workflows import actions, counting
from workflows.enums import Verdict

State = SubmissionState


def states(round, unit=None) -> dict:
    return counts.by_state(counts.now(round.campaign, within=unit or round.cast.province))


def test_a_launch_counts_every_school_under_its_authority(round, cast):
    found = counts.now(round.campaign, within=cast.province)

    assert found == {
        (cast.county.pk, StageKind.COLLECTION, State.DRAFT): 3,
        (cast.neighbour_county.pk, StageKind.COLLECTION, State.DRAFT): 1,
        (cast.city.pk, StageKind.COLLECTION, State.DRAFT): 1,
        (cast.university.pk, StageKind.COLLECTION, State.DRAFT): 2,
        (cast.department.pk, StageKind.COLLECTION, State.DRAFT): 1,
    }
    assert SUBMISSIONS.differences() == []


def test_counts_of_a_subtree_are_those_of_its_authorities(round, cast):
    assert states(round, cast.county) == {State.DRAFT: 3}
    assert states(round, cast.city) == {State.DRAFT: 5}


def test_each_move_is_counted_in_the_transaction_that_makes_it(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    assert states(round, cast.county) == {State.DRAFT: 2, State.COUNTY_REVIEW: 1}
    assert counts.by_stage(counts.now(round.campaign, within=cast.county)) == {
        StageKind.COLLECTION: 2,
        StageKind.COUNTY_REVIEW: 1,
    }


def test_what_was_counted_then_can_be_asked_later(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    later = round.at + timedelta(days=2)
    task = round.task(cast.first_school)
    post = cast.county_reviewer
    actions.decide([task.pk], verdict=Verdict.APPROVE, by=post.user, post=post, at=later)

    def then(moment) -> dict:
        return counts.by_state(counts.at(round.campaign, moment, within=cast.county))

    assert then(later - timedelta(seconds=1)) == {State.DRAFT: 2, State.COUNTY_REVIEW: 1}
    assert then(later) == states(round, cast.county) == {State.DRAFT: 2, State.CITY_REVIEW: 1}
    assert then(round.at - timedelta(days=30)) == {}


def test_folding_changes_nothing_that_is_read(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    before = states(round), counts.at(round.campaign, round.at, within=cast.province)

    assert counting.fold() > 0
    assert counting.fold() == 0

    assert (states(round), counts.at(round.campaign, round.at, within=cast.province)) == before
    assert not SubmissionCountChange.objects.filter(is_folded=False).exists()
    assert list(counting.differences()) == []


def test_a_total_of_nothing_is_not_kept(round, cast):
    counting.fold()
    Submission.objects.filter(organisation=cast.city_school).update(state=State.SIGNING)
    counting.fold()

    kept = SubmissionCount.objects.filter(organisation=cast.city)
    assert list(kept.values_list("state", "number")) == [(State.SIGNING, 1)]


def test_a_change_that_leaves_the_state_alone_writes_nothing(round, cast):
    before = SubmissionCountChange.objects.count()

    Submission.objects.filter(organisation=cast.first_school).update(records_count=7)

    assert SubmissionCountChange.objects.count() == before


def test_a_school_that_comes_under_another_authority_takes_its_counts_along(round, cast):
    school = cast.first_school
    school.parent, school.path = cast.city, f"{cast.city.path}{school.code}/"
    school.save()

    assert states(round, cast.county) == {State.DRAFT: 2}
    assert states(round, cast.city) == {State.DRAFT: 5}
    assert list(counting.differences()) == []


def test_bulk_statements_are_counted_too(round, cast):
    Submission.objects.filter(organisation__parent=cast.county).update(state=State.SIGNING)

    assert states(round, cast.county) == {State.SIGNING: 3}
    assert SUBMISSIONS.differences() == []


def test_the_command_folds_and_the_other_finds_a_wrong_count(round, cast, capsys):
    call_command("fold_counts")
    call_command("verify_counts")
    assert "changes folded" in capsys.readouterr().out

    SubmissionCount.objects.filter(organisation=cast.county).update(number=9)

    with pytest.raises(CommandError, match="1 counts differ"):
        call_command("verify_counts")
    assert "9 kept, 3 counted" in capsys.readouterr().err


def test_counting_costs_one_statement(round, cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        counts.now(round.campaign, within=cast.province)
    with django_assert_num_queries(1):
        counts.at(round.campaign, round.at, within=cast.province)


def test_decisions_and_foldings_at_once_lose_nothing(transactional_db, reference, cast, now):
    round = rounds.launched(cast, now)
    for school, who in [("first_school", "school"), ("second_school", "second")]:
        round.hand_in(cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    post = cast.county_reviewer

    def approve(school):
        task = round.task(school).pk
        return lambda: actions.decide(
            [task], verdict=Verdict.APPROVE, by=post.user, post=post, at=round.at
        )

    results = at_once(
        approve(cast.first_school), counting.fold, approve(cast.second_school), counting.fold
    )

    assert not [one for one in results if isinstance(one, Exception)]
    assert states(round, cast.county) == {State.DRAFT: 1, State.CITY_REVIEW: 2}
    assert list(counting.differences()) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM campaigns_submissioncountchange WHERE NOT is_folded")
        waiting = cursor.fetchone()[0]
    assert counting.fold() >= waiting
    assert states(round, cast.county) == {State.DRAFT: 1, State.CITY_REVIEW: 2}
