"""Programs read campaigns: the list, one of them, its preview, its progress."""

import pytest

from campaigns.enums import CampaignState
from campaigns.models import Campaign
from teachers.models import Post
from tests import rounds
from tests.api import Program, failure
from workflows.enums import Verdict

CAMPAIGNS = "/api/v1/campaigns/"


def test_a_campaign_is_read_with_its_scope_and_timetable(round, cast):
    body = Program(cast.county_reviewer).get(f"{CAMPAIGNS}2026/").json()

    assert (body["code"], body["name"], body["state"]) == (
        "2026",
        "Teacher information 2026",
        CampaignState.COLLECTING,
    )
    assert [unit["code"] for unit in body["scope"]] == ["620000"]
    assert body["stages"][1] == {
        "kind": "collection",
        "starts_on": "2026-11-16",
        "ends_on": "2026-11-27",
    }
    assert body["asked"]["P"] == ["basic", "contact"]


def test_campaigns_of_other_counties_are_not_found(round, cast, now):
    elsewhere = rounds.new_campaign(cast, now, code="only-neighbour")
    Campaign.objects.filter(pk=elsewhere.pk).update(organisation=cast.neighbour_county)
    program = Program(cast.county_reviewer)

    assert [row["code"] for row in program.get(CAMPAIGNS).json()["results"]] == ["2026"]
    for path in ("", "preview/", "progress/"):
        assert failure(program.get(f"{CAMPAIGNS}only-neighbour/{path}")) == (404, "not_found")


def test_the_newest_campaign_comes_first_and_the_list_pages_by_key(cast, now):
    for code in ("2024", "2025", "2026"):
        rounds.new_campaign(cast, now, code=code)
    program, address, seen = Program(cast.manager), f"{CAMPAIGNS}?page_size=2", []

    while address:
        page = program.get(address).json()
        seen.append([row["code"] for row in page["results"]])
        address = page["next"]

    assert seen == [["2026", "2025"], ["2024"]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_three_queries(cast, now, count, django_assert_num_queries):
    for number in range(count):
        rounds.new_campaign(cast, now, code=str(2024 + number))
    program = Program(cast.manager)

    with django_assert_num_queries(3):
        answer = program.get(CAMPAIGNS)

    assert len(answer.json()["results"]) == count


# --- Preview ------------------------------------------------------------------------------
def test_the_preview_says_who_is_asked_and_what_is_wrong(cast, now):
    rounds.new_campaign(cast, now)
    Post.objects.filter(pk=cast.neighbour_reviewer.pk).delete()
    Post.objects.filter(pk=cast.school_clerk.pk).delete()

    body = Program(cast.manager).get(f"{CAMPAIGNS}2026/preview/").json()

    assert body["schools"] == 8
    rows = {row["authority"]["code"]: row for row in body["rows"]}
    assert (rows["622926"]["schools"], rows["622926"]["no_clerk"]) == (3, 1)
    assert len(rows["622901"]["problems"]) == 1
    assert body["problems"] == sum(len(row["problems"]) for row in body["rows"])


def test_those_who_oversee_the_campaigns_organisation_preview_it(cast, now):
    rounds.new_campaign(cast, now)

    for name in ("manager", "province_reviewer", "province_supervisor"):
        assert Program(cast.posts[name]).get(f"{CAMPAIGNS}2026/preview/").status_code == 200


def test_nobody_else_sees_a_draft(cast, now):
    rounds.new_campaign(cast, now)

    for name in ("county_reviewer", "school_clerk", "teacher"):
        program = Program(cast.posts[name])
        assert program.get(CAMPAIGNS).json()["results"] == []
        for path in ("", "preview/", "progress/"):
            answer = program.get(f"{CAMPAIGNS}2026/{path}")
            assert failure(answer)[0] in {403, 404}


@pytest.mark.parametrize("name", ["county_reviewer", "school_clerk", "administrator", "teacher"])
def test_a_running_campaign_is_previewed_from_above_only(round, cast, name):
    answer = Program(cast.posts[name]).get(f"{CAMPAIGNS}2026/preview/")

    assert failure(answer) == (403, "permission_denied")


# --- Progress -----------------------------------------------------------------------------
def test_the_progress_counts_what_lies_below_the_own_unit(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    round.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    body = Program(cast.county_reviewer).get(f"{CAMPAIGNS}2026/progress/").json()

    assert body["unit"]["code"] == "622926"
    assert {key: body["total"][key] for key in ("asked", "submitted", "in_review", "approved")} == {
        "asked": 3,
        "submitted": 2,
        "in_review": 2,
        "approved": 0,
    }
    assert sorted(row["unit"]["code"] for row in body["rows"]) == [
        "1162004410",
        "2162002291",
        "2162002318",
    ]


def test_the_progress_of_a_lower_unit_can_be_read_but_not_that_of_a_neighbour(round, cast):
    city, county = Program(cast.city_reviewer), Program(cast.county_reviewer)
    address = f"{CAMPAIGNS}2026/progress/"

    assert city.get(address, {"unit": "622926"}).json()["total"]["asked"] == 3
    assert failure(county.get(address, {"unit": "622901"})) == (404, "not_found")
    assert failure(county.get(address, {"unit": "622900"})) == (404, "not_found")
    assert failure(county.get(address, {"unit": "a\0b"})) == (400, "invalid")


@pytest.mark.parametrize("name", ["school_clerk", "school_head", "teacher", "administrator"])
def test_those_who_do_not_oversee_get_no_progress(round, cast, name):
    answer = Program(cast.posts[name]).get(f"{CAMPAIGNS}2026/progress/")

    assert failure(answer) == (403, "permission_denied")
