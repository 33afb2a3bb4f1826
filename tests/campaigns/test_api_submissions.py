"""Programs read submissions and hand in workbooks."""

from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from campaigns import actions, asked
from campaigns.models import Finding, Record, WorkbookImport
from campaigns.workbooks import template
from tests import rounds
from tests.api import Program, failure
from tests.campaigns import people

SUBMISSIONS = "/api/v1/submissions/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(submission, numbers, **basic) -> SimpleUploadedFile:
    """A filled-in template with the fictional people of these numbers."""
    form = asked.form_of(submission)
    rows = template.rows_of(
        form, [(people.card(number), people.document(number, **basic)) for number in numbers]
    )
    content = template.write_template(form, submission.organisation, rows)
    return SimpleUploadedFile("教师.xlsx", content, content_type=XLSX)


def imports(submission) -> str:
    return f"{SUBMISSIONS}{submission.pk}/imports/"


# --- Reading ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "schools"),
    [
        ("school_clerk", {"2162002291"}),
        ("school_head", {"2162002291"}),
        ("county_reviewer", {"2162002291", "2162002318", "1162004410"}),
        ("neighbour_reviewer", {"2162009001"}),
        ("county_supervisor", {"2162002291", "2162002318", "1162004410"}),
        ("teacher", set()),
        ("administrator", set()),
    ],
)
def test_a_post_lists_the_submissions_of_its_own_reach(collection, cast, name, schools):
    answer = Program(cast.posts[name]).get(SUBMISSIONS)

    assert {row["organisation"]["code"] for row in answer.json()["results"]} == schools


def test_the_list_filters_by_state_campaign_and_unit(collection, cast):
    collection.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    program = Program(cast.province_reviewer)

    def listed(**query) -> set[str]:
        rows = program.get(SUBMISSIONS, query).json()["results"]
        return {row["organisation"]["code"] for row in rows}

    assert listed(state="county_review") == {"2162002291"}
    assert listed(unit="622926", state="draft") == {"2162002318", "1162004410"}
    assert listed(unit="4162010730") == {"4162010730", "3462000001"}
    assert len(listed(campaign="2026")) == 8
    assert listed(campaign="1999") == set()
    assert failure(program.get(SUBMISSIONS, {"state": "lost"})) == (400, "invalid")
    neighbour = Program(cast.neighbour_reviewer)
    assert failure(neighbour.get(SUBMISSIONS, {"unit": "622926"})) == (404, "not_found")


@pytest.mark.parametrize(("unit", "count"), [("2162002291", 1), ("622926", 3)])
def test_the_list_asks_four_queries(collection, cast, unit, count, django_assert_num_queries):
    program = Program(cast.county_reviewer)

    with django_assert_num_queries(4):
        answer = program.get(SUBMISSIONS, {"unit": unit})

    assert len(answer.json()["results"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_findings_are_listed_with_their_words_in_four_queries(
    enter, submission, cast, count, django_assert_num_queries
):
    enter(count, sex="1")
    program = Program(cast.county_reviewer)

    with django_assert_num_queries(4):
        answer = program.get(f"{SUBMISSIONS}{submission.pk}/findings/")

    rows = answer.json()["results"]
    assert len(rows) == Finding.objects.filter(submission=submission).count()
    assert len({row["record"]["id"] for row in rows if row["record"]}) == count
    assert all(row["text"] for row in rows)
    assert people.card(0) not in answer.content.decode()


def test_findings_out_of_sight_are_not_found(submission, cast):
    for name in ("neighbour_reviewer", "second_clerk", "teacher", "administrator"):
        answer = Program(cast.posts[name]).get(f"{SUBMISSIONS}{submission.pk}/findings/")
        assert failure(answer) == (404, "not_found")


# --- Workbooks ----------------------------------------------------------------------------
def test_a_sound_workbook_is_taken_over(submission, cast):
    answer = Program(cast.school_clerk).post(
        imports(submission), {"file": workbook(submission, range(3))}
    )

    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["state"], body["failed_count"], body["failed_workbook"]) == ("taken", 0, None)
    assert body["file_name"] == "教师.xlsx"
    assert Record.objects.filter(submission=submission).count() == 3


def spoiled(submission) -> SimpleUploadedFile:
    """Three people, one of them with a sex that is not that of the identity number."""
    form = asked.form_of(submission)
    documents = [people.document(0), people.document(1, sex="1"), people.document(2)]
    rows = template.rows_of(form, [(people.card(n), d) for n, d in enumerate(documents)])
    content = template.write_template(form, submission.organisation, rows)
    return SimpleUploadedFile("teachers.xlsx", content, content_type=XLSX)


def test_one_bad_row_holds_back_the_whole_workbook(submission, cast):
    program = Program(cast.school_clerk)

    body = program.post(imports(submission), {"file": spoiled(submission)}).json()

    assert (body["state"], body["taken_count"]) == ("refused", 0)
    assert not Record.objects.exists()
    failed = program.get(body["failed_workbook"], headers={"Accept": XLSX})
    assert (failed.status_code, failed.headers["Content-Type"]) == (200, XLSX)
    assert "no-store" in failed.headers["Cache-Control"]
    assert load_workbook(BytesIO(failed.content)).sheetnames


def test_the_sound_rows_are_taken_when_asked_for(submission, cast):
    body = (
        Program(cast.school_clerk)
        .post(imports(submission), {"file": spoiled(submission), "sound_rows_only": "true"})
        .json()
    )

    assert (body["state"], body["failed_count"] > 0) == ("partly", True)
    assert Record.objects.filter(submission=submission).count() == 2


def test_the_failed_rows_are_for_the_school_alone(submission, cast):
    clerk = Program(cast.school_clerk)
    address = clerk.post(imports(submission), {"file": spoiled(submission)}).json()[
        "failed_workbook"
    ]

    for name in ("county_reviewer", "neighbour_reviewer", "second_clerk", "teacher", "manager"):
        assert failure(Program(cast.posts[name]).get(address)) == (404, "not_found")
    assert Program(cast.school_head).get(address).status_code == 200


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 truncated"])
def test_a_file_that_is_no_workbook_is_answered_with_one_sentence(submission, cast, content):
    upload = SimpleUploadedFile("teachers.xlsx", content)

    answer = Program(cast.school_clerk).post(imports(submission), {"file": upload})

    body = answer.json()
    assert (answer.status_code, body["state"], body["taken_count"]) == (201, "refused", 0)
    assert body["message"]
    assert not Record.objects.exists()


def test_a_workbook_over_twenty_megabytes_is_refused_before_it_is_read(submission, cast):
    upload = SimpleUploadedFile("large.xlsx", b"P" * (settings.WORKBOOK_MAX_BYTES + 1))

    answer = Program(cast.school_clerk).post(imports(submission), {"file": upload})

    assert failure(answer) == (413, "too_large")
    assert not WorkbookImport.objects.exists()


def test_only_the_clerk_of_the_school_hands_in_a_workbook(submission, cast):
    expected = {
        "school_head": (403, "not_your_school"),
        "county_reviewer": (403, "not_your_school"),
        "second_clerk": (404, "not_found"),
        "neighbour_reviewer": (404, "not_found"),
        "teacher": (404, "not_found"),
    }
    for name, failed in expected.items():
        upload = SimpleUploadedFile("teachers.xlsx", b"x")
        answer = Program(cast.posts[name]).post(imports(submission), {"file": upload})
        assert (name, failure(answer)) == (name, failed)


def test_a_submission_that_left_the_school_takes_no_workbook(collection, cast):
    collection.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    submission = collection.submission(cast.first_school)

    answer = Program(cast.school_clerk).post(
        imports(submission), {"file": workbook(submission, range(1))}
    )

    assert failure(answer) == (409, "not_open_for_school")


def test_a_request_without_a_file_names_it(submission, cast):
    clerk = Program(cast.school_clerk)

    without = clerk.post(imports(submission), {"sound_rows_only": "true"})
    as_json = clerk.send(imports(submission), {"file": "x"})

    assert failure(without) == (400, "invalid")
    assert [row["field"] for row in without.json()["errors"]] == ["file"]
    assert failure(as_json) == (415, "unsupported_media_type")


@pytest.mark.parametrize("count", [1, 3])
def test_the_workbooks_of_a_submission_are_listed_newest_first_in_four_queries(
    submission, cast, now, count, django_assert_num_queries
):
    for number in range(count):
        actions.take_workbook(
            submission=submission,
            name=f"{number}.xlsx",
            content=b"nothing",
            sound_rows_only=False,
            by=cast.school_clerk.user,
            post=cast.school_clerk,
            at=now,
        )
    program = Program(cast.school_clerk)

    with django_assert_num_queries(4):
        answer = program.get(imports(submission))

    assert [row["file_name"] for row in answer.json()["results"]] == [
        f"{number}.xlsx" for number in reversed(range(count))
    ]


def test_a_page_of_submissions_never_loses_or_repeats_one(cast, now):
    rounds.launched(cast, now)
    program, address, seen = Program(cast.province_reviewer), f"{SUBMISSIONS}?page_size=3", []

    while address:
        page = program.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]

    assert seen == sorted(set(seen))
    assert len(seen) == 8
