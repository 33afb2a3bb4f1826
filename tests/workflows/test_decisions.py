import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.enums import SubmissionState as State
from campaigns.models import Submission
from teachers.models import DossierRevision, Post, Teacher, TeacherNumber
from teachers.numbers import is_teacher_number
from tests.cast import BEGAN
from workflows import actions
from workflows.enums import OutcomeKind, Verdict
from workflows.models import Decision, Task


def kinds(receipt):
    return [outcome.kind for outcome in receipt.outcomes]


def trail(round, organisation):
    """(verdict, step) of every decision of a school, the oldest first."""
    decisions = Decision.objects.filter(case__submission=round.submission(organisation))
    return list(decisions.order_by("sequence").values_list("verdict", "step"))


def test_an_answer_travels_from_the_school_to_the_province_and_is_published(round):
    cast = round.cast
    school = cast.first_school
    round.add_people(school, cast.school_clerk, 2)
    round.hand_in(school, cast.school_clerk, cast.school_head)
    states = [round.submission(school).state]
    for post in (cast.county_reviewer, cast.city_reviewer, cast.province_reviewer):
        round.decide(school, post, Verdict.APPROVE)
        states.append(round.submission(school).state)

    assert states == [
        State.COUNTY_REVIEW,
        State.CITY_REVIEW,
        State.PROVINCE_REVIEW,
        State.APPROVED,
    ]
    assert trail(round, school) == [
        ("submit", "fill"),
        ("sign", "sign"),
        ("approve", "county_review"),
        ("approve", "city_review"),
        ("approve", "province_review"),
    ]
    submission = round.submission(school)
    assert (submission.attempt, submission.submitted_at, submission.approved_at) == (
        1,
        round.at,
        round.at,
    )
    assert submission.case.status == "DONE"
    assert not Task.objects.open().filter(process=submission.case).exists()
    teachers = Teacher.objects.filter(organisation=school)
    assert teachers.count() == 2
    assert all(is_teacher_number(teacher.number) for teacher in teachers)
    assert TeacherNumber.objects.filter(teacher__in=teachers, is_live=True).count() == 2
    revision = DossierRevision.objects.filter(teacher__in=teachers).first()
    assert revision.source == "campaign/2026/2162002291"
    assert (revision.entered_by, revision.accepted_by) == (
        cast.school_clerk.user,
        cast.province_reviewer.user,
    )


@pytest.mark.parametrize(
    ("school", "who", "reviewers"),
    [
        ("city_school", "city_school", ["city_reviewer", "province_reviewer"]),
        ("attached_school", "attached", ["university_reviewer", "province_reviewer"]),
        ("department_school", "department", ["department_reviewer", "province_reviewer"]),
        ("university", "university", ["province_reviewer"]),
    ],
)
def test_each_kind_of_school_reaches_its_end_through_its_authorities(round, school, who, reviewers):
    cast = round.cast
    unit = cast.units[school]
    round.hand_in(unit, cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])

    for reviewer in reviewers:
        assert kinds(round.decide(unit, cast.posts[reviewer], Verdict.APPROVE)) == [
            OutcomeKind.DONE
        ]

    assert round.submission(unit).state == State.APPROVED


def test_no_level_acts_before_the_one_below_it(round):
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    for post in (cast.city_reviewer, cast.province_reviewer, cast.neighbour_reviewer):
        receipt = round.decide(cast.first_school, post, Verdict.APPROVE)
        assert kinds(receipt) == [OutcomeKind.NOT_YOURS]

    assert round.submission(cast.first_school).state == State.COUNTY_REVIEW


def test_returning_a_submission_reopens_it_for_the_school_with_reason_and_words(round):
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    round.send_back(cast.first_school, cast.county_reviewer)

    submission = round.submission(cast.first_school)
    task = round.task(cast.first_school)
    decision = Decision.objects.get(verdict=Verdict.RETURN)
    assert submission.state == State.RETURNED
    assert (task.step, task.organisation) == ("fill", cast.first_school)
    assert task.due_date >= round.at.date()
    assert decision.words == "请核对学历证书。"
    assert decision.reasons != []


def test_a_return_opens_what_comes_after_again(round):
    cast = round.cast
    school = cast.first_school
    round.hand_in(school, cast.school_clerk, cast.school_head)
    round.decide(school, cast.county_reviewer, Verdict.APPROVE)
    round.decide(school, cast.city_reviewer, Verdict.APPROVE)

    round.send_back(school, cast.province_reviewer, to="county_review")

    assert round.submission(school).state == State.COUNTY_REVIEW
    round.decide(school, cast.county_reviewer, Verdict.APPROVE)
    assert round.submission(school).state == State.CITY_REVIEW
    assert round.submission(school).attempt == 1


@pytest.mark.parametrize(
    "target", ["city_review", "province_review", "authority_review", "nowhere"]
)
def test_nobody_returns_upwards_or_off_the_route(round, target):
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    receipt = round.send_back(cast.first_school, cast.county_reviewer, to=target)

    assert kinds(receipt) == [OutcomeKind.WRONG_TARGET]
    assert round.submission(cast.first_school).state == State.COUNTY_REVIEW


@pytest.mark.parametrize(("reasons", "words"), [([], "请改"), (["01"], " "), (["no such"], "请改")])
def test_a_return_without_known_reason_and_words_is_refused(round, reasons, words):
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    with pytest.raises((actions.ReasonMissing, actions.UnknownReason)):
        round.decide(
            cast.first_school, cast.county_reviewer, Verdict.RETURN, reasons=reasons, words=words
        )

    assert Decision.objects.filter(verdict=Verdict.RETURN).count() == 0


def test_the_same_press_twice_decides_once_and_tells_who_was_quicker(round):
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    task = round.task(cast.first_school)
    ask = {"verdict": Verdict.APPROVE, "post": cast.county_reviewer, "at": round.at}
    actions.decide([task.pk], by=cast.county_reviewer.user, **ask)

    again = actions.decide([task.pk, task.pk], by=cast.county_reviewer.user, **ask)

    outcome = again.outcomes[0]
    assert len(again.outcomes) == 1
    assert (outcome.kind, outcome.decided_by, outcome.decided_at, outcome.verdict) == (
        OutcomeKind.ALREADY_DECIDED,
        "马建国",
        round.at,
        "approve",
    )
    assert "马建国" in outcome.text
    assert Decision.objects.filter(task=task).count() == 1


def test_errors_and_unexplained_warnings_and_emptiness_stop_the_submission(round):
    cast = round.cast
    schools = [cast.first_school, cast.second_school, cast.kindergarten]
    for school, clerk in zip(schools[:2], [cast.school_clerk, cast.second_clerk], strict=True):
        round.add_people(school, clerk)
    Submission.objects.filter(organisation=schools[0]).update(errors_count=1)
    Submission.objects.filter(organisation=schools[1]).update(unexplained_count=2)

    found = [
        kinds(round.decide(school, clerk, Verdict.SUBMIT))
        for school, clerk in zip(
            schools, [cast.school_clerk, cast.second_clerk, cast.kindergarten_clerk], strict=True
        )
    ]

    assert found == [[OutcomeKind.HAS_ERRORS], [OutcomeKind.UNEXPLAINED], [OutcomeKind.EMPTY]]


def test_nobody_reviews_what_they_filled_in_or_signed(round):
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    for insider in (cast.school_clerk.user, cast.school_head.user):
        post = Post.objects.create(
            user=insider, organisation=cast.county, role="reviewer", valid_from=BEGAN
        )
        receipt = round.decide(cast.first_school, post, Verdict.APPROVE)
        assert kinds(receipt) == [OutcomeKind.OWN_WORK]


def test_a_batch_decides_what_it_may_and_says_why_not_for_the_rest(round):
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    round.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    round.hand_in(cast.neighbour_school, cast.neighbour_clerk, cast.neighbour_head)
    asked = [
        round.task(cast.first_school).pk,
        round.task(cast.neighbour_school).pk,
        round.task(cast.second_school).pk,
        999_999_999,
    ]

    receipt = actions.decide(
        asked,
        verdict=Verdict.APPROVE,
        by=cast.county_reviewer.user,
        post=cast.county_reviewer,
        at=round.at,
    )

    assert [(o.task_id, o.kind) for o in receipt.outcomes] == [
        (asked[0], OutcomeKind.DONE),
        (asked[1], OutcomeKind.NOT_YOURS),
        (asked[2], OutcomeKind.DONE),
        (asked[3], OutcomeKind.NOT_YOURS),
    ]
    assert len(receipt.done) == len(receipt.refused) == 2


def test_the_number_of_statements_does_not_depend_on_the_size_of_the_batch(round):
    cast = round.cast
    for school, who in [
        (cast.first_school, "school"),
        (cast.second_school, "second"),
        (cast.kindergarten, "kindergarten"),
    ]:
        round.hand_in(school, cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    ask = {
        "verdict": Verdict.APPROVE,
        "by": cast.county_reviewer.user,
        "post": cast.county_reviewer,
        "at": round.at,
    }
    with CaptureQueriesContext(connection) as one:
        actions.decide([round.task(cast.first_school).pk], **ask)
    ids = [round.task(cast.second_school).pk, round.task(cast.kindergarten).pk]
    with CaptureQueriesContext(connection) as two:
        actions.decide(ids, **ask)

    sent = [q["sql"] for q in two if "SAVEPOINT" not in q["sql"]]
    assert len(sent) == 2  # the first locks and reads
    assert len(one) - 2 == len(two)


def test_the_school_recalls_until_the_next_level_has_begun(round):
    cast = round.cast
    school = cast.first_school
    round.hand_in(school, cast.school_clerk, cast.school_head)
    by = {"by": cast.school_clerk.user, "post": cast.school_clerk, "at": round.at}

    actions.recall(round.submission(school), **by)

    assert round.submission(school).state == State.DRAFT
    assert round.task(school).step == "fill"
    round.hand_in(school, cast.school_clerk, cast.school_head)
    round.decide(school, cast.county_reviewer, Verdict.APPROVE)
    with pytest.raises(actions.CannotRecall):
        actions.recall(round.submission(school), **by)


def test_a_claimed_review_cannot_be_recalled_nor_by_another_school(round):
    cast = round.cast
    school = cast.first_school
    round.hand_in(school, cast.school_clerk, cast.school_head)
    with pytest.raises(actions.CannotRecall):
        actions.recall(
            round.submission(school), by=cast.second_clerk.user, post=cast.second_clerk, at=round.at
        )
    Task.objects.filter(pk=round.task(school).pk).update(owner=cast.county_reviewer.user)

    with pytest.raises(actions.CannotRecall):
        actions.recall(
            round.submission(school), by=cast.school_clerk.user, post=cast.school_clerk, at=round.at
        )


def test_cancelling_a_campaign_ends_every_case_that_is_not_approved(round):
    cast = round.cast
    school = cast.university
    round.hand_in(school, cast.university_clerk, cast.university_head)
    round.decide(school, cast.province_reviewer, Verdict.APPROVE)

    actions.cancel(
        round.campaign, words="推迟", by=cast.manager.user, post=cast.manager, at=round.at
    )

    states = set(Submission.objects.values_list("organisation__code", "state"))
    assert ("4162010730", "approved") in states
    assert {state for code, state in states if code != "4162010730"} == {"cancelled"}
    assert not Task.objects.open().exists()


def test_a_campaign_closes_only_when_every_submission_has_reached_its_end(round):
    cast = round.cast
    by = {"by": cast.manager.user, "post": cast.manager}
    actions.begin_review(round.campaign, at=round.at, **by)

    with pytest.raises(actions.stages.StillOpen):
        actions.close(round.campaign, at=round.at, **by)


def test_no_decision_before_collection_begins(cast, now):
    from tests import rounds

    campaign = rounds.new_campaign(cast, now)
    actions.launch(campaign, by=cast.manager.user, post=cast.manager, at=now)
    drive = rounds.Round(cast, campaign, now)
    drive.add_people(cast.first_school, cast.school_clerk)

    receipt = drive.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)

    assert kinds(receipt) == [OutcomeKind.CAMPAIGN_CLOSED]
