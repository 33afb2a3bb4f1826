from datetime import timedelta

import pytest

from campaigns import actions
from campaigns.enums import SubmissionState
from campaigns.models import Finding, Record, Submission
from tests.campaigns import people
from tests.campaigns.conftest import acting


def save(submission, number, clerk, **more):
    values = {"data": people.document(number), "identity": people.card(number), **more}
    return actions.save_record(submission=submission, identity_type="1", **values, **clerk)


def counters(submission):
    submission = Submission.objects.get(pk=submission.pk)
    return (
        submission.records_count,
        submission.errors_count,
        submission.warnings_count,
        submission.unexplained_count,
    )


def rules_of(record):
    return sorted(Finding.objects.filter(record=record).values_list("rule", flat=True))


def test_a_sound_record_is_sealed_counted_and_without_findings(submission, clerk):
    record = save(submission, 1, clerk)

    assert rules_of(record) == []
    assert counters(submission) == (1, 0, 0, 0)
    assert people.card(1) not in str(record.data) + record.identity_mask
    assert record.identity_mask[:6] == people.card(1)[:6]
    assert record.name == people.name(1)
    assert record.data["basic"]["top_education"] == "21"


def test_a_record_with_errors_is_saved_and_counted(submission, clerk):
    record = save(submission, 1, clerk, data=people.document(1, sex="1"))

    assert rules_of(record) == ["sex_differs"]
    assert counters(submission) == (1, 1, 0, 0)


def test_correcting_a_record_clears_its_findings(submission, clerk):
    record = save(submission, 1, clerk, data=people.document(1, sex="1"))

    save(submission, 1, clerk, record=record, seen_at=record.entered_at)

    assert counters(submission) == (1, 0, 0, 0)


def test_an_empty_number_keeps_the_known_one(submission, clerk):
    record = save(submission, 1, clerk)

    changed = save(submission, 1, clerk, record=record, identity="", data=people.document(1))

    assert (changed.pk, changed.identity_hash) == (record.pk, record.identity_hash)


def test_a_new_record_needs_a_number(submission, clerk):
    with pytest.raises(actions.IdentityMissing):
        save(submission, 1, clerk, identity=" ")


def test_the_same_person_cannot_be_recorded_twice(submission, clerk):
    save(submission, 1, clerk)

    with pytest.raises(actions.PersonAlreadyRecorded, match=people.name(1)):
        save(submission, 1, clerk, identity=people.card(1).lower())

    assert counters(submission) == (1, 0, 0, 0)


def test_a_stale_edit_is_refused_with_who_and_when(submission, clerk, cast, now):
    record = save(submission, 1, clerk)
    seen_at = record.entered_at
    later = acting(cast.school_clerk, now + timedelta(minutes=5))
    save(submission, 1, later, record=record, data=people.document(1, ict="3"))

    with pytest.raises(actions.ChangedMeanwhile) as refusal:
        save(submission, 1, clerk, record=record, seen_at=seen_at)

    assert "汪晓梅" in str(refusal.value)
    assert "2026-11-23 10:05" in str(refusal.value)
    assert Record.objects.get(pk=record.pk).data["basic"]["ict"] == "3"


def test_removing_a_record_twice_says_that_it_is_gone(submission, clerk):
    record = save(submission, 1, clerk)
    actions.remove_record(submission=submission, record=record, **clerk)

    with pytest.raises(actions.RecordGone):
        actions.remove_record(submission=submission, record=record, **clerk)

    assert counters(submission) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "who", ["school_head", "second_clerk", "county_reviewer", "neighbour_reviewer", "manager"]
)
def test_only_the_clerk_of_the_school_changes_records(submission, cast, now, who):
    with pytest.raises(actions.NotYourSchool):
        save(submission, 1, acting(cast.posts[who], now))

    assert not Record.objects.exists()


def test_a_post_of_somebody_else_does_not_help(submission, cast, now):
    stolen = {"by": cast.second_clerk.user, "post": cast.school_clerk, "at": now}

    with pytest.raises(actions.NotYourSchool):
        save(submission, 1, stolen)


def test_a_signed_submission_is_closed_to_the_clerk(collection, submission, cast, clerk):
    collection.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    record = submission.records.get()

    for edit in [
        lambda: save(submission, 1, clerk),
        lambda: actions.remove_record(submission=submission, record=record, **clerk),
        lambda: actions.prefill(submission=submission, **clerk),
        lambda: actions.take_workbook(
            submission=submission, name="a.xlsx", content=b"", sound_rows_only=False, **clerk
        ),
    ]:
        with pytest.raises(actions.NotOpenForSchool):
            edit()

    assert submission.records.count() == 1


def test_a_returned_submission_is_open_again(collection, submission, cast, clerk):
    collection.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    collection.send_back(cast.first_school, cast.county_reviewer)

    save(submission, 1, clerk)

    assert Submission.objects.get(pk=submission.pk).state == SubmissionState.RETURNED
    assert submission.records.count() == 2


# --- The same person in two schools ---------------------------------------------------------


def test_a_person_in_two_schools_is_a_notice_in_both_until_one_removes_it(
    collection, submission, cast, clerk, now
):
    other = collection.submission(cast.neighbour_school)
    other_clerk = acting(cast.neighbour_clerk, now)
    mine = save(submission, 1, clerk)
    theirs = save(other, 1, other_clerk)

    found = {
        finding.record_id: (finding.rule, finding.params["school"])
        for finding in Finding.objects.all()
    }
    assert found == {
        mine.pk: ("in_two_schools", "临夏市城关小学"),
        theirs.pk: ("in_two_schools", "锁南镇第二小学"),
    }
    assert (counters(submission), counters(other)) == ((1, 0, 0, 0), (1, 0, 0, 0))

    actions.remove_record(submission=other, record=theirs, **other_clerk)

    assert not Finding.objects.exists()
    assert (counters(submission), counters(other)) == ((1, 0, 0, 0), (0, 0, 0, 0))


def test_correcting_a_wrong_number_frees_the_other_school(collection, submission, cast, clerk, now):
    other = collection.submission(cast.neighbour_school)
    save(submission, 1, clerk)
    theirs = save(other, 1, acting(cast.neighbour_clerk, now))

    save(other, 2, acting(cast.neighbour_clerk, now), record=theirs)

    assert not Finding.objects.exists()
    assert counters(submission) == (1, 0, 0, 0)


def test_three_schools_name_the_two_others(collection, cast, now):
    for school, clerk in [
        (cast.first_school, cast.school_clerk),
        (cast.second_school, cast.second_clerk),
        (cast.neighbour_school, cast.neighbour_clerk),
    ]:
        save(collection.submission(school), 1, acting(clerk, now))

    mine = Finding.objects.get(submission__organisation=cast.first_school)
    assert mine.params == {"school": "临夏市城关小学、达板镇中心小学"}


# --- Who counts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basic", "expected"),
    [
        ({}, []),
        ({"person_status": "301"}, ["has_left"]),
        ({"person_status": "203"}, []),
        ({"in_establishment": "0", "employment_form": "1", "contract": "2"}, []),
        ({"in_establishment": "0", "employment_form": "1", "contract": "3"}, ["not_on_the_staff"]),
        ({"in_establishment": "0", "employment_form": "1", "contract": "0"}, ["not_on_the_staff"]),
    ],
)
def test_who_counts_as_a_teacher(submission, clerk, basic, expected):
    record = save(submission, 1, clerk, data=people.document(1, **basic))

    assert rules_of(record) == expected


def test_a_campaign_may_leave_contract_staff_out(collection, submission, clerk):
    collection.campaign.counts_contract_staff = False
    collection.campaign.save()
    data = people.document(1, in_establishment="0", employment_form="1", contract="1")

    record = save(submission, 1, clerk, data=data)

    assert rules_of(record) == ["contract_staff_not_asked"]


# --- Explaining ------------------------------------------------------------------------------


@pytest.fixture
def warned(submission, clerk):
    """A record with one warning: an unusual sign in the name."""
    record = save(submission, 1, clerk, data=people.document(1, name="马兰3"))
    return Finding.objects.get(record=record)


def test_an_explained_warning_no_longer_counts_as_unexplained(warned, submission, clerk):
    assert counters(submission) == (1, 0, 1, 1)

    actions.explain(finding=warned, words=" 户口簿上 就是这样 ", **clerk)

    assert counters(submission) == (1, 0, 1, 0)
    warned.refresh_from_db()
    assert (warned.explanation, warned.explained_by) == ("户口簿上 就是这样", clerk["by"])


def test_an_explanation_survives_a_check_and_goes_with_its_value(warned, submission, clerk):
    actions.explain(finding=warned, words="户口簿上就是这样", **clerk)
    record = warned.record

    save(submission, 1, clerk, record=record, data=people.document(1, name="马兰3", ict="3"))
    assert counters(submission) == (1, 0, 1, 0)

    save(submission, 1, clerk, record=record, data=people.document(1, name="马兰4"))
    assert counters(submission) == (1, 0, 1, 1)


def test_an_error_cannot_be_explained(submission, clerk):
    record = save(submission, 1, clerk, data=people.document(1, sex="1"))

    with pytest.raises(actions.NothingToExplain):
        actions.explain(finding=record.findings.get(), words="确实如此", **clerk)


@pytest.mark.parametrize("words", ["", "  ", "对", "长" * 501])
def test_an_explanation_needs_words(warned, clerk, words):
    with pytest.raises(actions.WordsMissing):
        actions.explain(finding=warned, words=words, **clerk)


def test_a_finding_that_is_gone_cannot_be_explained(warned, submission, clerk):
    save(submission, 1, clerk, record=warned.record)

    with pytest.raises(actions.NothingToExplain):
        actions.explain(finding=warned, words="户口簿上就是这样", **clerk)


# --- Many at once ----------------------------------------------------------------------------


def test_saving_many_twice_changes_nothing_the_second_time(submission, enter, clerk):
    entries = [actions.Entry(people.document(n), people.card(n)) for n in range(3)]

    assert actions.save_records(submission=submission, entries=entries, **clerk) == 3
    assert actions.save_records(submission=submission, entries=entries, **clerk) == 0
    assert counters(submission) == (3, 0, 0, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_depend_on_the_records(
    submission, clerk, count, django_assert_num_queries
):
    actions.save_records(submission=submission, entries=[], **clerk)  # the form is compiled once
    entries = [actions.Entry(people.document(n), people.card(n)) for n in range(count)]

    with django_assert_num_queries(28):
        actions.save_records(submission=submission, entries=entries, **clerk)
