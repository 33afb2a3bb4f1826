"""Several people at once, each on a connection of their own."""

import pytest
from django.db import connection

from campaigns.enums import SubmissionState as State
from campaigns.models import Submission
from teachers.models import Post, User
from tests import rounds
from tests.at_once import at_once
from tests.cast import BEGAN
from tests.invariants import violations
from workflows import actions
from workflows.enums import OutcomeKind, Verdict
from workflows.models import Case, Decision, Task


@pytest.fixture
def committed(transactional_db, reference, cast, now):
    """A launched campaign that other connections can see."""
    return rounds.launched(cast, now)


def colleagues(cast, count: int) -> list[Post]:
    posts = []
    for number in range(count):
        user = User.objects.create(username=f"colleague-{number}", name=f"同事{number}")
        posts.append(
            Post.objects.create(
                user=user, organisation=cast.county, role="reviewer", valid_from=BEGAN
            )
        )
    return posts


def approve(post: Post, tasks: list[int], at):
    return lambda: actions.decide(tasks, verdict=Verdict.APPROVE, by=post.user, post=post, at=at)


def test_twelve_reviewers_with_the_same_tasks_decide_each_of_them_once(committed):
    cast = committed.cast
    for school, who in [
        ("first_school", "school"),
        ("second_school", "second"),
        ("kindergarten", "kindergarten"),
    ]:
        committed.hand_in(cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    tasks = list(Task.objects.open().for_post(cast.county_reviewer).values_list("pk", flat=True))

    receipts = at_once(
        *(
            approve(post, tasks if i % 2 else tasks[::-1], committed.at)
            for i, post in enumerate(colleagues(cast, 12))
        )
    )

    kinds = [outcome.kind for receipt in receipts for outcome in receipt.outcomes]
    assert len(tasks) == 3
    assert kinds.count(OutcomeKind.DONE) == 3
    assert kinds.count(OutcomeKind.ALREADY_DECIDED) == 33
    assert Decision.objects.filter(task__in=tasks).count() == 3
    assert violations() == {}


def test_approval_against_return_gives_one_decision_and_tells_the_other(committed):
    cast = committed.cast
    committed.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    task = committed.task(cast.first_school)
    first, second = colleagues(cast, 2)

    results = at_once(
        approve(first, [task.pk], committed.at),
        lambda: actions.decide(
            [task.pk],
            verdict=Verdict.RETURN,
            by=second.user,
            post=second,
            at=committed.at,
            reasons=[rounds.reason()],
            words="请改",
        ),
    )

    kinds = sorted(receipt.outcomes[0].kind for receipt in results)
    assert kinds == [OutcomeKind.ALREADY_DECIDED, OutcomeKind.DONE]
    assert Decision.objects.filter(task=task).count() == 1
    assert violations() == {}


def test_approval_against_recall_gives_one_of_them(committed):
    cast = committed.cast
    committed.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    task = committed.task(cast.first_school)
    submission = committed.submission(cast.first_school)

    approved, recalled = at_once(
        approve(cast.county_reviewer, [task.pk], committed.at),
        lambda: actions.recall(
            submission, by=cast.school_clerk.user, post=cast.school_clerk, at=committed.at
        ),
    )

    state = committed.submission(cast.first_school).state
    if isinstance(recalled, actions.CannotRecall):
        assert (approved.outcomes[0].kind, state) == (OutcomeKind.DONE, State.CITY_REVIEW)
    else:
        assert recalled is None
        assert (approved.outcomes[0].kind, state) == (OutcomeKind.ALREADY_DECIDED, State.DRAFT)
    assert violations() == {}


def test_two_launches_at_once_open_every_case_once(transactional_db, reference, cast, now):
    campaign = rounds.new_campaign(cast, now)
    launch = {"by": cast.manager.user, "post": cast.manager, "at": now}

    results = at_once(*(lambda: actions.launch(campaign, **launch) for _ in range(3)))

    schools = sum(bool(unit.school_kind) for unit in cast.units.values())
    assert sorted(result.opened for result in results) == [0, 0, schools]
    assert Case.objects.count() == Submission.objects.count() == schools
    assert violations() == {}


def test_a_decision_against_the_cancelling_of_the_campaign_leaves_nothing_open(committed):
    cast = committed.cast
    committed.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    task = committed.task(cast.first_school)

    decided, _cancelled = at_once(
        approve(cast.county_reviewer, [task.pk], committed.at),
        lambda: actions.cancel(
            committed.campaign,
            words="推迟",
            by=cast.manager.user,
            post=cast.manager,
            at=committed.at,
        ),
    )

    assert decided.outcomes[0].kind in {
        OutcomeKind.DONE,
        OutcomeKind.ALREADY_DECIDED,
        OutcomeKind.CAMPAIGN_CLOSED,
    }
    assert set(Submission.objects.values_list("state", flat=True)) == {State.CANCELLED}
    assert not Task.objects.open().exists()
    assert violations() == {}


def test_two_provinces_publishing_at_once_issue_each_person_one_number(committed):
    cast = committed.cast
    for school, who in [("university", "university"), ("city_school", "city_school")]:
        committed.add_people(cast.units[school], cast.posts[f"{who}_clerk"], 9)
        committed.hand_in(cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    committed.decide(cast.city_school, cast.city_reviewer, Verdict.APPROVE)
    tasks = [committed.task(cast.units[s]).pk for s in ("university", "city_school")]
    other = Post.objects.create(
        user=User.objects.create(username="second-province", name="省二"),
        organisation=cast.province,
        role="reviewer",
        valid_from=BEGAN,
    )

    at_once(
        approve(cast.province_reviewer, tasks, committed.at),
        approve(other, tasks[::-1], committed.at),
    )

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT number), count(DISTINCT teacher_id)"
            " FROM teachers_teachernumber"
        )
        assert cursor.fetchone() == (18, 18, 18)
    assert violations() == {}
