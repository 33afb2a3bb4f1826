"""What a school reports on paper (报送表), as an independent reader sees it."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from campaigns.models import Finding, Submission
from teachers.models import AccessEntry
from workflows.enums import Verdict


@pytest.fixture
def printed(client, cast, early):
    """The pages of the first school's form, asked for by a post of the cast."""

    def as_(who: str = "school_head", language: str = "zh-hans") -> PdfReader:
        client.force_login(cast.posts[who].user)
        client.cookies["django_language"] = language
        submission = early.submission(cast.first_school)
        answer = client.get(reverse("reports:submission_form", args=[submission.pk]))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Cache-Control"] == "private, no-store"
        return PdfReader(io.BytesIO(answer.getvalue()))

    return as_


def text(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def unbroken(words: str) -> str:
    """Without the spaces and line ends that a cell puts into a long name."""
    return "".join(words.split())


def test_the_form_lists_the_teachers_and_what_the_checks_say(early, cast, printed):
    records = early.add_people(cast.first_school, cast.school_clerk, 3)
    submission = early.submission(cast.first_school)
    explained = {"explanation": "已核实", "explained_by": cast.school_clerk.user}
    Finding.objects.create(
        submission=submission, record=records[1], rule="few", severity="warning", **explained
    )
    Submission.objects.filter(pk=submission.pk).update(warnings_count=1)

    said = unbroken(text(printed()))

    for record in records:
        assert record.name in said
        assert record.identity_mask in said
    for words in (
        "教师信息报送表",
        "锁南镇第二小学",
        "东乡族自治县",
        "1 条，已说明 1 条",
        "校长（签字、盖章）",
    ):
        assert unbroken(words) in said, words
    assert "尚未在系统内签发" in said


def test_the_head_s_signature_stands_in_its_block_while_it_holds(early, cast, printed):
    early.add_people(cast.first_school, cast.school_clerk, 1)
    clerk, head = cast.school_clerk.user.name, cast.school_head.user.name
    early.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)
    submitted = text(printed()).replace("\n", "")
    early.decide(cast.first_school, cast.school_head, Verdict.SIGN)
    signed = text(printed()).replace("\n", "")
    early.send_back(cast.first_school, cast.county_reviewer)
    returned = text(printed()).replace("\n", "")

    assert [f"{clerk} 于 2026-11-23" in said for said in (submitted, signed, returned)] == [
        True,
        True,
        False,
    ]
    assert [f"{head} 于 2026-11-23" in said for said in (submitted, signed, returned)] == [
        False,
        True,
        False,
    ]


def test_a_return_between_authorities_leaves_the_signature(early, cast, printed):
    early.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    early.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    early.send_back(cast.first_school, cast.city_reviewer, to="county_review")

    assert early.submission(cast.first_school).state == "county_review"
    assert f"{cast.school_head.user.name} 于" in text(printed())


def test_an_empty_submission_has_a_form_too(printed, early):
    reader = printed()

    assert "尚未填报教师" in text(reader)
    assert len(reader.pages) == 1


def test_the_form_is_tagged_titled_and_the_same_on_every_page(early, cast, printed):
    early.add_people(cast.first_school, cast.school_clerk, 90)

    reader = printed("county_reviewer")

    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 2
    for page in pages:
        assert "马建国 东乡族自治县" in page
        assert f"指纹 {reader.metadata['/Keywords']}" in page
        assert "演示数据" in page
    for page in pages[:-1]:
        assert "证件号码" in page
    root = reader.trailer["/Root"]
    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("zh-Hans", True)
    assert reader.metadata.title == "锁南镇第二小学教师信息报送表"


def test_the_english_form_has_english_furniture(early, cast, printed):
    early.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    reader = printed(language="en")

    for words in ("Submission of teacher information", "Signed in the system by", "Teachers"):
        assert words in text(reader), words
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_a_download_is_logged(printed, cast):
    printed("school_clerk")

    entry = AccessEntry.objects.get(action="submission_form_download")
    assert (entry.user, entry.subject.endswith(", 0 teachers")) == (cast.school_clerk.user, True)


@pytest.mark.parametrize("people", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_teachers(
    early, cast, client, people, django_assert_num_queries
):
    early.add_people(cast.first_school, cast.school_clerk, people)
    submission = early.submission(cast.first_school)
    client.force_login(cast.school_head.user)
    address = reverse("reports:submission_form", args=[submission.pk])
    client.get(address)

    with django_assert_num_queries(7):
        client.get(address)


@pytest.mark.parametrize("who", ["neighbour_reviewer", "second_clerk", "teacher"])
def test_a_submission_out_of_sight_cannot_be_printed(early, cast, client, who):
    client.force_login(cast.posts[who].user)
    address = reverse("reports:submission_form", args=[early.submission(cast.first_school).pk])

    assert client.get(address).status_code == 404
    assert AccessEntry.objects.count() == 0
