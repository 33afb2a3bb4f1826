"""The page and the endpoint of the search."""

import pytest
from django.test import Client

from teachers import identity, numbers
from teachers.models import AccessEntry
from tests.api import Program, failure
from tests.teachers.registered import person, register

CARD = "620102199011240031"
PAGE, API, BY_IDENTITY = "/teachers/", "/api/v1/teachers/", "/api/v1/teachers/by-identity/"


@pytest.fixture
def people(reference, cast):
    return register(
        person(cast.first_school, "马晓兰", CARD, number=numbers.teacher_number(1)),
        person(cast.second_school, "王芳", "622926199011240042", status="retired"),
        person(cast.neighbour_school, "何军", "622901199011240042"),
    )


@pytest.fixture
def browser(cast):
    def open_as(who: str) -> Client:
        client = Client()
        client.force_login(cast.posts[who].user)
        return client

    return open_as


def names(answer) -> list[str]:
    return [row.teacher.name for row in answer.context["page"].rows]


def test_a_search_leads_to_an_address_that_holds_the_view(people, browser):
    client = browser("county_reviewer")

    sent = client.post(PAGE, {"q": "wang", "status": "retired", "after": "x.1"})
    answer = client.get(sent.url)

    assert (sent.status_code, sent.url) == (302, "/teachers/?q=wang&status=retired")
    assert names(answer) == ["王芳"]
    assert "622926********0042" in answer.content.decode()


def test_everybody_of_the_own_subtree_is_listed_and_nobody_else(people, browser):
    seen = {
        who: names(browser(who).get(PAGE))
        for who in ("city_reviewer", "county_reviewer", "neighbour_clerk", "school_head")
    }

    assert seen == {
        "city_reviewer": ["何军", "马晓兰", "王芳"],
        "county_reviewer": ["马晓兰", "王芳"],
        "neighbour_clerk": ["何军"],
        "school_head": ["马晓兰"],
    }


def test_a_whole_identity_number_is_answered_at_once_masked_and_logged(people, browser, cast):
    answer = browser("county_reviewer").post(PAGE, {"q": CARD})

    assert names(answer) == ["马晓兰"]
    assert CARD not in answer.content.decode()
    assert list(
        AccessEntry.objects.values_list("action", "subject", "teacher", "user", "post")
    ) == [
        (
            "search_identity",
            f"teacher {numbers.teacher_number(1)}",
            people[0].pk,
            cast.county_reviewer.user_id,
            cast.county_reviewer.pk,
        )
    ]


def test_looking_in_vain_for_an_identity_number_is_logged_too(people, browser):
    answer = browser("neighbour_reviewer").post(PAGE, {"q": CARD})

    assert names(answer) == []
    assert list(AccessEntry.objects.values_list("action", "subject", "teacher")) == [
        ("search_identity", "nobody found", None)
    ]


def test_a_whole_identity_number_in_an_address_is_refused(people, browser):
    client = browser("county_reviewer")
    sent = client.get(PAGE, {"q": CARD, "status": "active"})
    answer = client.get(sent.url)

    assert (sent.status_code, sent.url) == (302, "/teachers/?status=active")
    assert "完整证件号码不得出现在网址中" in answer.content.decode()
    assert CARD not in answer.content.decode()
    assert not AccessEntry.objects.exists()


def test_too_few_digits_are_answered_in_words(people, browser):
    answer = browser("county_reviewer").get(PAGE, {"q": "62", "by": "identity"})

    assert (answer.status_code, answer.context["page"]) == (200, None)
    assert "请输入前六位或后四位" in answer.content.decode()


@pytest.mark.parametrize("who", ["teacher", "administrator"])
def test_who_sees_no_files_finds_no_page(people, browser, who):
    client = browser(who)

    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"q": CARD}).status_code == 404
    assert not AccessEntry.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_one_row_as_for_three(
    reference, cast, browser, count, django_assert_num_queries
):
    register(*(person(cast.first_school, "马兰", str(number)) for number in range(count)))
    client = browser("city_reviewer")
    client.get(PAGE)

    with django_assert_num_queries(PAGE_QUERIES):
        assert len(names(client.get(PAGE, {"q": "马"}))) == count


#: Session, user, posts; what lies on the desk; the places; the keys and the rows.
PAGE_QUERIES = 7


# --- The endpoint ----------------------------------------------------------------------------
def test_programs_find_teachers_masked_and_in_the_order_of_the_pinyin(people, cast):
    answer = Program(cast.county_reviewer).get(API, {"ethnic": "03"})

    assert answer.json()["next"] is None
    assert [row["name"] for row in answer.json()["results"]] == ["马晓兰", "王芳"]
    first = answer.json()["results"][0]
    assert first.pop("age") > 30
    assert first == {
        "id": people[0].pk,
        "number": numbers.teacher_number(1),
        "name": "马晓兰",
        "pinyin": "maxiaolan",
        "sex": "2",
        "ethnic": "03",
        "identity_type": "1",
        "identity_mask": identity.mask(CARD),
        "organisation": {
            "code": "2162002291",
            "name": "锁南镇第二小学",
            "kind": "school",
            "school_kind": "P",
        },
        "status": "active",
    }


def test_a_program_turns_the_pages(people, cast):
    program, address, seen = Program(cast.province_reviewer), f"{API}?page_size=1", []
    while address:
        page = program.get(address).json()
        seen += [row["name"] for row in page["results"]]
        address = page["next"]

    assert seen == ["何军", "马晓兰", "王芳"]


def test_a_program_finds_by_identity_in_the_body_only(people, cast):
    program = Program(cast.county_reviewer)

    in_address = program.get(API, {"q": CARD})
    in_body = program.send(BY_IDENTITY, {"number": CARD})
    partly = program.send(BY_IDENTITY, {"number": "622926*0031"})

    assert failure(in_address) == (400, "invalid")
    assert [row["name"] for row in in_body.json()] == ["马晓兰"]
    assert failure(partly) == (400, "invalid")
    assert AccessEntry.objects.get().action == "search_identity"


def test_a_program_of_a_neighbour_finds_nobody(people, cast):
    program = Program(cast.neighbour_reviewer)

    assert program.send(BY_IDENTITY, {"number": CARD}).json() == []
    assert program.get(API, {"unit": "622926"}).json()["results"] == []


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"q": "62", "by": "identity"}, 409, "too_few_digits"),
        ({"status": "gone"}, 400, "invalid"),
        ({"page_size": "0"}, 400, "invalid"),
    ],
)
def test_questions_that_cannot_be_answered_say_why(people, cast, query, status, code):
    assert failure(Program(cast.county_reviewer).get(API, query)) == (status, code)


@pytest.mark.parametrize("count", [1, 3])
def test_the_endpoint_takes_as_many_queries_for_one_row_as_for_three(
    reference, cast, count, django_assert_num_queries
):
    register(*(person(cast.first_school, "马兰", str(number)) for number in range(count)))
    program = Program(cast.county_reviewer)
    program.get(API)

    with django_assert_num_queries(4):
        assert len(program.get(API, {"q": "马"}).json()["results"]) == count
