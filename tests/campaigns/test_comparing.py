"""What differs little from the register is clean; what differs more says so."""

import pytest

from campaigns import checks, comparing
from campaigns.enums import CampaignState
from campaigns.models import Campaign, Record, Submission
from teachers.enums import FileStatus
from teachers.models import Teacher
from tests import rounds

IN_SERVICE = 20


@pytest.fixture
def known(round, cast, now) -> list[Teacher]:
    """Twenty teachers in service at the first school."""
    return Teacher.objects.bulk_create(
        Teacher(
            name=f"马{number}",
            sex="1",
            birth_date=now.date(),
            identity_hash=f"known-{number}",
            organisation=cast.first_school,
            registered_at=now,
            status=FileStatus.ACTIVE,
        )
        for number in range(IN_SERVICE)
    )


def answered(round, cast, now, *, kept: list[Teacher], new: int) -> Submission:
    """The first school reports these of the known teachers and some new ones; checked."""
    submission = round.submission(cast.first_school)
    people = [
        rounds.person(submission, cast.school_clerk, number, now)
        for number in range(len(kept) + new)
    ]
    for record, teacher in zip(people, kept, strict=False):
        record.teacher = teacher
    Record.objects.bulk_create(people)
    checks.check([submission.pk], at=now, record_ids=[])
    submission.refresh_from_db()
    return submission


def about_the_whole(submission: Submission) -> list[tuple]:
    return list(submission.findings.filter(record=None).values_list("rule", "params"))


@pytest.mark.parametrize(("kept", "new"), [(20, 0), (17, 0), (20, 3), (18, 2)])
def test_an_answer_that_differs_little_is_clean(round, cast, now, known, kept, new):
    submission = answered(round, cast, now, kept=known[:kept], new=new)

    assert about_the_whole(submission) == []
    assert submission.warnings_count == 0


@pytest.mark.parametrize(
    ("kept", "new", "come", "gone"),
    [(20, 4, 4, 0), (16, 0, 0, 4), (17, 2, 2, 3), (15, 5, 5, 5)],
)
def test_an_answer_that_differs_more_is_a_warning_with_the_numbers(
    round, cast, now, known, kept, new, come, gone
):
    submission = answered(round, cast, now, kept=known[:kept], new=new)

    numbers = {"recorded": kept + new, "registered": 20, "come": come, "gone": gone}
    assert about_the_whole(submission) == [("differs_from_the_register", numbers)]
    assert (submission.warnings_count, submission.unexplained_count) == (1, 1)


def test_far_fewer_is_said_once(round, cast, now, known):
    submission = answered(round, cast, now, kept=known[:10], new=0)

    assert about_the_whole(submission) == [
        ("fewer_than_on_the_register", {"recorded": 10, "registered": 20})
    ]


def test_teachers_who_came_from_another_school_have_come(round, cast, now, known):
    Teacher.objects.filter(pk__in=[t.pk for t in known[:5]]).update(organisation=cast.second_school)
    submission = answered(round, cast, now, kept=known, new=0)

    assert about_the_whole(submission) == [
        (
            "differs_from_the_register",
            {"recorded": 20, "registered": 15, "come": 5, "gone": 0},
        )
    ]


def test_a_school_without_anybody_is_news_only_after_a_campaign_was_closed(round, cast, now):
    submission = answered(round, cast, now, kept=[], new=2)
    assert about_the_whole(submission) == []

    before = rounds.new_campaign(cast, now, code="2025")
    Campaign.objects.filter(pk=before.pk).update(state=CampaignState.LAUNCHED)
    for state in (CampaignState.COLLECTING, CampaignState.IN_REVIEW, CampaignState.CLOSED):
        Campaign.objects.filter(pk=before.pk).update(state=state)
    checks.check([submission.pk], at=now, record_ids=[])

    assert about_the_whole(submission) == [
        ("new_on_the_register", {"recorded": 2, "registered": 0})
    ]


def test_many_answers_are_compared_by_one_statement(
    round, cast, now, known, django_assert_num_queries
):
    ids = list(Submission.objects.values_list("pk", flat=True))
    answered(round, cast, now, kept=known[:10], new=0)

    with django_assert_num_queries(1):
        found = comparing.compare(ids)

    assert [(finding.submission.organisation, finding.rule) for finding in found] == [
        (cast.first_school, "fewer_than_on_the_register")
    ]
