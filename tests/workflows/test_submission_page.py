"""A submission's page: where it stands, what it holds, what was decided, and who may see it."""

import re

import pytest
from django.urls import reverse

from campaigns.models import Finding


def page(round, unit, **query) -> str:
    address = reverse("workflows:submission", args=[round.submission(unit).pk])
    return address + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


@pytest.fixture
def first(cast):
    return (cast.first_school, cast.school_clerk, cast.school_head)


@pytest.fixture
def sign_in(client):
    def as_(post):
        client.force_login(post.user)
        return client

    return as_


def test_the_path_shows_what_is_done_and_where_it_stands(round, cast, first, sign_in):
    round.hand_in(*first)
    response = sign_in(cast.county_reviewer).get(page(round, cast.first_school))
    assert [(stop.step, stop.state) for stop in response.context["stops"]] == [
        ("fill", "done"),
        ("sign", "done"),
        ("county_review", "now"),
        ("city_review", "ahead"),
        ("province_review", "ahead"),
    ]


def test_the_whole_flow_is_drawn_with_the_present_place(round, cast, first, sign_in):
    round.hand_in(*first)
    response = sign_in(cast.county_reviewer).get(page(round, cast.first_school))
    states = set(re.findall(r'class="node step (\w*)"', response.context["chart"]))
    assert states == {"", "done", "now", "ahead"}
    assert "style=" not in response.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("school_clerk", 200),
        ("school_head", 200),
        ("county_reviewer", 200),
        ("county_supervisor", 200),
        ("city_reviewer", 200),
        ("province_reviewer", 200),
        ("manager", 200),
        ("second_clerk", 404),
        ("neighbour_reviewer", 404),
        ("university_reviewer", 404),
        ("administrator", 404),
        ("teacher", 404),
    ],
)
def test_only_the_school_and_those_above_it_see_it(round, cast, sign_in, who, status):
    client = sign_in(cast.posts[who])
    assert client.get(page(round, cast.first_school)).status_code == status


def test_the_decision_box_is_there_for_the_desk_that_has_the_task(round, cast, first, sign_in):
    round.hand_in(*first)
    url = page(round, cast.first_school)
    assert sign_in(cast.county_reviewer).get(url).context["task"] is not None
    assert sign_in(cast.city_reviewer).get(url).context["task"] is None
    assert sign_in(cast.county_supervisor).get(url).context["task"] is None


def test_records_show_masked_identity_numbers_only(round, cast, first, sign_in):
    round.hand_in(*first)
    response = sign_in(cast.county_reviewer).get(page(round, cast.first_school))
    record = response.context["records"][0]
    assert record.identity_mask in response.content.decode()
    assert "*" in record.identity_mask


def test_findings_stand_beside_what_the_school_says(round, cast, first, sign_in):
    round.hand_in(*first)
    submission = round.submission(cast.first_school)
    Finding.objects.create(
        submission=submission,
        rule="fewer_than_on_the_register",
        severity="warning",
        params={"recorded": 1, "registered": 9},
        explanation="并校。",
        explained_by=cast.school_clerk.user,
        explained_at=round.at,
    )
    shown = sign_in(cast.county_reviewer).get(page(round, cast.first_school, tab="findings"))
    assert "并校。" in shown.content.decode()


def test_the_history_tells_who_decided_what_and_why(round, cast, first, sign_in):
    round.hand_in(*first)
    response = sign_in(cast.county_reviewer).get(page(round, cast.first_school, tab="history"))
    assert [(d.verdict, d.by.name) for d in response.context["history"]] == [
        ("sign", "马成龙"),
        ("submit", "汪晓梅"),
    ]


def test_an_unknown_tab_shows_the_records(round, cast, sign_in):
    response = sign_in(cast.county_reviewer).get(page(round, cast.first_school, tab="nonsense"))
    assert response.context["tab"] == "records"


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("tab", "queries"), [("records", 19), ("findings", 18), ("history", 21), ("imports", 18)]
)
def test_each_tab_costs_the_same_for_one_row_and_for_three(
    round, cast, sign_in, django_assert_num_queries, tab, queries, count
):
    round.add_people(cast.first_school, cast.school_clerk, count)
    submission = round.submission(cast.first_school)
    for record in submission.records.all():
        Finding.objects.create(
            submission=submission, record=record, rule="contract_staff_not_asked", severity="error"
        )
    client = sign_in(cast.county_reviewer)
    url = page(round, cast.first_school, tab=tab)
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)
