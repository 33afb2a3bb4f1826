"""A record beside the list of all: what changed since the level's own approval, and who answers."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from campaigns import actions as entering
from campaigns.models import Finding, Record
from tests import documents, staff
from tests.campaigns import people
from workflows import acts
from workflows.enums import Verdict

HTMX = {"HX-Request": "true", "HX-Target": "record"}


@pytest.fixture
def sign_in(client):
    def as_(post):
        client.force_login(post.user)
        return client

    return as_


@pytest.fixture
def filed(round, cast):
    """Two persons: the first was entered as 汉族."""
    for number, ethnic in [(0, "01"), (1, "03")]:
        save(round, number, ethnic=ethnic)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    return round.submission(cast.first_school)


def save(round, number: int, record=None, **basic) -> Record:
    clerk = round.cast.school_clerk
    document = people.document(number, **basic)
    return entering.save_record(
        submission=round.submission(round.cast.first_school),
        data={"basic": document["basic"], "contact": document["contact"]},
        identity=people.card(number),
        identity_type="1",
        by=clerk.user,
        post=clerk,
        at=round.at,
        record=record,
    )


def send_round(round, post, change) -> None:
    """The post returns it, the school changes it and hands it in again."""
    round.at += timedelta(hours=1)
    round.send_back(round.cast.first_school, post)
    change()
    round.at += timedelta(hours=1)
    round.hand_in(round.cast.first_school, round.cast.school_clerk, round.cast.school_head)


def page(record, **query) -> str:
    address = reverse("workflows:record", args=[record.submission_id, record.pk])
    return address + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def changes(response) -> dict:
    """Place to old and new value of what the page marks."""
    return {
        (shelf.key, cell.key): (cell.old, cell.value)
        for shelf in response.context["filled"]
        for row in shelf.rows
        for cell in row.cells
        if cell.is_changed
    }


def shown(response) -> dict[str, bool]:
    return {item.record.name: item.is_changed for item in response.context["page"].items}


def test_a_person_without_a_file_is_new_at_the_first_review(cast, filed, sign_in):
    record = filed.records.order_by("pk")[0]
    response = sign_in(cast.county_reviewer).get(page(record))
    assert response.context["compared"].is_new
    assert changes(response) == {}
    assert shown(response) == {people.name(0): True, people.name(1): True}


def test_at_the_first_review_the_register_s_file_is_compared(round, cast, sign_in):
    teacher = staff.employed(cast.first_school, round.at, serial=102)
    data = documents.sound("P", name=teacher.name, sex="2")
    kept = {"basic": {**data["basic"], "ethnic": "03"}, "contact": data["contact"]}
    record = entering.save_record(
        submission=round.submission(cast.first_school),
        data=kept,
        identity=staff.card(102),
        identity_type="1",
        by=cast.school_clerk.user,
        post=cast.school_clerk,
        at=round.at,
    )
    response = sign_in(cast.county_reviewer).get(page(record))

    assert record.teacher == teacher
    assert response.context["baseline"].is_register
    assert not response.context["compared"].is_new
    assert changes(response)["basic", "ethnic"] == ("东乡族", "回族")
    assert shown(response) == {teacher.name: True}


def test_what_changed_since_the_level_s_own_approval_is_marked(round, cast, filed, sign_in):
    first, second = filed.records.order_by("pk")
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    send_round(round, cast.city_reviewer, lambda: save(round, 0, first, ethnic="03"))
    client = sign_in(cast.county_reviewer)

    response = client.get(page(first))
    assert response.context["baseline"].decision.organisation == cast.county
    assert changes(response) == {("basic", "ethnic"): ("汉族", "回族")}
    assert changes(client.get(page(second))) == {}
    assert shown(response) == {first.name: True, second.name: False}
    assert list(shown(client.get(page(first, show="changed")))) == [first.name]


def test_each_level_has_its_own_baseline(round, cast, filed, sign_in):
    first = filed.records.order_by("pk")[0]
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    send_round(round, cast.city_reviewer, lambda: save(round, 0, first, ethnic="03"))
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    city = sign_in(cast.city_reviewer).get(page(first))
    assert city.context["baseline"].is_register
    county = sign_in(cast.county_reviewer).get(page(first))
    assert changes(county) == {}


def test_an_approval_that_was_taken_back_is_no_baseline(round, cast, filed, sign_in):
    who = {"by": cast.county_reviewer.user, "post": cast.county_reviewer, "at": round.at}
    act = acts.ask(
        key=uuid4(),
        verdict=Verdict.APPROVE,
        tasks=[round.task(cast.first_school).pk],
        **who,
    )
    acts.undo(act, key=uuid4(), **who)

    response = sign_in(cast.county_reviewer).get(page(filed.records.first()))
    assert response.context["baseline"].is_register


def test_a_person_who_came_after_the_approval_is_new(round, cast, filed, sign_in):
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    send_round(round, cast.city_reviewer, lambda: save(round, 2))
    added = filed.records.order_by("pk").last()

    response = sign_in(cast.county_reviewer).get(page(added))
    assert response.context["compared"].is_new


def test_each_value_says_who_entered_it_and_who_passed_it(round, cast, filed, sign_in):
    first = filed.records.order_by("pk")[0]
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    send_round(round, cast.city_reviewer, lambda: save(round, 0, first, ethnic="03"))
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    response = sign_in(cast.city_reviewer).get(page(first))
    chain = response.context["chain"]
    assert chain.marks["basic", None, "sex"] == 1
    assert chain.marks["basic", None, "ethnic"] == 2
    assert [
        (one.number, one.entered_by.name, [level.by.name for level in one.passed])
        for one in chain.origins
    ] == [
        (2, "汪晓梅", ["汪晓梅", "马成龙", "马建国"]),
        (1, "汪晓梅", ["汪晓梅", "马成龙", "马建国"]),
    ]


def test_a_level_that_has_not_seen_a_value_has_not_passed_it(round, cast, filed, sign_in):
    first = filed.records.order_by("pk")[0]
    round.at += timedelta(hours=1)
    round.send_back(cast.first_school, cast.county_reviewer)
    save(round, 0, first, ethnic="03")

    origins = sign_in(cast.county_reviewer).get(page(first)).context["chain"].origins
    assert [[level.by.name for level in one.passed] for one in origins] == [[], []]


def test_findings_stand_at_their_field_with_the_explanation(round, cast, filed, sign_in):
    record = filed.records.first()
    Finding.objects.create(
        submission=filed,
        record=record,
        rule="has_left",
        severity="warning",
        set_key="basic",
        indicator_key="name",
        params={"status": "301"},
        explanation="已返岗。",
        explained_by=cast.school_clerk.user,
        explained_at=round.at,
    )
    response = sign_in(cast.county_reviewer).get(page(record))
    (name,) = [
        cell
        for shelf in response.context["filled"]
        for row in shelf.rows
        for cell in row.cells
        if cell.findings
    ]
    assert (name.key, name.findings[0].explanation) == ("name", "已返岗。")
    assert "已返岗。" in response.content.decode()


def test_htmx_gets_the_record_alone(cast, filed, sign_in):
    record = filed.records.first()
    text = sign_in(cast.county_reviewer).get(page(record), headers=HTMX).content.decode()
    assert '<article id="record"' in text
    assert 'id="items"' not in text
    assert "<html" not in text


def test_the_list_is_searched_filtered_and_paged_by_key(round, cast, sign_in):
    round.add_people(cast.second_school, cast.second_clerk, 90)
    submission = round.submission(cast.second_school)
    client = sign_in(cast.county_reviewer)
    keys = list(submission.records.order_by("pk").values_list("pk", flat=True))
    where = reverse("workflows:record_list", args=[submission.pk])

    opened = client.get(page(Record.objects.get(pk=keys[50]))).context["page"]
    assert [item.record.pk for item in opened.items] == keys[38:90]
    assert (opened.before, opened.after) == (keys[38], None)
    earlier = client.get(where, {"before": keys[38]}, headers=HTMX).context["page"]
    assert [item.record.pk for item in earlier.items] == keys[:38]
    start = client.get(where, headers=HTMX).context["page"]
    assert ([item.record.pk for item in start.items], start.after) == (keys[:40], keys[39])
    found = client.get(where, {"q": "马一兰"}, headers=HTMX).context["page"]
    assert {item.record.name[:3] for item in found.items} == {"马一兰"}
    assert client.get(where, {"show": "marked"}, headers=HTMX).context["page"].items == []


@pytest.mark.parametrize("query", ["after=-1", "before=x", "show=all", "after=9999999999999999999"])
def test_nonsense_in_the_list_s_address_is_harmless(cast, filed, sign_in, query):
    where = reverse("workflows:record_list", args=[filed.pk])
    answer = sign_in(cast.county_reviewer).get(f"{where}?{query}", headers=HTMX)
    assert answer.status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("headers", "queries"), [({}, 21), (HTMX, 15)])
def test_a_record_costs_the_same_among_one_and_among_three(
    round, cast, sign_in, django_assert_num_queries, count, headers, queries
):
    records = round.add_people(cast.first_school, cast.school_clerk, count)
    client = sign_in(cast.county_reviewer)
    client.get(page(records[0]))
    with django_assert_num_queries(queries):
        client.get(page(records[0]), headers=headers)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_for_three(
    round, cast, sign_in, django_assert_num_queries, count
):
    round.add_people(cast.first_school, cast.school_clerk, count)
    where = reverse("workflows:record_list", args=[round.submission(cast.first_school).pk])
    client = sign_in(cast.county_reviewer)
    client.get(where, headers=HTMX)
    with django_assert_num_queries(9):
        client.get(where, headers=HTMX)
