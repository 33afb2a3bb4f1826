"""A teacher's file on paper, as an independent reader sees it."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from teachers import attachments
from teachers.enums import AttachmentKind
from teachers.models import AccessEntry
from tests import careers, staff, uploads


@pytest.fixture
def career(cast, now):
    return careers.play(cast, now)


@pytest.fixture
def printed(client, cast):
    """The pages of a file's PDF as text, asked for by a post of the cast."""

    def as_(teacher, who: str = "county_reviewer", language: str = "zh-hans", **query):
        client.force_login(cast.posts[who].user)
        client.cookies["django_language"] = language
        answer = client.get(reverse("reports:dossier", args=[teacher.pk]), query)
        return answer, PdfReader(io.BytesIO(answer.getvalue()))

    return as_


def text(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_the_form_holds_number_values_and_chain_of_responsibility(career, printed):
    answer, reader = printed(career.teacher)

    said = text(reader)
    for words in (
        "教师档案表",
        career.teacher.number,
        career.teacher.identity_mask,
        "锁南镇第二小学",
        "基本信息",
        "西北师范大学",
        "13911112222",
        "98,000.00",
        "责任链",
        "2026 年度教师信息采集",
        "2027 年度教师信息采集",
        f"一般信息更正，申请 {career.correction.pk} 号",
        "市级审核",
        "妥明",
        "教师本人（签名）",
    ):
        assert words in said, words
    assert staff.card(102) not in said
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"


def test_every_page_names_who_printed_it_and_carries_the_same_fingerprint(career, printed, cast):
    _answer, reader = printed(career.teacher)

    pages = [page.extract_text() for page in reader.pages]
    mark = reader.metadata["/Keywords"]
    assert len(pages) > 1
    for page in pages:
        assert "马建国 东乡族自治县" in page
        assert f"指纹 {mark}" in page
        assert "演示数据" in page


def test_the_form_is_tagged_titled_and_bookmarked(career, printed):
    _answer, reader = printed(career.teacher)

    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-Hans"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == f"教师档案表 · 马晓兰 · {career.teacher.number}"
    assert [entry.title for entry in reader.outline][-2:] == ["任职经历", "责任链"]
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)


def test_the_english_form_has_english_furniture(career, printed):
    _answer, reader = printed(career.teacher, language="en")

    said = text(reader)
    for words in ("Teacher file", "Chain of responsibility", "Teacher (signature)", "City review"):
        assert words in said, words
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_an_earlier_revision_can_be_printed(career, printed):
    said = text(printed(career.teacher, revision="2")[1])

    assert "第 2 版" in said
    assert "已婚" in said
    assert "2027 年度教师信息采集" not in said


def test_the_photo_of_the_file_is_printed(cast, now, printed):
    photo = attachments.take(
        name="照片.jpg",
        content=uploads.photo(),
        kind=AttachmentKind.PHOTO,
        organisation=cast.first_school,
        by=cast.school_clerk.user,
        post=cast.school_clerk,
        at=now,
    )
    teacher = staff.employed(cast.first_school, now, photo=str(photo.pk))

    _answer, reader = printed(teacher)

    assert len(reader.pages[0].images) == 1


def test_a_download_is_logged_with_the_sub_sets(career, printed, cast):
    printed(career.teacher)

    entry = AccessEntry.objects.get(action="dossier_download")
    assert (entry.user, entry.teacher, entry.subject) == (
        cast.county_reviewer.user,
        career.teacher,
        f"teacher {career.teacher.number}, revision 4",
    )
    assert {"basic", "pay", "contact"} <= set(entry.sets)


def test_a_teacher_prints_the_own_file(cast, now, printed):
    teacher = staff.employed(cast.first_school, now)
    cast.teacher.user.teacher = teacher
    cast.teacher.user.save()

    _answer, reader = printed(teacher, "teacher")

    assert teacher.number in text(reader)


@pytest.mark.parametrize("who", ["neighbour_reviewer", "second_clerk", "administrator", "teacher"])
def test_a_file_out_of_sight_cannot_be_printed(cast, now, client, who):
    teacher = staff.employed(cast.first_school, now)
    client.force_login(cast.posts[who].user)

    assert client.get(reverse("reports:dossier", args=[teacher.pk])).status_code == 404
    assert AccessEntry.objects.count() == 0
