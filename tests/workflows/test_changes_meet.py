"""Change requests in the inbox, from a teacher, and beside a campaign's answer."""

import pytest
from django.urls import reverse

from campaigns.models import Record
from teachers.enums import ChangeKind
from teachers.models import ChangeRequest, Teacher
from tests import changes, staff
from tests.campaigns.test_record_form import posted
from tests.everywhere import visitor

INBOX = "/inbox/?what=change"


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_shows_changes_beside_submissions_at_one_price(
    cast, now, count, django_assert_num_queries
):
    for number in range(count):
        person = staff.employed(cast.first_school, now, serial=102 + 2 * number)
        change = staff.ask(ChangeKind.RETIREMENT, cast.school_clerk, now, teacher=person)
        changes.walk(change, now, cast.school_clerk, cast.school_head)
    reviewer = visitor(cast, "county_reviewer")
    reviewer.get(INBOX)

    with django_assert_num_queries(18):
        page = reviewer.get(INBOX)

    assert len(page.context["page"].rows) == count
    assert page.context["page"].by_kind == {"change": (count, 0)}
    assert reviewer.get(INBOX + "&matter=leave").context["page"].rows == []


def test_many_changes_are_approved_from_the_inbox_at_once(cast, now):
    tasks = []
    for serial in (102, 104):
        person = staff.employed(cast.first_school, now, serial=serial)
        change = staff.ask(ChangeKind.RETIREMENT, cast.school_clerk, now, teacher=person)
        changes.walk(change, now, cast.school_clerk, cast.school_head)
        tasks.append(change.case.tasks.get(finished=None).pk)

    visitor(cast, "county_reviewer").post(
        reverse("workflows:decide"), {"task": tasks, "verdict": "approve"}
    )

    assert set(Teacher.objects.values_list("status", flat=True)) == {"retired"}


def test_a_teacher_proposes_a_correction_that_waits_with_the_clerk(cast, now):
    person = staff.employed(cast.first_school, now)
    user = cast.teacher.user
    user.teacher = person
    user.save()
    browser, address = (
        visitor(cast, "teacher"),
        f"{reverse('workflows:change_new')}?kind=correction",
    )
    form = browser.get(address).context["record"]
    data = posted(form, **{"basic-marital": "10", "pay-0-other_pay": "0"})
    sent = {**dict(data.lists()), "effective_date": "2026-11-23"}

    answer = browser.post(address, sent)

    change = ChangeRequest.objects.get()
    assert answer.status_code == 302, answer.context["details"].errors
    assert (change.entered_by, change.values) == (user, {"basic": {"marital": "10"}})
    assert browser.get(answer.url).status_code == 200
    changes.walk(change, now, cast.school_clerk)
    assert change.state == "signing"


def test_both_sides_are_told_when_a_change_and_an_answer_touch_one_person(cast, round, now):
    person = staff.employed(cast.first_school, now)
    submission = round.submission(cast.first_school)
    record = Record.objects.create(
        submission=submission,
        teacher=person,
        name=person.name,
        identity_hash=person.identity_hash,
        identity_sealed=person.identity_sealed,
        identity_mask=person.identity_mask,
        data={"basic": {"name": person.name}},
        entered_by=cast.school_clerk.user,
        entered_at=now,
    )
    change = staff.ask(ChangeKind.RETIREMENT, cast.school_clerk, now, teacher=person)
    clerk, reviewer = visitor(cast, "school_clerk"), visitor(cast, "county_reviewer")

    on_change = clerk.get(reverse("workflows:change", args=[change.pk]))
    on_answer = reviewer.get(reverse("workflows:submission", args=[submission.pk]))
    on_record = clerk.get(reverse("campaigns:record", args=[submission.pk, record.pk]))

    assert list(on_change.context["touching"]) == [record]
    assert list(on_answer.context["changes_on_the_way"]) == [change]
    assert f"/changes/{change.pk}/" in on_record.content.decode()
    assert f"/changes/{change.pk}/" in clerk.get("/school/").content.decode()
