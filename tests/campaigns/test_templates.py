"""The template, read by openpyxl: an independent program."""

import io
import re

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from campaigns import actions
from campaigns.workbooks import layout, template
from teachers import schema
from teachers.enums import Need, SchoolKind
from teachers.models import AccessEntry, IndexVersion
from tests.campaigns import books, people


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(params=SchoolKind.values)
def any_form(request, db):
    """The complete form of each kind of school."""
    return schema.form(IndexVersion.objects.get(code="2026").pk, request.param)


def test_every_form_has_a_sheet_for_each_sub_set_with_its_columns(any_form, cast):
    book = opened(template.write_template(any_form, cast.first_school))

    expected = [subset.name for subset in any_form.subsets]
    assert [page.title for page in book if page.sheet_state == "visible"] == [
        "填表说明",
        *expected,
    ]
    for sheet in layout.sheets(any_form):
        page = book[sheet.title]
        assert [cell.value for cell in page[2] if cell.value] == [
            column.title for column in sheet.columns
        ]
        assert len({column.title for column in sheet.columns}) == len(sheet.columns)
        assert "请勿删除模板中的任何一项" in page["A1"].value


def test_required_headers_are_red(any_form, cast):
    book = opened(template.write_template(any_form, cast.first_school))

    for sheet in layout.sheets(any_form):
        red = {
            cell.value
            for cell in book[sheet.title][2]
            if cell.value and cell.font.color.rgb == "FFFF0000"
        }
        assert red == {column.title for column in sheet.columns if column.required}


def _choices(book, rule: DataValidation) -> list[str]:
    """The values a drop-down offers, followed through its defined name."""
    if rule.formula1.startswith('"'):
        return rule.formula1.strip('"').split(",")
    target = book.defined_names[rule.formula1].attr_text
    name, letter, last = re.fullmatch(r"(\w+)!\$([A-Z]+)\$1:\$[A-Z]+\$(\d+)", target).groups()
    assert book[name].sheet_state == "hidden"
    return [book[name][f"{letter}{row}"].value for row in range(1, int(last) + 1)]


def test_drop_downs_hold_exactly_the_code_list(any_form, cast):
    book = opened(template.write_template(any_form, cast.first_school))

    for sheet in layout.sheets(any_form):
        page = book[sheet.title]
        rules = {
            str(rule.sqref): rule
            for rule in page.data_validations.dataValidation
            if rule.type == "list"
        }
        expected = {}
        for place, column in enumerate(sheet.columns, start=1):
            if column.field.codes is not None:
                letter = openpyxl.utils.get_column_letter(place)
                expected[f"{letter}3:{letter}20002"] = [
                    f"{code}-{name}" for code, name in column.field.codes.choices()
                ]
        assert {where: _choices(book, rule) for where, rule in rules.items()} == expected


def test_identity_numbers_and_codes_are_text_cells(form, cast):
    book = opened(books.filled(form, cast.first_school, [1]))

    cell = book["基本信息"].cell(3, books.place(book["基本信息"], "身份证件号"))
    assert (cell.value, cell.number_format, cell.data_type) == (people.card(1), "@", "s")


def test_what_looks_like_a_formula_stays_text(form, cast):
    rows = template.rows_of(form, [(people.card(1), people.document(1, name='=HYPERLINK("x")'))])
    book = opened(template.write_template(form, cast.first_school, rows))

    cell = book["基本信息"].cell(3, books.place(book["基本信息"], "姓名"))
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("x")', "s", True)


@pytest.mark.parametrize(("demonstration", "marked"), [(True, True), (False, False)])
def test_invented_data_are_marked_on_every_sheet(settings, form, cast, demonstration, marked):
    settings.DEMONSTRATION = demonstration

    book = opened(template.write_template(form, cast.first_school))

    for page in book:
        if page.sheet_state == "visible":
            text = " ".join(str(cell.value) for row in page["A1:B3"] for cell in row)
            assert ("演示数据" in text) == marked


def test_values_the_system_fills_in_are_not_asked(any_form):
    titles = {column.key for sheet in layout.sheets(any_form) for column in sheet.columns}
    derived = {item.key for item in any_form.fields() if item.need == Need.DERIVED}

    assert derived
    assert not derived & (titles - {"title", "post_category", "post_grade"})
    basic = layout.sheets(any_form)[0]
    assert not derived & {column.key for column in basic.columns}


def test_a_download_with_records_is_logged_and_holds_them(submission, enter, clerk):
    enter(2)

    content = actions.write_workbook(submission=submission, with_records=True, **clerk)

    page = opened(content)["基本信息"]
    place = books.place(page, "身份证件号")
    assert [page.cell(row, place).value for row in (3, 4, 5)] == [
        people.card(0),
        people.card(1),
        None,
    ]
    entry = AccessEntry.objects.get()
    assert (entry.user, entry.action) == (clerk["by"], "workbook.export")
    assert people.card(0) not in entry.subject


def test_an_empty_template_is_not_logged(submission, clerk):
    actions.write_workbook(submission=submission, with_records=False, **clerk)

    assert not AccessEntry.objects.exists()
