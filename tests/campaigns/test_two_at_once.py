"""Several people at work on the same records, with real connections."""

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from campaigns import actions
from campaigns.actions import editing
from campaigns.models import Finding, Record, RecordDraft, Submission
from teachers.enums import Role
from tests import cast as cast_module
from tests import rounds
from tests.at_once import at_once
from tests.campaigns import people
from tests.campaigns.conftest import acting
from tests.campaigns.test_record_pages import fields_of
from tests.colleagues import colleague

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(reference, now):
    """A committed round: what threads write is seen by the others."""
    cast = cast_module.gather()
    asked = dict.fromkeys("KPSVH", people.ASKED)
    return rounds.launched(cast, now, asked=asked)


def saving(submission, number, post, now, **more):
    def work():
        return actions.save_record(
            submission=submission,
            data=people.document(number),
            identity=people.card(number),
            identity_type="1",
            **acting(post, now),
            **more,
        )

    return work


def test_two_clerks_enter_the_same_person_and_one_is_told(stage, now):
    submission = stage.submission(stage.cast.first_school)
    work = saving(submission, 1, stage.cast.school_clerk, now)

    results = at_once(work, work, work)

    assert sorted(type(result).__name__ for result in results) == [
        "PersonAlreadyRecorded",
        "PersonAlreadyRecorded",
        "Record",
    ]
    assert Submission.objects.get(pk=submission.pk).records_count == 1


def test_two_clerks_save_the_same_opened_record_and_one_is_told(stage, now):
    submission = stage.submission(stage.cast.first_school)
    record = saving(submission, 1, stage.cast.school_clerk, now)()
    later = now.replace(hour=11)
    work = saving(
        submission, 1, stage.cast.school_clerk, later, record=record, seen_at=record.entered_at
    )

    results = at_once(work, work)

    assert sorted(type(result).__name__ for result in results) == ["ChangedMeanwhile", "Record"]


def test_two_clerks_post_the_same_opened_form_and_one_is_shown_both_versions(stage, now):
    """Through the page, each on a connection of their own: nothing typed is lost."""
    school = stage.cast.first_school
    submission = stage.submission(school)
    record = saving(submission, 1, stage.cast.school_clerk, now)()
    posts = [stage.cast.school_clerk, colleague(school, "何军", role=Role.CLERK)]
    clients = [Client(), Client()]
    for client, post in zip(clients, posts, strict=True):
        client.force_login(post.user)
    where = f"/submissions/{submission.pk}/records/{record.pk}/"
    forms = [fields_of(client.get(where)) for client in clients]

    def sending(number):
        sent = forms[number] | {"contact-mobile": f"1770000000{number + 1}"}
        return lambda: clients[number].post(where, sent)

    answers = at_once(sending(0), sending(1))

    assert sorted(answer.status_code for answer in answers) == [302, 422]
    second = next(number for number, one in enumerate(answers) if one.status_code == 422)
    ((line, side),) = answers[second].context["lines"]
    saved = Record.objects.get(pk=record.pk)
    mobile = f"1770000000{2 - second}"
    assert (line.mine, line.theirs, side) == ([f"1770000000{second + 1}"], [mobile], "mine")
    assert saved.data["contact"]["mobile"] == mobile
    assert RecordDraft.objects.get().by == posts[second].user


def test_two_windows_keep_a_first_draft_at_once_and_one_is_told(stage, now):
    submission = stage.submission(stage.cast.first_school)
    record = saving(submission, 1, stage.cast.school_clerk, now)()

    def work():
        return actions.keep_draft(
            submission=submission,
            record=record,
            fields={"contact-mobile": ["1"]},
            based_on=record.entered_at,
            following=None,
            **acting(stage.cast.school_clerk, now),
        )

    results = at_once(work, work)

    assert sorted(type(result).__name__ for result in results) == ["DraftMeanwhile", "RecordDraft"]
    assert RecordDraft.objects.count() == 1


def test_two_schools_enter_the_same_people_at_once_and_neither_is_overlooked(stage, now):
    cast = stage.cast
    first, other = (stage.submission(unit) for unit in (cast.first_school, cast.neighbour_school))

    for number in range(4):
        at_once(
            saving(first, number, cast.school_clerk, now),
            saving(other, number, cast.neighbour_clerk, now),
        )

    assert Finding.objects.filter(rule="in_two_schools").count() == 8
    assert list(
        Submission.objects.filter(pk__in=[first.pk, other.pk]).values_list(
            "records_count", "errors_count"
        )
    ) == [(4, 0), (4, 0)]


def test_prefill_pressed_twice_at_once_copies_once(stage, now):
    submission = stage.submission(stage.cast.first_school)
    people.register(stage.cast.first_school, range(3), now)

    def work():
        return actions.prefill(submission=submission, **acting(stage.cast.school_clerk, now))

    assert sorted(at_once(work, work)) == [0, 3]
    assert Record.objects.count() == 3


def test_a_head_signing_while_the_clerk_saves_never_signs_unseen_errors(stage, now):
    """Either the record is in before the hand-in, or the clerk is told it is too late."""
    cast, submission = stage.cast, stage.submission(stage.cast.first_school)
    saving(submission, 1, cast.school_clerk, now)()

    saved, _handed_in = at_once(
        saving(submission, 2, cast.school_clerk, now),
        lambda: stage.hand_in(cast.first_school, cast.school_clerk, cast.school_head),
    )

    after = Submission.objects.get(pk=submission.pk)
    assert after.state == "county_review"
    if isinstance(saved, Record):
        assert after.records_count == 2
    else:
        assert isinstance(saved, actions.NotOpenForSchool)
        assert after.records_count == 1


def impatient(work):
    """The same work, which gives up instead of waiting for a lock (milliseconds)."""

    def run():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 200")
        return work()

    return run


def test_a_clerk_does_not_wait_for_another_school_that_takes_over_its_files(stage, now):
    cast = stage.cast
    people.register(cast.first_school, range(3), now)
    first, other = (stage.submission(unit) for unit in (cast.first_school, cast.neighbour_school))

    with transaction.atomic():
        actions.prefill(submission=first, **acting(cast.school_clerk, now))
        (saved,) = at_once(impatient(saving(other, 9, cast.neighbour_clerk, now)))
        (same_person,) = at_once(impatient(saving(other, 1, cast.neighbour_clerk, now)))

    assert isinstance(saved, Record)
    assert isinstance(same_person, OperationalError)


def test_who_writes_very_many_persons_is_alone_in_the_campaign(stage, now):
    other = stage.submission(stage.cast.neighbour_school)
    hashes = [f"{number:064x}" for number in range(editing.MANY + 1)]

    with transaction.atomic():
        editing.lock_persons(stage.campaign.pk, hashes)
        (saved,) = at_once(impatient(saving(other, 9, stage.cast.neighbour_clerk, now)))

    assert isinstance(saved, OperationalError)
