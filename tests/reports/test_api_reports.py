"""Programs list reports, ask for one, and download what is ready."""

import pytest

from reports import actions
from reports.models import Report
from teachers.models import AccessEntry
from tests.api import Program, failure
from tests.jobs import do_waiting_jobs

pytestmark = pytest.mark.usefixtures("drawn_once")

REPORTS = "/api/v1/reports/"


def ask(round, post, organisation, stage="collection") -> Report:
    return actions.ask(
        campaign=round.campaign,
        stage=stage,
        organisation=organisation,
        by=post.user,
        post=post,
        at=round.at,
    )


@pytest.fixture
def finished(round, cast) -> Report:
    """A report on the county, made."""
    report = ask(round, cast.county_supervisor, cast.county)
    return actions.make(report.pk, round.at)


def test_asking_queues_a_report_and_asking_again_gives_the_same_one(round, cast):
    program = Program(cast.county_supervisor)
    body = {"campaign": "2026", "stage": "collection", "unit": "622926"}

    first, second = program.send(REPORTS, body), program.send(REPORTS, body)

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    report = Report.objects.get()
    told = first.json()
    assert {
        key: told[key] for key in ("id", "campaign", "stage", "issue", "state", "document")
    } == {
        "id": report.pk,
        "campaign": "2026",
        "stage": "collection",
        "issue": 1,
        "state": "queued",
        "document": None,
    }
    assert told["organisation"]["code"] == "622926"


def test_a_finished_report_is_downloaded_and_the_look_is_kept(finished, cast):
    program = Program(cast.county_supervisor)
    told = program.get(f"{REPORTS}{finished.pk}/").json()

    answer = program.get(told["document"], headers={"Accept": "application/pdf"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"%PDF-")
    assert len(content) == told["size"]
    entry = AccessEntry.objects.get(action="report_download")
    assert (entry.user, entry.post) == (cast.county_supervisor.user, cast.county_supervisor)


@pytest.mark.parametrize(
    "name", ["county_supervisor", "county_reviewer", "city_reviewer", "manager"]
)
def test_those_who_oversee_the_unit_or_stand_above_it_see_its_report(finished, cast, name):
    program = Program(cast.posts[name])

    assert [row["id"] for row in program.get(REPORTS).json()["results"]] == [finished.pk]
    assert program.get(f"{REPORTS}{finished.pk}/report.pdf").status_code == 200


@pytest.mark.parametrize(
    "name", ["neighbour_reviewer", "school_head", "school_clerk", "teacher", "administrator"]
)
def test_for_everybody_else_the_report_does_not_exist(finished, cast, name):
    program = Program(cast.posts[name])

    assert program.get(REPORTS).json()["results"] == []
    assert failure(program.get(f"{REPORTS}{finished.pk}/")) == (404, "not_found")
    assert failure(program.get(f"{REPORTS}{finished.pk}/report.pdf")) == (404, "not_found")


def test_a_report_that_is_not_ready_has_no_document(round, cast):
    report = ask(round, cast.county_supervisor, cast.county)
    program = Program(cast.county_supervisor)

    assert failure(program.get(f"{REPORTS}{report.pk}/report.pdf")) == (404, "not_found")


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("county_supervisor", {"unit": "622901"}, (404, "not_found")),
        ("county_supervisor", {"unit": "no\0such"}, (400, "invalid")),
        ("county_supervisor", {"campaign": "1999"}, (404, "not_found")),
        ("county_supervisor", {"stage": "party"}, (400, "invalid")),
        ("county_supervisor", {"language": "fr"}, (400, "invalid")),
        ("county_supervisor", {"unit": "2162002291"}, (403, "not_your_unit")),
        ("school_head", {"unit": "2162002291"}, (403, "not_your_unit")),
    ],
)
def test_what_may_not_be_asked_for_is_refused(round, cast, name, body, expected):
    whole = {"campaign": "2026", "stage": "collection", "unit": "622926", **body}

    assert failure(Program(cast.posts[name]).send(REPORTS, whole)) == expected
    assert not Report.objects.exists()


def test_the_list_filters_by_campaign_stage_and_unit(round, cast):
    county = ask(round, cast.province_supervisor, cast.county)
    city = ask(round, cast.province_supervisor, cast.city, "preparation")
    program = Program(cast.province_supervisor)

    def listed(**query) -> list[int]:
        return [row["id"] for row in program.get(REPORTS, query).json()["results"]]

    assert listed() == [city.pk, county.pk]
    assert listed(campaign="2026") == [city.pk, county.pk]
    assert listed(campaign="1999") == []
    assert listed(stage="preparation") == [city.pk]
    assert listed(unit="622926") == [county.pk]


def test_the_list_pages_by_key(round, cast):
    expected = [
        ask(round, cast.province_supervisor, unit).pk
        for unit in (cast.county, cast.city, cast.province)
    ][::-1]
    program, address, seen = Program(cast.province_supervisor), f"{REPORTS}?page_size=1", []

    while address:
        page = program.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]

    assert seen == expected


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_three_queries(round, cast, count, django_assert_num_queries):
    for unit in [cast.county, cast.city, cast.province][:count]:
        ask(round, cast.province_supervisor, unit)
    program = Program(cast.province_supervisor)

    with django_assert_num_queries(3):
        answer = program.get(REPORTS)

    assert len(answer.json()["results"]) == count


def test_a_report_is_called_off_and_asked_for_again(round, cast):
    report = ask(round, cast.county_supervisor, cast.county)
    program = Program(cast.county_supervisor)
    address = f"{REPORTS}{report.pk}/"

    called_off = program.send(f"{address}cancel/", {})
    twice = program.send(f"{address}cancel/", {})
    again = program.send(f"{address}retry/", {})

    assert (called_off.status_code, called_off.json()["state"]) == (200, "cancelled")
    assert failure(twice) == (409, "nothing_to_cancel")
    assert (again.status_code, again.json()["state"]) == (200, "queued")


def test_a_finished_report_says_its_code_and_who_signed(finished, cast):
    told = Program(cast.county_supervisor).get(f"{REPORTS}{finished.pk}/").json()

    assert (told["kind"], told["code"]) == ("stage", finished.code)
    assert (told["signed_as"], told["error"]) == (finished.signed_as, "")
    assert told["pages_done"] == told["pages"] == finished.pages


PACKS = "/api/v1/packs/"


def test_a_pack_is_asked_for_once_followed_and_fetched(round, cast):
    program = Program(cast.city_reviewer)
    body = {"campaign": "2026", "stage": "collection", "unit": "622900"}

    first, second = program.send(PACKS, body), program.send(PACKS, body)
    while do_waiting_jobs("make_pack") + do_waiting_jobs("make_report"):
        pass
    told = program.get(f"{PACKS}{first.json()['id']}/").json()

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert (told["state"], told["reports_done"], told["reports_count"]) == ("done", 3, 3)
    assert [file["form"] for file in told["files"]] == ["zip", "bound"]
    for file in told["files"]:
        answer = program.get(file["document"])
        assert len(b"".join(answer.streaming_content)) == file["size"]
    assert [row["id"] for row in program.get(PACKS).json()["results"]] == [told["id"]]
    assert Program(cast.neighbour_reviewer).get(PACKS).json()["results"] == []


def test_a_pack_is_called_off_and_repeated(round, cast):
    program = Program(cast.city_reviewer)
    body = {"campaign": "2026", "stage": "collection", "unit": "622900"}
    address = f"{PACKS}{program.send(PACKS, body).json()['id']}/"

    assert program.send(f"{address}cancel/", {}).json()["state"] == "cancelled"
    assert failure(program.send(f"{address}cancel/", {})) == (409, "nothing_to_cancel")
    assert program.send(f"{address}retry/", {}).json()["state"] == "queued"
    assert failure(program.get(f"{address}zip/")) == (404, "not_found")


def test_a_unit_without_authorities_below_has_no_pack(round, cast):
    body = {"campaign": "2026", "stage": "collection", "unit": "622926"}

    assert failure(Program(cast.city_reviewer).send(PACKS, body)) == (409, "nothing_below")
