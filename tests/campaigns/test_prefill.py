import pytest

from campaigns import actions
from campaigns.enums import SubmissionState
from campaigns.models import Campaign, Finding, Record, Submission
from teachers import identity
from teachers.enums import FileStatus
from teachers.index import drafting
from teachers.models import IndexVersion, Indicator
from tests.campaigns import people
from tests.campaigns.conftest import acting


@pytest.fixture
def register(now):
    """Put people on the register: register(school, [numbers], status=…)."""

    def _register(school, numbers, **more):
        people.register(school, numbers, now, **more)

    return _register


def names(submission):
    return sorted(record.name for record in submission.records.all())


def test_the_files_of_teachers_in_service_become_records(register, submission, cast, clerk):
    register(cast.first_school, [1, 2])
    register(cast.first_school, [3], status=FileStatus.LEFT)
    register(cast.second_school, [4])

    added = actions.prefill(submission=submission, **clerk)

    assert added == 2
    assert names(submission) == sorted([people.name(1), people.name(2)])
    record = submission.records.get(name=people.name(1))
    assert record.data == people.document(1)
    assert record.teacher.name == people.name(1)
    assert identity.unseal(record.identity_sealed) == people.card(1)
    found = Submission.objects.get(pk=submission.pk)
    assert (found.records_count, found.checked_at) == (2, clerk["at"])


def test_a_second_time_adds_nothing_and_overwrites_nothing(register, submission, cast, clerk):
    register(cast.first_school, [1, 2])
    actions.save_record(
        submission=submission,
        data=people.document(1, ict="3"),
        identity=people.card(1),
        identity_type="1",
        **clerk,
    )

    assert actions.prefill(submission=submission, **clerk) == 1
    assert actions.prefill(submission=submission, **clerk) == 0
    kept = submission.records.get(name=people.name(1))
    assert kept.data["basic"]["ict"] == "3"


def test_only_what_the_campaign_asks_for_is_copied(register, submission, cast, clerk):
    document = people.document(1)
    register(cast.first_school, [1], data={**document, "talent": [{"talent": "00"}]})

    actions.prefill(submission=submission, **clerk)

    assert sorted(submission.records.get().data) == ["basic", "contact", "learning"]


def test_a_person_entered_elsewhere_is_found_at_once(
    register, collection, submission, cast, clerk, now
):
    register(cast.first_school, [1])
    other = collection.submission(cast.neighbour_school)
    actions.save_record(
        submission=other,
        data=people.document(1),
        identity=people.card(1),
        identity_type="1",
        **acting(cast.neighbour_clerk, now),
    )

    actions.prefill(submission=submission, **clerk)

    found = Finding.objects.filter(rule="in_two_schools").values_list("submission", flat=True)
    assert sorted(found) == sorted([submission.pk, other.pk])


def test_far_fewer_than_on_the_register_draws_a_warning_that_can_be_explained(
    register, submission, cast, clerk
):
    register(cast.first_school, range(5))
    actions.prefill(submission=submission, **clerk)
    first, second = submission.records.order_by("pk")[:2]

    actions.remove_record(submission=submission, record=first, **clerk)
    assert not submission.findings.exists()
    actions.remove_record(submission=submission, record=second, **clerk)

    finding = submission.findings.get()
    assert (finding.rule, finding.record, finding.params) == (
        "fewer_than_on_the_register",
        None,
        {"recorded": 3, "registered": 5},
    )
    actions.explain(finding=finding, words="两人已调往邻县", **clerk)
    assert Submission.objects.get(pk=submission.pk).unexplained_count == 0


def test_many_submissions_are_filled_at_once(register, collection, cast, clerk):
    register(cast.first_school, [1, 2])
    register(cast.second_school, [3])
    register(cast.city_school, [4])
    collection.hand_in(cast.city_school, cast.city_school_clerk, cast.city_school_head)
    ids = list(Submission.objects.values_list("pk", flat=True))

    added = actions.prefill_many(ids, by=clerk["by"], at=clerk["at"])

    assert added == 3
    assert {
        submission.organisation.name: submission.records_count
        for submission in Submission.objects.exclude(records_count=0).exclude(
            state=SubmissionState.COUNTY_REVIEW
        )
        if submission.is_open_for_school
    } == {"锁南镇第二小学": 2, "达板镇中心小学": 1}


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_depend_on_teachers(
    register, submission, cast, clerk, count, django_assert_num_queries
):
    actions.prefill(submission=submission, **clerk)
    register(cast.first_school, range(count))

    with django_assert_num_queries(21):
        actions.prefill(submission=submission, **clerk)

    assert Record.objects.count() == count


def test_what_a_later_version_retired_is_left_out(register, submission, cast, now, clerk):
    register(cast.first_school, [1])
    keeper = {"by": cast.administrator.user, "post": cast.administrator, "at": now}
    base = IndexVersion.objects.get(code="2026")
    draft = drafting.make_draft(base=base, code="2027", name="2027 年版", **keeper)
    ict = Indicator.objects.get(indicator_set__version=draft, indicator_set__key="basic", key="ict")
    drafting.retire_indicator(indicator=ict, seen=drafting.fingerprint(ict), **keeper)
    draft.refresh_from_db()
    drafting.publish(version=draft, seen=draft.changed_at, **keeper)
    Campaign.objects.filter(pk=submission.campaign_id).update(index_version=draft)
    submission = Submission.objects.get(pk=submission.pk)

    actions.prefill(submission=submission, **clerk)

    record = submission.records.get()
    expected = people.document(1)
    del expected["basic"]["ict"]
    assert record.data == expected
    assert not record.findings.filter(rule="not_asked").exists()
