"""The public page: what it shows of a document, and what it says of a file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from reports import actions, marks, uploads
from reports.models import Report

pytestmark = pytest.mark.usefixtures("drawn_once")


@pytest.fixture
def report(under_way, cast) -> Report:
    return make(under_way, cast, "county")


def make(round_, cast, unit: str) -> Report:
    asked = actions.ask(
        campaign=round_.campaign,
        stage="collection",
        organisation=cast.units[unit],
        by=cast.manager.user,
        post=cast.manager,
        at=round_.at,
    )
    return actions.make(asked.pk, round_.at)


def page(code: str) -> str:
    return reverse("reports:verify_code", args=[code])


def hand_in(client, report: Report, content: bytes, name: str = "report.pdf"):
    return client.post(page(report.code), {"file": SimpleUploadedFile(name, content)})


def test_anybody_reads_what_the_document_is_and_nothing_more(client, report):
    response = client.get(page(report.code))

    text = response.content.decode()
    assert response.status_code == 200
    for shown in [
        "采集阶段督查报告",
        "东乡族自治县",
        report.code,
        report.sha256,
        f"{timezone.localtime(report.frozen_at):%Y-%m-%d %H:%M}",
    ]:
        assert shown in text
    assert report.asked_by.name not in text
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in text


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "bare"])
def test_a_code_is_found_however_it_is_typed(client, report, typed):
    said = {"lower": report.code.lower(), "bare": report.code.replace("-", "")}
    code = said.get(typed, typed.format(report.code))

    response = client.get(reverse("reports:verify"), {"code": code})

    assert (response.status_code, response["Location"]) == (302, page(report.code))


def test_what_is_no_code_is_said_to_be_none(client, report):
    response = client.get(reverse("reports:verify"), {"code": "7F3A-0000"})

    assert response.status_code == 422
    assert "“7F3A-0000”不是核验码" in response.content.decode()


@pytest.mark.parametrize("code", ["2222-2222-2222", "nonsense"])
def test_an_unknown_code_is_said_to_be_unknown(client, report, code):
    response = client.get(page(code))

    assert response.status_code == 404
    assert f"没有核验码为“{code}”的文件" in response.content.decode()


def test_a_report_that_is_not_finished_is_not_known(client, report):
    Report.objects.filter(pk=report.pk).update(code="2345-6789-ABCD")
    unfinished = actions.ask(
        campaign=report.campaign,
        stage="closing",
        organisation=report.organisation,
        by=report.asked_by,
        post=report.organisation.posts.get(role="supervisor"),
        at=report.asked_at,
    )

    assert client.get(page("2345-6789-ABCD")).status_code == 200
    assert client.get(page(unfinished.code)).status_code == 404


def answer(client, report: Report, content: bytes, name: str = "report.pdf") -> tuple[str, str]:
    found = hand_in(client, report, content, name).context["answer"]
    return found.kind, found.sentence


def test_the_genuine_file_is_recognised(client, report):
    kind, sentence = answer(client, report, bytes(report.file.content))

    assert (kind, sentence) == ("genuine", "核验通过：该文件与原件逐字节一致。")


def test_one_changed_byte_is_refused(client, report):
    content = bytearray(report.file.content)
    content[len(content) // 2] ^= 1

    kind, sentence = answer(client, report, bytes(content))

    assert kind == "wrong"
    assert sentence.startswith("核验不通过：该文件被改动过或并非同一文件")


def test_a_file_that_was_cut_off_is_refused_with_both_sizes(client, report):
    content = bytes(report.file.content)[:5000]

    kind, sentence = answer(client, report, content)

    assert kind == "wrong"
    assert f"该文件为 5,000 字节，原件为 {report.size:,} 字节" in sentence


def test_the_report_of_another_unit_is_refused_and_named_by_its_code(
    client, report, under_way, cast
):
    other = make(under_way, cast, "city")

    response = hand_in(client, report, bytes(other.file.content))

    found = response.context["answer"]
    assert (found.kind, found.other) == ("another", other)
    assert page(other.code) in response.content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 a workbook", "“report.pdf”不是 PDF 文件"),
        (b"", "未选择文件"),
        (b"%PDF-1.7 " + b"x" * uploads.MOST, "文件超过 20 MB"),
    ],
    ids=["no PDF", "empty", "too large"],
)
def test_what_cannot_be_the_report_is_refused_in_a_sentence(client, report, content, said):
    kind, sentence = answer(client, report, content)

    assert kind == "wrong"
    assert sentence.startswith(said)


def test_without_a_file_it_asks_for_one(client, report):
    found = client.post(page(report.code)).context["answer"]

    assert found.sentence.startswith("未选择文件")


def test_a_file_is_neither_kept_nor_larger_in_memory_than_a_piece(client, report, settings):
    settings.FILE_UPLOAD_TEMP_DIR = "/nowhere"

    kind, _sentence = answer(client, report, b"%PDF-" + b"x" * 5_000_000)

    assert kind == "wrong"


def test_who_asks_too_often_waits(client, report):
    answers = [client.get(page(report.code)).status_code for _ in range(31)]
    elsewhere = client.get(page(report.code), REMOTE_ADDR="10.1.2.3").status_code

    assert (set(answers[:30]), answers[30], elsewhere) == ({200}, 429, 200)


def test_the_qr_code_leads_to_the_page_of_the_report(settings):
    settings.SITE_URL = "https://jszx.example"

    told = marks.verification(marks.site(), "7F3A-92C4-4B5E")

    assert marks.address(marks.site(), "7F3A-92C4-4B5E") == (
        "https://jszx.example/verify/7F3A-92C4-4B5E/"
    )
    assert told["page"] == "https://jszx.example/verify/"
    assert told["qr"].startswith("data:image/svg+xml")


def test_a_production_site_without_an_address_prints_the_code_alone(settings):
    settings.SITE_URL, settings.PRODUCTION = "", True

    assert marks.verification(marks.site(), "7F3A-92C4-4B5E") == {
        "code": "7F3A-92C4-4B5E",
        "page": "",
        "qr": "",
    }
