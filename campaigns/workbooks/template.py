"""Writes the workbook a school fills in: one sheet per sub-set, made from the form."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import xlsxwriter
from django.conf import settings
from django.utils.translation import override
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from campaigns.workbooks import layout
from campaigns.workbooks.layout import Column, Sheet
from teachers.enums import Need, SchoolKind, ValueType
from teachers.models import Organisation
from teachers.schema import CodeTable, Form

#: Excel refuses a list written into the cell rule itself when it is longer.
INLINE_LENGTH = 255
#: A value that begins so could be taken for a formula.
RISKY = ("=", "+", "-", "@")
LANGUAGE = "zh-hans"
TITLE = "教师信息采集表"
DEMONSTRATION = "演示数据"
NOTE = "红色标题为必填，蓝色标题按情形必填。请勿删除模板中的任何一项，从第 3 行开始填写。"

Row = Mapping[str, object]
#: sheet key → rows; a row maps column keys to values as `teachers.reading` accepts them.
Rows = Mapping[str, Iterable[Row]]


@dataclass
class Styles:
    """The cell formats of one workbook."""

    book: Workbook
    _made: dict[str, Format] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Format:
        if name not in self._made:
            self._made[name] = self.book.add_format({**_BASE, **_LOOKS[name]})
        return self._made[name]


_BASE = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
_HEAD = {
    "bold": True,
    "text_wrap": True,
    "align": "center",
    "border": 1,
    "border_color": "#B8C4D2",
    "bg_color": "#EAF0F6",
    "num_format": "@",
}
_LOOKS = {
    "title": {"bold": True, "font_size": 16, "font_color": "#12395B"},
    "note": {"text_wrap": True, "font_color": "#5A4A1F", "bg_color": "#FFF6DD"},
    "line": {"text_wrap": True, "valign": "top"},
    "label": {"bold": True, "font_color": "#44546A"},
    "demonstration": {"bold": True, "font_color": "#B42318"},
    "head": {**_HEAD, "font_color": "#1F2D3D"},
    "required": {**_HEAD, "font_color": "#FF0000"},
    "conditional": {**_HEAD, "font_color": "#1F5FBF"},
    "reason_head": {**_HEAD, "font_color": "#FFFFFF", "bg_color": "#B42318"},
    "text": {"num_format": "@"},
    "quoted": {"num_format": "@", "quote_prefix": True},
    "number": {"num_format": "0.##########"},
    "wrong": {"num_format": "@", "bg_color": "#FDE7E5"},
    "reason": {"text_wrap": True, "font_color": "#B42318"},
}


def write_template(form: Form, school: Organisation, rows: Rows | None = None) -> bytes:
    """The template of one kind of school as an .xlsx file, empty or with rows filled in.

    Its words are Chinese in every language of the screen: it is an official form.
    """
    return write_workbook(form, school, rows or {})


def write_workbook(
    form: Form,
    school: Organisation,
    rows: Rows,
    reasons: Mapping[tuple[str, int], str] | None = None,
    wrong: Iterable[tuple[str, int, str]] = (),
) -> bytes:
    """Like `write_template`; with `reasons` a last column says per (sheet, row index) why a row
    failed, and the cells of `wrong` (sheet, row index, column) are coloured."""
    output = io.BytesIO()
    with override(LANGUAGE), xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        book.set_properties({"title": TITLE, "company": school.name})
        styles = Styles(book)
        sheets = layout.sheets(form)
        _write_instructions(book, styles, form, school)
        tables: dict[str, CodeTable] = {}
        wrong = set(wrong)
        for sheet in sheets:
            page = book.add_worksheet(sheet.title)
            _write_sheet(page, styles, sheet, tables, with_reason=reasons is not None)
            _write_rows(page, styles, sheet, rows.get(sheet.subset.key, ()), reasons, wrong)
        _write_codes(book, tables)
        _write_mark(book, form)
    return output.getvalue()


def _write_instructions(book: Workbook, styles: Styles, form: Form, school: Organisation) -> None:
    page = book.add_worksheet(layout.INSTRUCTIONS_SHEET)
    page.hide_gridlines(2)
    page.set_column(0, 0, 14)
    page.set_column(1, 1, 96)
    page.write_string(0, 0, TITLE, styles.title)
    page.set_row(0, 32)
    facts = [
        ("学校", f"{school.name}（{school.code}）"),
        ("表类", str(SchoolKind(form.school_kind).label)),
    ]
    if settings.DEMONSTRATION:
        page.write_string(1, 1, DEMONSTRATION, styles.demonstration)
    for number, (label, value) in enumerate(facts, start=2):
        page.write_string(number, 0, label, styles.label)
        page.write_string(number, 1, value, styles.text)
    for number, line in enumerate(INSTRUCTIONS, start=1):
        page.write_number(number + 4, 0, number, styles.label)
        page.write_string(number + 4, 1, line, styles.line)
        page.set_row(number + 4, 34 if len(line) > 52 else 20)


INSTRUCTIONS = [
    "红色标题为必填项，蓝色标题在规定情形下必填，其余为选填。",
    "请勿删除、改名或增加模板中的任何工作表、标题和列。",
    "从第 3 行开始填写。“基本信息”表中每位教师一行。",
    "其他各表第一列为教师的身份证件号，同一教师可填写多行，用该号码与“基本信息”对应。",
    "有下拉框的单元格请从中选择；单独填写代码或名称也可识别；多个值之间用“、”隔开。",
    "日期写作 2024-09-01，年月写作 2024-09；单元格已设为文本格式，请勿更改。",
    "不得包含公式、宏和指向其他文件的链接，含有这些内容的文件不予读取。",
    "已报送的教师以本表的行为准予以替换；某表中没有该教师的行，则该部分保留原有内容。",
]


def _write_sheet(
    page: Worksheet,
    styles: Styles,
    sheet: Sheet,
    tables: dict[str, CodeTable],
    *,
    with_reason: bool,
) -> None:
    columns = sheet.columns
    width = len(columns) + with_reason
    page.merge_range(0, 0, 0, max(width - 1, 1), _sheet_note(), styles.note)
    page.set_row(0, 30)
    page.set_row(1, 44)
    page.freeze_panes(2, 1 if sheet.columns[0].is_identity else 2)
    for place, column in enumerate(columns):
        page.set_column(place, place, _width(column), _cell_format(styles, column))
        page.write_string(1, place, column.title, _head_format(styles, column))
        _write_rule(page, place, column, tables)
    if with_reason:
        page.set_column(len(columns), len(columns), 60, styles.reason)
        page.write_string(1, len(columns), layout.REASON_TITLE, styles.reason_head)


def _sheet_note() -> str:
    return f"{DEMONSTRATION}  {NOTE}" if settings.DEMONSTRATION else NOTE


def _width(column: Column) -> float:
    if column.is_identity:
        return 22
    if column.field.value_type == ValueType.TEXT:
        return max(12, min(30, len(column.title) * 2 + 2))
    return max(13, min(22, len(column.title) * 2 + 2))


def _is_number(column: Column) -> bool:
    return column.field.value_type in {ValueType.WHOLE, ValueType.NUMBER}


def _cell_format(styles: Styles, column: Column) -> Format:
    return styles.number if _is_number(column) else styles.text


def _head_format(styles: Styles, column: Column) -> Format:
    if column.required:
        return styles.required
    return styles.conditional if column.field.need == Need.CONDITIONAL else styles.head


def shown_code(code: str, name: str) -> str:
    """A value as drop-downs and exports show it."""
    return f"{code}-{name}"


def _write_rule(page: Worksheet, place: int, column: Column, tables: dict[str, CodeTable]) -> None:
    """The drop-down of a column, or the hint how to write its values."""
    field_, last = column.field, layout.FIRST_ROW - 1 + layout.MOST_ROWS - 1
    hint = layout.how_to_write(field_)
    rule: dict = {"validate": "any"}
    if field_.codes is not None:
        rule = {"validate": "list", "source": _source(field_.codes, tables)}
        several = field_.value_type == ValueType.CODES
        rule["show_error"] = not several
        rule["error_title"] = "代码不在表中"
        rule["error_message"] = "请从下拉框中选择。"
    if hint:
        rule |= {"input_title": column.title[:32], "input_message": hint}
    if len(rule) > 1:
        page.data_validation(layout.FIRST_ROW - 1, place, last, place, rule)


def _source(table: CodeTable, tables: dict[str, CodeTable]) -> list[str] | str:
    items = [shown_code(code, name) for code, name in table.choices()]
    if len(",".join(items)) <= INLINE_LENGTH and not any("," in item for item in items):
        return items
    tables.setdefault(table.key, table)
    return f"=codes_{table.key}"


def _write_codes(book: Workbook, tables: dict[str, CodeTable]) -> None:
    """Long code lists on a hidden sheet, one column and one defined name each."""
    if not tables:
        return
    page = book.add_worksheet(layout.CODES_SHEET)
    page.hide()
    for place, table in enumerate(tables.values()):
        items = [shown_code(code, name) for code, name in table.choices()]
        page.write_column(0, place, items)
        letter = xl_col_to_name(place)
        book.define_name(
            f"codes_{table.key}",
            f"={layout.CODES_SHEET}!${letter}$1:${letter}${len(items)}",
        )


def _write_mark(book: Workbook, form: Form) -> None:
    """The fingerprint of the form, on a sheet that Excel does not offer to show."""
    page = book.add_worksheet(layout.MARK_SHEET)
    page.very_hidden()
    text = json.dumps(layout.mark(form), ensure_ascii=False)
    page.write_string(0, 0, text)
    book.set_custom_property("form", text[:255])


def _write_rows(
    page: Worksheet,
    styles: Styles,
    sheet: Sheet,
    rows: Iterable[Row],
    reasons: Mapping[tuple[str, int], str] | None,
    wrong: set[tuple[str, int, str]],
) -> None:
    key = sheet.subset.key
    for index, row in enumerate(rows):
        line = layout.FIRST_ROW - 1 + index
        for place, column in enumerate(sheet.columns):
            value = row.get(column.key)
            if value is None or value == "":
                if (key, index, column.key) in wrong:
                    page.write_blank(line, place, None, styles.wrong)
                continue
            _write_value(page, styles, line, place, value, (key, index, column.key) in wrong)
        if reasons is not None and reasons.get((key, index)):
            page.write_string(line, len(sheet.columns), reasons[key, index][:32_000], styles.reason)


def _write_value(
    page: Worksheet, styles: Styles, line: int, place: int, value: object, is_wrong: bool
) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(line, place, value, styles.wrong if is_wrong else styles.number)
        return
    text = str(value)
    if is_wrong:
        page.write_string(line, place, text, styles.wrong)
    else:
        page.write_string(line, place, text, styles.quoted if text[:1] in RISKY else styles.text)


def rows_of(form: Form, people: Iterable[tuple[str, dict]]) -> dict[str, list[Row]]:
    """Rows for `write_template` from (identity number, document) pairs."""
    found: dict[str, list[Row]] = {subset.key: [] for subset in form.subsets}
    sheets = layout.sheets(form)
    for number, document in people:
        for sheet in sheets:
            found[sheet.subset.key].extend(_person_rows(sheet, number, document))
    return found


def _person_rows(sheet: Sheet, number: str, document: dict) -> Iterator[Row]:
    part = document.get(sheet.subset.key)
    entries = part if sheet.subset.repeating else [part] if part else []
    for entry in entries or []:
        yield {
            column.key: number if column.is_identity else _shown(column, entry.get(column.key))
            for column in sheet.columns
        }


def _shown(column: Column, value: object) -> object:
    table = column.field.codes
    if table is None or value is None:
        return value
    values = value if isinstance(value, list) else [value]
    return "、".join(
        shown_code(code, table.by_code[code]) if code in table.by_code else str(code)
        for code in values
    )
