"""Workbooks for the tests: filled-in templates and everything that is none."""

import io
import zipfile

import openpyxl

from campaigns.workbooks import layout, template
from tests.campaigns import people


def filled(form, school, numbers, change=None, **basic) -> bytes:
    """The template with sound people in it; `change` may alter the openpyxl workbook."""
    known = [(people.card(n), people.document(n, **basic)) for n in numbers]
    content = template.write_template(form, school, template.rows_of(form, known))
    return edited(content, change) if change else content


def edited(content: bytes, change) -> bytes:
    """Open with an independent program, let it change something, save."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def place(sheet, title: str) -> int:
    """Number of the column with a title (from 1)."""
    return next(cell.column for cell in sheet[2] if layout.plain_title(cell.value) == title)


def put(book, sheet: str, row: int, title: str, value) -> None:
    page = book[sheet]
    page.cell(row, place(page, title)).value = value


def repacked(content: bytes, change) -> bytes:
    """The zip archive again, each part passed through change(name, bytes) → bytes or None; the
    name "" asks for parts to add as a dict."""
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = change(name, source.read(name))
            if part is not None:
                target.writestr(name, part)
        for name, part in (change("", b"") or {}).items():
            target.writestr(name, part)
    return output.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    return repacked(content, lambda old, data: data if old else {name: part})


def with_sheet_text(content: bytes, old: bytes, new: bytes) -> bytes:
    """Replace bytes in the first data sheet."""
    changed = []

    def change(name, data):
        if name == "xl/worksheets/sheet2.xml":
            assert old in data
            changed.append(name)
            return data.replace(old, new, 1)
        return data if name else {}

    result = repacked(content, change)
    assert changed
    return result
