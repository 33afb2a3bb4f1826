"""Files that are no workbook for this school: one clear sentence, nothing written, nothing run."""

import io
import os
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import actions
from campaigns.enums import ImportState
from campaigns.models import Record, WorkbookImport
from campaigns.workbooks import reader, template
from campaigns.workbooks.guard import WorkbookRefused
from teachers import schema
from tests.campaigns import books

NAME = "教师.xlsx"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
FORMULA = b'<c r="A9"><f>cmd|calc!A1</f><v>1</v></c></row>'


def zipped(parts: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return output.getvalue()


def with_wrong_length(content: bytes) -> bytes:
    """The archive's directory claims that the first sheet unpacks to ten bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        length = archive.getinfo("xl/worksheets/sheet2.xml").file_size
    where = content.rindex(b"xl/worksheets/sheet2.xml") - 46 + 24
    assert struct.unpack("<I", content[where : where + 4])[0] == length
    return content[:where] + struct.pack("<I", 10) + content[where + 4 :]


def encrypted_entry(content: bytes) -> bytes:
    where = content.rindex(b"xl/worksheets/sheet2.xml") - 46 + 8
    return content[:where] + b"\x01\x00" + content[where + 2 :]


def without_part(name: str):
    return lambda good: books.repacked(good, lambda old, data: None if old == name else data or {})


def removed_column(book):
    book["基本信息"].delete_cols(3)


def extra_column(book):
    page = book["基本信息"]
    page.cell(2, page.max_column + 1).value = "备注"


def double_column(book):
    page = book["基本信息"]
    page.cell(2, page.max_column + 1).value = "姓名"


def renamed_sheet(book):
    book["联系方式"].title = "联系"


def emptied(book):
    for name in ["基本信息", "学习经历", "联系方式"]:
        book[name].delete_rows(3, 10)


BOMB = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b" " * 30_000_000})
LONG = os.urandom(40_000).hex().encode()

#: what is done to a sound file → part of the sentence
FILES = {
    "empty": (lambda good: b"", "不是 Excel 工作簿|not an Excel workbook"),
    "text": (lambda good: "姓名,性别".encode(), "不是 Excel 工作簿|not an Excel workbook"),
    "picture": (lambda good: b"\x89PNG\r\n" + bytes(500), "不是 Excel|not an Excel"),
    "zip of something": (lambda good: zipped({"a.txt": b"a"}), "不是 Excel|not an Excel"),
    "old format": (lambda good: OLE + bytes(2000), "xls"),
    "password": (
        lambda good: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "密码|password",
    ),
    "encrypted part": (encrypted_entry, "密码|password"),
    "first half": (lambda good: good[: len(good) // 2], "损坏|damaged"),
    "last byte missing": (lambda good: good[:-1], "损坏|damaged"),
    "bytes changed": (
        lambda good: good[:3000] + bytes(50) + good[3050:],
        "损坏|damaged|不是|not",
    ),
    "length lied about": (with_wrong_length, "损坏|damaged"),
    "bomb": (lambda good: BOMB, "解压|unpacks"),
    "too many parts": (
        lambda good: zipped({f"xl/{n}.xml": b"" for n in range(2100)}),
        "解压|unpacks",
    ),
    "huge text": (
        lambda good: books.repacked(
            good,
            lambda name, data: (
                data.replace(b"</sst>", b"<si><t>" + LONG + b"</t></si></sst>")
                if name == "xl/sharedStrings.xml"
                else data or {}
            ),
        ),
        "解压|unpacks",
    ),
    "macro": (lambda good: books.with_part(good, "xl/vbaProject.bin", b"x"), "宏|macros"),
    "macro by type": (
        lambda good: books.repacked(
            good,
            lambda name, data: (
                data.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
                if name == "[Content_Types].xml"
                else data or {}
            ),
        ),
        "宏|macros",
    ),
    "macro sheet": (lambda good: books.with_part(good, "xl/macrosheets/a.xml", b"x"), "宏|macros"),
    "embedded object": (lambda good: books.with_part(good, "xl/embeddings/o.bin", b"x"), "宏|mac"),
    "external link": (
        lambda good: books.with_part(good, "xl/externalLinks/externalLink1.xml", b"<x/>"),
        "链接|linked",
    ),
    "formula": (lambda good: books.with_sheet_text(good, b"</row>", FORMULA), "公式|formulas"),
    "formula with prefix": (
        lambda good: books.with_sheet_text(good, b"</row>", FORMULA.replace(b"<f>", b"<x:f>")),
        "公式|formulas",
    ),
    "formula typed by hand": (
        lambda good: books.edited(good, lambda book: books.put(book, "基本信息", 3, "姓名", "=A1")),
        "公式|formulas",
    ),
    "entity": (
        lambda good: books.with_sheet_text(good, b"<worksheet", b"<!DOCTYPE a><worksheet"),
        "Excel",
    ),
    "other encoding": (
        lambda good: books.with_sheet_text(good, b"<worksheet", b"\0<worksheet"),
        "Excel",
    ),
    "far cell": (
        lambda good: books.with_sheet_text(
            good, b"</row>", b'<c r="XFD1048576"><v>1</v></c></row>'
        ),
        "之外|outside",
    ),
    "far row": (
        lambda good: books.with_sheet_text(good, b"</row>", b'<c r="A100000"><v>1</v></c></row>'),
        "之外|outside",
    ),
    "no directory": (without_part("xl/workbook.xml"), "不是 Excel|not an Excel"),
    "sheet part missing": (without_part("xl/worksheets/sheet2.xml"), "损坏|damaged"),
    "column missing": (lambda good: books.edited(good, removed_column), "性别"),
    "column too many": (lambda good: books.edited(good, extra_column), "备注"),
    "column twice": (lambda good: books.edited(good, double_column), "姓名"),
    "sheet missing": (lambda good: books.edited(good, renamed_sheet), "联系方式"),
    "nothing filled in": (lambda good: books.edited(good, emptied), "第 3 行|row 3"),
}


@pytest.mark.parametrize(("spoil", "sentence"), FILES.values(), ids=FILES)
def test_a_bad_file_gets_one_sentence_and_changes_nothing(
    form, submission, clerk, cast, enter, spoil, sentence
):
    enter(1, start=9)
    content = spoil(books.filled(form, cast.first_school, range(2)))

    taken = actions.take_workbook(
        submission=submission, name=NAME, content=content, sound_rows_only=True, **clerk
    )

    assert taken.state == ImportState.REFUSED
    assert NAME in taken.message
    assert any(part in taken.message for part in sentence.split("|")), taken.message
    assert (taken.rows_count, taken.taken_count, taken.failed) == (0, 0, None)
    assert Record.objects.count() == 1
    assert WorkbookImport.objects.get() == taken


def test_a_file_over_the_limit_is_not_even_opened(settings, form, submission, clerk, cast):
    settings.WORKBOOK_MAX_BYTES = 1024 * 1024
    content = bytes(1024 * 1024 + 1)

    taken = actions.take_workbook(
        submission=submission, name=NAME, content=content, sound_rows_only=False, **clerk
    )

    assert "1 MB" in taken.message


def test_too_many_rows_are_refused(form, submission, clerk, cast, monkeypatch):
    monkeypatch.setattr("campaigns.workbooks.layout.MOST_ROWS", 2)

    taken = actions.take_workbook(
        submission=submission,
        name=NAME,
        content=books.filled(form, cast.first_school, range(3)),
        sound_rows_only=False,
        **clerk,
    )

    assert taken.state == ImportState.REFUSED
    assert "2" in taken.message
    assert "基本信息" in taken.message


def test_the_template_of_another_form_is_named(collection, submission, clerk, cast, form):
    other = schema.form(form.version_id, "K", ("basic", "learning", "contact"))
    content = template.write_template(other, cast.kindergarten)

    taken = actions.take_workbook(
        submission=submission, name=NAME, content=content, sound_rows_only=False, **clerk
    )

    assert taken.state == ImportState.REFUSED
    assert "幼儿园" in taken.message or "Kindergarten" in taken.message


def test_the_template_of_other_questions_is_refused(submission, clerk, cast, form):
    other = schema.form(form.version_id, "P", ("basic", "contact"))

    taken = actions.take_workbook(
        submission=submission,
        name=NAME,
        content=template.write_template(other, cast.first_school),
        sound_rows_only=False,
        **clerk,
    )

    assert "模板" in taken.message or "template" in taken.message
    assert taken.state == ImportState.REFUSED


@pytest.mark.parametrize("name", ["C:\\表\\教师.xlsx", "../../教师.xlsx", "教师.xlsx"])
def test_only_the_last_part_of_a_file_name_is_kept(submission, clerk, name):
    taken = actions.take_workbook(
        submission=submission, name=name, content=b"x", sound_rows_only=False, **clerk
    )

    assert taken.file_name == "教师.xlsx"


PARTS = [
    "xl/workbook.xml",
    "xl/worksheets/sheet2.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
]


def answer_to(content: bytes, form) -> str:
    """The sentence of the refusal; "" when the file could be read."""
    try:
        reader.read(content, NAME, form)
    except WorkbookRefused as refused:
        return str(refused)
    return ""


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(cut=st.integers(0, 10_000), noise=st.binary(min_size=1, max_size=40))
def test_damaged_bytes_are_refused_or_harmless_but_never_an_error(sample, form, cut, noise):
    spoiled = sample[:cut] + noise + sample[cut + len(noise) :]

    answer = answer_to(spoiled, form)

    assert answer == "" or NAME in answer


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    part=st.sampled_from(PARTS),
    cut=st.integers(0, 4_000),
    noise=st.binary(min_size=1, max_size=12) | st.sampled_from([b"</a>", b'r="', b"999999999"]),
)
def test_damaged_parts_in_a_sound_archive_are_never_an_error(sample, form, part, cut, noise):
    def change(name, data):
        return data[:cut] + noise + data[cut + len(noise) :] if name == part else data or {}

    answer = answer_to(books.repacked(sample, change), form)

    assert answer == "" or NAME in answer


@pytest.fixture
def sample(form, cast):
    return books.filled(form, cast.first_school, [0])
