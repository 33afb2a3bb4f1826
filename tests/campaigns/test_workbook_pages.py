"""Excel over HTTP: who may fetch and send what."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.models import Record, WorkbookImport
from teachers.models import AccessEntry
from tests.campaigns import books, people


@pytest.fixture
def sign_in(client, cast):
    """Sign a member of the cast in."""

    def _sign_in(name: str):
        client.force_login(cast.posts[name].user)
        return client

    return _sign_in


def upload(content: bytes, name: str = "教师.xlsx", **more):
    return {"workbook": SimpleUploadedFile(name, content), **more}


OTHERS = ["second_clerk", "neighbour_reviewer", "county_reviewer", "manager", "teacher"]


def test_the_clerk_downloads_an_empty_template(sign_in, submission):
    response = sign_in("school_clerk").get(reverse("campaigns:template", args=[submission.pk]))

    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert "2162002291-2026.xlsx" in response["Content-Disposition"]
    assert "基本信息" in openpyxl.load_workbook(io.BytesIO(response.content)).sheetnames
    assert not AccessEntry.objects.filter(action="workbook.export").exists()


def test_a_download_with_records_is_logged(sign_in, submission, enter):
    enter(1)

    url = reverse("campaigns:template", args=[submission.pk])
    content = sign_in("school_clerk").get(url, {"records": "1"}).content

    page = openpyxl.load_workbook(io.BytesIO(content))["基本信息"]
    assert page.cell(3, books.place(page, "身份证件号")).value == people.card(0)
    assert AccessEntry.objects.filter(action="workbook.export").count() == 1


def test_a_good_workbook_leads_back_to_the_desk(sign_in, submission, form, cast):
    content = books.filled(form, cast.first_school, range(2))

    response = sign_in("school_clerk").post(
        reverse("campaigns:import", args=[submission.pk]), upload(content)
    )

    assert (response.status_code, response.url) == (302, reverse("workflows:school"))
    assert submission.records.count() == 2


def test_failed_rows_are_fetched_under_a_chinese_name(sign_in, submission, form, cast):
    content = books.filled(
        form,
        cast.first_school,
        range(2),
        lambda book: books.put(book, "基本信息", 3, "民族", "汉人"),
    )
    client = sign_in("school_clerk")
    client.post(
        reverse("campaigns:import", args=[submission.pk]), upload(content, sound_rows_only="1")
    )
    outcome = WorkbookImport.objects.get()

    response = client.get(reverse("campaigns:failed_rows", args=[outcome.pk]))

    assert (outcome.taken_count, outcome.failed_count) == (3, 3)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response.content[:2] == b"PK"


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_finds_the_template_the_import_or_its_rows(
    sign_in, submission, form, cast, who
):
    spoiled = books.filled(
        form,
        cast.first_school,
        [0],
        lambda book: books.put(book, "基本信息", 3, "民族", "汉人"),
    )
    sign_in("school_clerk").post(reverse("campaigns:import", args=[submission.pk]), upload(spoiled))
    outcome = WorkbookImport.objects.get()
    client = sign_in(who)

    answers = [
        client.get(reverse("campaigns:template", args=[submission.pk])),
        client.get(reverse("campaigns:template", args=[submission.pk]), {"records": "1"}),
        client.post(
            reverse("campaigns:import", args=[submission.pk]),
            upload(books.filled(form, cast.first_school, [0])),
        ),
        client.get(reverse("campaigns:failed_rows", args=[outcome.pk])),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert not Record.objects.exists()


def test_a_head_may_not_write_through_the_import(sign_in, submission, form, cast):
    sign_in("school_head").post(
        reverse("campaigns:import", args=[submission.pk]),
        upload(books.filled(form, cast.first_school, [0])),
    )

    assert not Record.objects.exists()
    assert not WorkbookImport.objects.exists()


def test_strangers_are_asked_to_sign_in(client, submission):
    for name in ["template", "import"]:
        url = reverse(f"campaigns:{name}", args=[submission.pk])
        response = client.post(url) if name == "import" else client.get(url)
        assert response.status_code == 302
        assert reverse("teachers:sign_in") in response.url


def test_an_import_is_only_posted(sign_in, submission):
    response = sign_in("school_clerk").get(reverse("campaigns:import", args=[submission.pk]))

    assert response.status_code == 405
