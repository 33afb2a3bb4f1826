"""Searching a desk by school, code, initials and teacher."""

import pytest
from django.urls import reverse
from django.utils import timezone

from teachers.models import Organisation, Teacher
from tests import staff
from tests.everywhere import visitor
from tests.workflows import desks
from workflows import inbox, inbox_search
from workflows.models import Task

URL = reverse("workflows:inbox")


@pytest.fixture
def desk(round, cast, now):
    """Three schools and a change about 马晓兰 on the county's desk; a neighbour's school beside."""
    desks.hand_in(round, cast, "first_school", "second_school", "kindergarten", "neighbour_school")
    desks.change(cast, now)
    return round


def found(post, now, words: str) -> inbox.Page:
    return inbox.read(post, inbox.Filters(q=words), on=timezone.localdate(now))


def schools(page) -> list[str]:
    return sorted(row.process.organisation.name for row in page.rows if row.kind == "submission")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("达板", ["达板镇中心小学"]),
        ("1162004", ["唐汪镇幼儿园"]),
        ("dbz", ["达板镇中心小学"]),
        ("DBZZXXX", ["达板镇中心小学"]),
        ("城关", []),
        ("没有", []),
    ],
)
def test_a_school_is_found_by_name_code_and_initials(desk, cast, now, words, expected):
    assert schools(found(cast.county_reviewer, now, words)) == expected


def test_a_school_named_in_english_is_found_in_either_case(desk, cast, now):
    Organisation.objects.filter(pk=cast.second_school.pk).update(name_en="Daban Primary")

    assert schools(found(cast.county_reviewer, now, "daban pr")) == ["达板镇中心小学"]


@pytest.mark.parametrize("words", ["马晓", "马晓兰", "maxiao", "mxl"])
def test_a_teacher_is_found_by_name_pinyin_and_initials(desk, cast, now, words):
    teacher = Teacher.objects.get(name="马晓兰")
    record = desk.submission(cast.second_school).records.get()
    record.teacher, record.name = teacher, teacher.name
    record.save()

    page = found(cast.county_reviewer, now, words)

    assert schools(page) == ["达板镇中心小学"]
    assert [row.kind for row in page.rows if row.kind != "submission"] == ["change"]
    assert page.found.people[desk.task(cast.second_school).pk] == ["马晓兰"]


def test_somebody_new_is_found_by_the_whole_name(desk, cast, now):
    desk.submission(cast.second_school).records.update(name="欧阳新来")

    assert schools(found(cast.county_reviewer, now, "欧阳新来")) == ["达板镇中心小学"]


def test_a_teacher_of_the_neighbours_school_is_not_found_here(desk, cast, now):
    teacher = staff.employed(cast.neighbour_school, now, serial=106, name="何芳草")
    desk.submission(cast.neighbour_school).records.update(teacher=teacher, name=teacher.name)

    assert found(cast.county_reviewer, now, "何芳草").rows == []
    assert schools(found(cast.neighbour_reviewer, now, "何芳草")) == ["临夏市城关小学"]


def test_a_problem_is_found_by_a_school_and_by_a_person(desk, cast, now):
    problem = desks.problem(desk, cast)
    name = problem.parties.first().name

    for words in ("达板", name[:3], name):
        kinds = [row.kind for row in found(cast.county_reviewer, now, words).rows]
        assert "problem" in kinds, words


def test_counts_are_those_of_what_was_found(desk, cast, now):
    page = found(cast.county_reviewer, now, "镇")

    assert (page.total, page.submissions) == (4, 3)
    assert {chip.value: chip.count for chip in page.chips["kind"]} == {"K": 1, "P": 3}


def test_too_many_schools_are_listed_but_not_counted(desk, cast, now, monkeypatch):
    monkeypatch.setattr(inbox_search, "MOST_SCHOOLS", 1)

    page = found(cast.county_reviewer, now, "镇")
    text = visitor(cast, "county_reviewer").get(URL, {"q": "镇"}).content.decode()

    assert (len(page.rows), page.total, page.submissions) == (4, None, 0)
    assert "请再多输几个字" in text


def test_too_many_teachers_are_left_out_and_the_page_says_so(desk, cast, now, monkeypatch):
    staff.employed(cast.first_school, now, serial=108, name="马晓红")
    monkeypatch.setattr(inbox_search, "MOST_TEACHERS", 1)

    page = found(cast.county_reviewer, now, "maxiao")

    assert page.found.too_many_teachers
    assert (
        "目前只查学校"
        in visitor(cast, "county_reviewer").get(URL, {"q": "maxiao"}).content.decode()
    )


def test_a_search_that_is_typed_takes_its_address_along(desk, cast):
    client = visitor(cast, "county_reviewer")
    answer = client.get(URL, {"q": "达板", "unit": "", "kind": "P"}, headers={"HX-Request": "true"})

    assert answer["HX-Replace-Url"] == "/inbox/?kind=P&q=%E8%BE%BE%E6%9D%BF"


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_costs_the_same_for_one_row_and_for_three(
    round, cast, django_assert_num_queries, count
):
    desks.hand_in(round, cast, *("first_school", "second_school", "kindergarten")[:count])
    client = visitor(cast, "county_reviewer")
    client.get(URL, {"q": "镇"})

    with django_assert_num_queries(25):
        answer = client.get(URL, {"q": "镇"})

    assert len(answer.context["page"].rows) == count
    assert Task.objects.open().for_post(cast.county_reviewer).count() == count
