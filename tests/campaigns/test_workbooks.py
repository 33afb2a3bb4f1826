"""From the file to the records, and back with the rows that failed."""

import io
from datetime import date, datetime

import openpyxl
import pytest

from campaigns import actions
from campaigns.enums import ImportState
from campaigns.models import Record, Submission, WorkbookImport
from campaigns.workbooks import template
from tests.campaigns import books, people


@pytest.fixture
def take(submission, clerk):
    """Hand in a workbook as the first school's clerk."""

    def _take(content: bytes, sound_rows_only: bool = False, name: str = "教师.xlsx"):
        return actions.take_workbook(
            submission=submission,
            name=name,
            content=content,
            sound_rows_only=sound_rows_only,
            **clerk,
        )

    return _take


def documents(submission) -> list[dict]:
    return [record.data for record in submission.records.order_by("pk")]


def outcome_of(taken: WorkbookImport):
    return (taken.state, taken.rows_count, taken.taken_count, taken.failed_count)


def test_a_filled_in_template_becomes_records(form, submission, take, cast, enter):
    taken = take(books.filled(form, cast.first_school, range(5)))

    assert taken.message == ""
    assert outcome_of(taken) == (ImportState.TAKEN, 15, 15, 0)
    imported = documents(submission)
    submission.records.all().delete()
    enter(5)
    assert imported == documents(submission)
    assert Submission.objects.get(pk=submission.pk).records_count == 5


def test_an_export_imported_again_changes_nothing(form, submission, take, enter, clerk):
    enter(3)
    before = [(record.pk, record.entered_at, record.data) for record in submission.records.all()]

    taken = take(actions.write_workbook(submission=submission, with_records=True, **clerk))

    assert taken.state == ImportState.TAKEN
    assert before == [
        (record.pk, record.entered_at, record.data) for record in submission.records.all()
    ]


def test_the_same_file_twice_is_harmless(form, submission, take, cast):
    content = books.filled(form, cast.first_school, range(3))

    first, second = take(content), take(content)

    assert (first.state, second.state) == (ImportState.TAKEN, ImportState.TAKEN)
    assert first.sha256 == second.sha256
    assert submission.records.count() == 3


SPELLINGS = {
    "code": ("民族", "03", None),
    "name": ("民族", "回族", None),
    "code and name": ("民族", "03-回族", None),
    "number": ("国籍/地区", 156, None),
    "full width": ("民族", "０３", None),
    "Chinese month": ("参加工作年月", "2010年8月", None),
    "dotted month": ("参加工作年月", "2010.08", None),
    "digits": ("参加工作年月", 201008, None),
    "date cell": ("参加工作年月", date(2010, 8, 1), None),
    "Chinese date": ("出生日期", "1975年1月1日", None),
    "Excel date": ("出生日期", datetime(1975, 1, 1), None),
    "slashes": ("出生日期", "1975/1/1", None),
    "eight digits": ("出生日期", 19750101, None),
    "full-width number": ("身份证件号", None, "wide"),
    "small x and spaces": ("身份证件号", None, "spaced"),
}


@pytest.mark.parametrize(("title", "value", "kind"), SPELLINGS.values(), ids=SPELLINGS)
def test_usual_spellings_are_read(form, submission, take, cast, title, value, kind):
    card = people.card(0)
    spelled = {
        None: value,
        "wide": "".join(chr(ord(sign) + 0xFEE0) for sign in card),
        "spaced": f" {card[:6]} {card[6:].lower()} ",
    }[kind]

    taken = take(
        books.filled(
            form,
            cast.first_school,
            [0],
            lambda book: books.put(book, "基本信息", 3, title, spelled),
        )
    )

    assert taken.message == ""
    basic = documents(submission)[0]["basic"]
    wanted = people.document(0)["basic"]
    assert {key: basic[key] for key in wanted} == wanted


def test_headers_may_carry_stars_and_spaces(form, take, cast):
    def decorate(book):
        for page in book:
            for cell in page[2]:
                if isinstance(cell.value, str) and page.title != "填表说明":
                    cell.value = f" *{cell.value}\t"

    assert take(books.filled(form, cast.first_school, [0], decorate)).state == ImportState.TAKEN


def test_a_message_names_file_sheet_row_column_and_value(form, take, cast, submission):
    content = books.filled(
        form,
        cast.first_school,
        range(3),
        lambda book: books.put(book, "基本信息", 5, "民族", "汉人"),
    )

    taken = take(content)

    assert outcome_of(taken) == (ImportState.REFUSED, 9, 0, 3)
    for part in ["教师.xlsx", "基本信息", "5", "民族", "汉人"]:
        assert part in taken.message
    assert not submission.records.exists()


#: sheet, row, column, value → part of the reason
BAD_CELLS = {
    "not a code": ("基本信息", 3, "民族", "汉人"),
    "not a date": ("基本信息", 3, "出生日期", "1975-02-30"),
    "wrong check digit": ("基本信息", 3, "身份证件号", people.card(0)[:17] + "?"),
    "wrong sex": ("基本信息", 3, "性别", "1-男"),
    "missing": ("基本信息", 3, "姓名", None),
    "rounded number": ("基本信息", 3, "身份证件号", 6.2292619750101e17),
    "no such person": ("学习经历", 3, "身份证件号", people.card(7)),
    "number missing": ("学习经历", 3, "身份证件号", None),
    "wrong order": ("学习经历", 3, "毕业年月", "2001-01"),
    "too long": ("基本信息", 3, "姓名", "长" * 200),
}


@pytest.mark.parametrize("bad", BAD_CELLS.values(), ids=BAD_CELLS)
def test_one_bad_cell_holds_everything_back_and_can_be_corrected(form, submission, take, cast, bad):
    sheet, row, title, value = bad
    good = books.filled(form, cast.first_school, range(3))
    spoiled = books.edited(good, lambda book: books.put(book, sheet, row, title, value))

    taken = take(spoiled)

    assert taken.state == ImportState.REFUSED
    assert not submission.records.exists()

    taken = take(spoiled, sound_rows_only=True)

    assert taken.state == ImportState.PARTLY
    assert {record.name for record in submission.records.all()} >= {people.name(1), people.name(2)}
    original = openpyxl.load_workbook(io.BytesIO(good))[sheet]
    right = original.cell(row, books.place(original, title)).value

    def correct(book):
        page = book[sheet]
        reasons = books.place(page, "未通过原因")
        assert page.max_column == reasons
        assert page.cell(3, reasons).value
        books.put(book, sheet, 3, title, right)

    taken = take(books.edited(taken.failed_workbook(), correct), name="更正.xlsx")

    assert taken.message == ""
    assert taken.state == ImportState.TAKEN
    assert {record.identity_mask for record in submission.records.all()} == {
        people.card(n)[:6] + "********" + people.card(n)[-4:] for n in range(3)
    }


def test_failed_rows_bring_all_rows_of_the_person(form, take, cast):
    content = books.filled(
        form,
        cast.first_school,
        range(3),
        lambda book: books.put(book, "联系方式", 4, "手机", "12345"),
    )

    failed = openpyxl.load_workbook(io.BytesIO(take(content).failed_workbook()))

    for sheet in ["基本信息", "学习经历", "联系方式"]:
        page = failed[sheet]
        numbers = [page.cell(row, books.place(page, "身份证件号")).value for row in (3, 4)]
        assert numbers == [people.card(1), None]
        assert page.cell(3, books.place(page, "未通过原因")).value
    page = failed["联系方式"]
    assert page.cell(3, books.place(page, "手机")).fill.fgColor.rgb == "FFFDE7E5"


def test_the_same_person_twice_in_a_workbook_fails_in_both_rows(form, take, cast):
    content = books.filled(
        form,
        cast.first_school,
        range(2),
        lambda book: books.put(book, "基本信息", 4, "身份证件号", people.card(0)),
    )

    failed = openpyxl.load_workbook(io.BytesIO(take(content).failed_workbook()))["基本信息"]

    reasons = [failed.cell(row, books.place(failed, "未通过原因")).value for row in (3, 4)]
    assert "4" in reasons[0]
    assert "3" in reasons[1]


def test_warnings_do_not_hold_a_row_back(form, submission, take, cast):
    taken = take(books.filled(form, cast.first_school, [0], name="马兰3"))

    assert taken.state == ImportState.TAKEN
    assert Submission.objects.get(pk=submission.pk).warnings_count == 1


def test_recorded_people_are_replaced_and_others_left_alone(form, submission, take, cast, enter):
    enter(2)

    take(books.filled(form, cast.first_school, [1], ict="3"))

    assert [data["basic"]["ict"] for data in documents(submission)] == ["2", "3"]


def test_sub_sets_without_a_row_stay_as_recorded(form, submission, take, cast, enter):
    enter(1)
    before = documents(submission)[0]

    def only_contact(book):
        for name in ["基本信息", "学习经历"]:
            book[name].delete_rows(3)
        books.put(book, "联系方式", 3, "手机", "19911112222")

    taken = take(books.filled(form, cast.first_school, [0], only_contact))

    assert taken.message == ""
    assert documents(submission)[0] == {**before, "contact": {"mobile": "19911112222"}}


def test_rows_that_fail_are_taken_by_nobody_else(collection, form, take, cast):
    other = collection.submission(cast.second_school)

    take(books.filled(form, cast.first_school, [0]))

    assert not Record.objects.filter(submission=other).exists()


def test_what_looks_like_a_formula_survives_the_round_trip(form, submission, take, cast, enter):
    enter(1, former_name="-无")

    rows = template.rows_of(form, [(people.card(0), people.document(0, former_name="+无"))])
    take(template.write_template(form, cast.first_school, rows))

    assert documents(submission)[0]["basic"]["former_name"] == "+无"


def test_failed_rows_are_kept_sealed(form, take, cast):
    content = books.filled(
        form,
        cast.first_school,
        [0],
        lambda book: books.put(book, "基本信息", 3, "民族", "汉人"),
    )

    taken = WorkbookImport.objects.get(pk=take(content).pk)

    assert taken.failed_workbook()[:2] == b"PK"
    assert bytes(taken.failed)[:3] == b"k1:"
