"""The pages of change requests: list, asking, one request."""

import pytest
from django.urls import reverse

from teachers.enums import ChangeKind
from teachers.models import ChangeRequest
from tests import changes, staff
from tests.campaigns.test_record_form import posted
from tests.everywhere import visitor


@pytest.fixture
def teacher(cast, now):
    return staff.employed(cast.first_school, now)


def new(kind, **query) -> str:
    pairs = "&".join(f"{key}={value}" for key, value in {"kind": kind, **query}.items())
    return f"{reverse('workflows:change_new')}?{pairs}"


def test_the_clerk_chooses_what_then_whom_then_fills_in(cast, teacher):
    clerk = visitor(cast, "school_clerk")

    kinds = clerk.get(reverse("workflows:change_new"))
    people = clerk.get(new("leave"))
    form = clerk.get(new("leave", teacher=teacher.pk))

    assert kinds.status_code == people.status_code == form.status_code == 200
    assert "长病假" in form.content.decode()
    assert teacher.name in people.content.decode()


def test_a_leave_is_asked_handed_in_signed_and_approved_on_screen(cast, teacher):
    clerk = visitor(cast, "school_clerk")
    answer = clerk.post(
        new("leave", teacher=teacher.pk),
        {"status": "204", "effective_date": "2026-11-01", "until_date": "2027-07-01"},
    )
    change = ChangeRequest.objects.get()
    assert answer.url == reverse("workflows:change", args=[change.pk])
    for name, verdict in [
        ("school_clerk", "submit"),
        ("school_head", "sign"),
        ("county_reviewer", "approve"),
    ]:
        browser = visitor(cast, name)
        page = browser.get(answer.url)
        assert f'value="{verdict}"' in page.content.decode()
        said = browser.post(
            reverse("workflows:change_decide", args=[change.pk]), {"verdict": verdict}
        )
        assert said.status_code == 302, said.content.decode()

    change.refresh_from_db()
    teacher.refresh_from_db()
    assert (change.state, teacher.status) == ("in_force", "away")
    assert "进修" in clerk.get(answer.url).content.decode()


def test_a_correction_shows_old_and_new(cast, teacher, now):
    change = staff.ask(
        ChangeKind.CORRECTION,
        cast.school_clerk,
        now,
        teacher=teacher,
        values={"basic": {"marital": "10"}, "contact": {"email": None}},
    )

    page = visitor(cast, "school_head").get(reverse("workflows:change", args=[change.pk]))

    assert [(line.label, line.old, line.new) for line in page.context["lines"]] == [
        ("基本信息 · 婚姻状况", "已婚", "未婚"),
        ("联系方式 · 电子信箱", "ma@example.cn", ""),
    ]


def test_the_form_of_a_correction_sends_only_what_differs(cast, teacher):
    clerk = visitor(cast, "school_clerk")
    form = clerk.get(new("correction", teacher=teacher.pk)).context["record"]
    data = posted(form, **{"basic-marital": "10", "pay-0-other_pay": "0"})

    clerk.post(
        new("correction", teacher=teacher.pk),
        {**data.dict(), **dict(data.lists()), "effective_date": "2026-11-23"},
    )

    change = ChangeRequest.objects.get()
    assert (change.values, change.fields) == ({"basic": {"marital": "10"}}, ["basic.marital"])


def test_a_teacher_of_another_school_is_named_by_number_and_name(cast, teacher):
    clerk = visitor(cast, "neighbour_clerk")

    wrong = clerk.post(new("transfer_within"), {"number": teacher.number, "name": "别人"})
    right = clerk.post(new("transfer_within"), {"number": teacher.number, "name": teacher.name})
    form = clerk.get(right.url)
    other = visitor(cast, "second_clerk").get(right.url)

    assert wrong.status_code == 422
    assert form.context["teacher"] == teacher
    assert other.context.get("teacher") is None


def test_a_key_address_of_another_school_is_not_there(cast, teacher):
    clerk = visitor(cast, "neighbour_clerk")

    assert clerk.get(new("leave", teacher=teacher.pk)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(cast, now, count, django_assert_num_queries):
    for number in range(count):
        person = staff.employed(cast.first_school, now, serial=102 + 2 * number)
        change = staff.ask(ChangeKind.RETIREMENT, cast.school_clerk, now, teacher=person)
        changes.walk(change, now, cast.school_clerk)
    head = visitor(cast, "school_head")
    head.get(reverse("workflows:changes"))

    with django_assert_num_queries(6):
        page = head.get(reverse("workflows:changes"))

    assert len(page.context["page"].rows) == count
    assert page.context["page"].filters.tab == "mine"


def test_a_neighbour_sees_nothing_of_it(cast, teacher, now):
    change = staff.ask(ChangeKind.RETIREMENT, cast.school_clerk, now, teacher=teacher)

    neighbour = visitor(cast, "neighbour_reviewer")

    assert neighbour.get(reverse("workflows:change", args=[change.pk])).status_code == 404
    assert neighbour.get(reverse("workflows:changes")).context["page"].rows == []
