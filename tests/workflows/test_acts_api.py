"""Acts by program: asked once for each key, read, taken back, gone on with."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from campaigns.models import Record, Submission
from tests import rounds
from tests.api import Program, failure
from tests.invariants import violations
from workflows import acts
from workflows.enums import ActState, Verdict
from workflows.inbox import Filters
from workflows.models import Act, Decision

ACTS, DECIDE = "/api/v1/acts/", "/api/v1/tasks/decide/"
KEY = str(UUID(int=7))
COUNTY = ("first_school", "second_school", "kindergarten")


@pytest.fixture
def filed(round, cast) -> rounds.Round:
    for school, who in [
        ("first_school", "school"),
        ("second_school", "second"),
        ("kindergarten", "kindergarten"),
        ("neighbour_school", "neighbour"),
    ]:
        round.hand_in(cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    return round


@pytest.fixture
def county(cast) -> Program:
    return Program(cast.county_reviewer)


def tasks(filed, *schools: str) -> list[int]:
    return [filed.task(filed.cast.units[school]).pk for school in schools]


def states(filed, *schools: str) -> list[str]:
    return [filed.submission(filed.cast.units[school]).state for school in schools]


def approve(**more) -> dict:
    return {"key": KEY, "verdict": "approve", **more}


def asked(filed, **more) -> Act:
    """An act of the county's reviewer, long ago as the API counts."""
    post = filed.cast.county_reviewer
    return acts.ask(
        key=uuid4(), verdict=Verdict.APPROVE, by=post.user, post=post, at=filed.at, **more
    )


# --- Asking -------------------------------------------------------------------------------
def test_tasks_by_their_numbers_are_decided_as_one_act(filed, cast, county):
    [foreign] = tasks(filed, "neighbour_school")
    answer = county.send(ACTS, approve(tasks=[*tasks(filed, "first_school"), foreign]))

    body = answer.json()
    assert answer.status_code == 200
    assert {
        name: body[name]
        for name in ("key", "verdict", "state", "by", "acting_for", "undoes", "undone_by")
    } == {
        "key": KEY,
        "verdict": "approve",
        "state": "done",
        "by": "马建国",
        "acting_for": None,
        "undoes": None,
        "undone_by": None,
    }
    assert (body["items_count"], body["done_count"], body["refused_count"]) == (2, 1, 1)
    assert body["counts"] == {"done": 1, "not_yours": 1}
    assert body["organisation"]["code"] == "622926"
    assert states(filed, "first_school", "neighbour_school") == ["city_review", "county_review"]


def test_a_view_is_decided_under_the_rights_of_the_post(filed, county):
    answer = county.send(ACTS, approve(filters={"kind": "P"}))

    assert answer.json()["counts"] == {"done": 2}
    assert answer.json()["filters"] == {"kind": "P"}
    assert states(filed, *COUNTY, "neighbour_school") == [
        "city_review",
        "city_review",
        "county_review",
        "county_review",
    ]


def test_the_same_key_again_is_the_same_act(filed, county):
    body = approve(tasks=tasks(filed, *COUNTY))
    first, second = county.send(ACTS, body), county.send(ACTS, body)

    assert second.json() == first.json()
    assert Act.objects.count() == 1


def test_a_large_act_goes_on_in_the_background(filed, county, settings):
    settings.ACT_IN_REQUEST = 2

    answer = county.send(ACTS, approve(filters={}))

    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert answer.json()["undo_until"] is None
    act = acts.carry_out(answer.json()["id"], clock=lambda: filed.at)
    assert county.get(f"{ACTS}{act.pk}/").json()["counts"] == {"done": 3}


def test_what_changed_since_the_program_looked_is_left_alone(filed, cast, county):
    looked = filed.at + timedelta(minutes=1)
    Record.objects.filter(submission=filed.submission(cast.first_school)).update(
        entered_at=looked + timedelta(minutes=1)
    )

    answer = county.send(ACTS, approve(filters={}, seen=looked.isoformat()))

    assert answer.json()["counts"] == {"done": 2, "changed": 1}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, "tasks"),
        ({"tasks": [1], "filters": {}}, "tasks"),
        ({"tasks": []}, "tasks"),
        ({"tasks": [1], "key": "seven"}, "key"),
        ({"tasks": [1], "verdict": "undo"}, "verdict"),
        ({"filters": {"look": "everything"}}, "filters.look"),
        ({"filters": {"looks": "clean"}}, "filters.looks"),
        ({"filters": {"kind": "Z"}}, "filters.kind"),
        ({"filters": []}, "filters"),
        ({"tasks": [1], "seen": "yesterday"}, "seen"),
    ],
)
def test_a_body_that_does_not_fit_names_the_field(filed, county, more, field):
    answer = county.send(ACTS, approve(**more))

    assert failure(answer) == (400, "invalid")
    assert answer.json()["errors"][0]["field"].partition(".non_field")[0] == field
    assert not Act.objects.exists()


def test_refusals_have_codes(filed, cast, county):
    first = approve(tasks=tasks(filed, "first_school"))
    other = approve(tasks=tasks(filed, "second_school"))
    bare = {"key": str(uuid4()), "verdict": "return", "tasks": other["tasks"]}
    act = county.send(ACTS, first).json()["id"]

    assert failure(county.send(ACTS, other)) == (409, "key_used")
    assert failure(county.send(ACTS, {**first, "key": str(uuid4()), "tasks": [999_999_999]})) == (
        409,
        "nothing_selected",
    )
    assert failure(county.send(ACTS, bare)) == (409, "reason_missing")
    assert failure(county.send(f"{ACTS}{act}/resume/")) == (409, "nothing_to_resume")
    assert failure(county.send(f"{ACTS}{asked(filed, filters=Filters()).pk}/undo/")) == (
        409,
        "cannot_undo",
    )


# --- Reading ------------------------------------------------------------------------------
def test_the_acts_of_another_desk_are_not_found(filed, cast):
    act = asked(filed, filters=Filters())

    for name in ("neighbour_reviewer", "city_reviewer", "county_supervisor", "school_clerk"):
        program = Program(cast.posts[name])
        assert program.get(ACTS).json()["results"] == []
        assert failure(program.get(f"{ACTS}{act.pk}/")) == (404, "not_found")
        assert failure(program.get(f"{ACTS}{act.pk}/items/")) == (404, "not_found")
        assert failure(program.send(f"{ACTS}{act.pk}/undo/")) == (404, "not_found")


def test_items_come_in_the_order_asked_by_key_and_by_outcome(filed, cast, county):
    Submission.objects.filter(organisation=cast.second_school).update(errors_count=1)
    wanted = tasks(filed, "kindergarten", "second_school", "first_school")
    act = asked(filed, tasks=wanted)
    address = f"{ACTS}{act.pk}/items/"

    first = county.get(address, {"page_size": 2}).json()
    second = county.get(first["next"]).json()
    refused = county.get(address, {"outcome": "has_errors"}).json()["results"]

    rows = first["results"] + second["results"]
    assert [(row["task"], row["kind"]) for row in rows] == [
        (wanted[0], "done"),
        (wanted[1], "has_errors"),
        (wanted[2], "done"),
    ]
    assert second["next"] is None
    assert refused == [
        {
            "position": 1,
            "task": wanted[1],
            "kind": "has_errors",
            "document": "submission",
            "document_id": filed.submission(cast.second_school).pk,
            "organisation": "达板镇中心小学",
            "text": "Errors are open",
            "decided_by": "",
            "decided_at": None,
        }
    ]


def test_an_item_says_who_was_quicker_and_a_foreign_one_nothing(filed, cast, county):
    [quick], [foreign] = tasks(filed, "first_school"), tasks(filed, "neighbour_school")
    filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    act = asked(filed, tasks=[quick, foreign])

    known, unknown = county.get(f"{ACTS}{act.pk}/items/").json()["results"]

    assert (known["kind"], known["decided_by"]) == ("already_decided", "马建国")
    assert known["decided_at"] == "2026-11-23T10:00:00+08:00"
    assert (unknown["kind"], unknown["organisation"], unknown["document_id"]) == (
        "not_yours",
        "",
        None,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_one_and_for_three(filed, county, count, django_assert_num_queries):
    chosen = tasks(filed, *COUNTY[:count])
    for one in chosen:
        asked(filed, tasks=[one])
    act = asked(filed, tasks=chosen)

    with django_assert_num_queries(3):
        listed = county.get(ACTS).json()["results"]
    with django_assert_num_queries(4):
        items = county.get(f"{ACTS}{act.pk}/items/").json()["results"]

    assert (len(listed), len(items)) == (count + 1, count)


# --- Taking back, going on ----------------------------------------------------------------
def test_an_act_is_taken_back_once(filed, county):
    act = county.send(ACTS, approve(filters={})).json()

    first = county.send(f"{ACTS}{act['id']}/undo/", {"words": "误操作。"})
    second = county.send(f"{ACTS}{act['id']}/undo/")

    assert act["undo_until"] is not None
    assert (first.status_code, first.json()["verdict"], first.json()["words"]) == (
        200,
        "undo",
        "误操作。",
    )
    assert first.json()["undoes"] == act["id"]
    assert second.json()["id"] == first.json()["id"]
    assert county.get(f"{ACTS}{act['id']}/").json()["undone_by"] == first.json()["id"]
    assert states(filed, *COUNTY) == ["county_review"] * 3
    assert violations() == {}


def test_an_act_that_was_broken_off_goes_on(filed, county, settings):
    settings.ACT_IN_REQUEST = 0
    act = asked(filed, filters=Filters())
    Act.objects.filter(pk=act.pk).update(state=ActState.FAILED, finished_at=filed.at, attempts=5)

    answer = county.send(f"{ACTS}{act.pk}/resume/")

    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert acts.carry_out(act.pk, clock=lambda: filed.at).done_count == 3


# --- Deciding in one call -----------------------------------------------------------------
def test_a_decision_by_program_leaves_a_receipt(filed, county):
    county.send(DECIDE, {"tasks": tasks(filed, "first_school"), "verdict": "approve"})

    [act] = county.get(ACTS).json()["results"]
    assert (act["items_count"], act["done_count"]) == (1, 1)


def test_a_decision_sent_again_with_its_key_answers_what_it_did(filed, county):
    body = {"tasks": [*tasks(filed, "first_school"), 999_999_999], "verdict": "approve"}
    key = {"Idempotency-Key": KEY}

    answers = [
        county.post(DECIDE, body, content_type="application/json", headers=key).json()
        for _time in range(2)
    ]

    assert answers[0] == answers[1]
    assert [row["kind"] for row in answers[0]["outcomes"]] == ["done", "not_yours"]
    assert Decision.objects.filter(task=body["tasks"][0]).count() == 1


def test_a_key_that_is_none_is_refused(filed, county):
    body = {"tasks": tasks(filed, "first_school"), "verdict": "approve"}

    answer = county.post(
        DECIDE, body, content_type="application/json", headers={"Idempotency-Key": "again"}
    )

    assert failure(answer) == (400, "invalid")
    assert states(filed, "first_school") == ["county_review"]


def test_a_call_waits_for_its_answer_however_many_tasks_it_names(filed, county, settings):
    settings.ACT_IN_REQUEST = 1

    answer = county.send(DECIDE, {"tasks": tasks(filed, *COUNTY), "verdict": "approve"})

    assert answer.json()["done"] == 3
    assert states(filed, *COUNTY) == ["city_review"] * 3
