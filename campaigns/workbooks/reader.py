"""Reads a school's workbook into rows, or says in one sentence why it cannot."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from campaigns.workbooks import guard, layout
from campaigns.workbooks.guard import WorkbookRefused
from campaigns.workbooks.layout import Column, Sheet
from teachers.enums import SchoolKind
from teachers.schema import Form


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as found: its number as Excel shows it, its line of raw values, and the place of
    each column key in it."""

    sheet: Sheet
    number: int
    line: Sequence[object]
    places: dict[str, int]

    @property
    def cells(self) -> dict[str, object]:
        """The raw value of each column that is filled in."""
        line = self.line
        return {
            key: line[place] for key, place in self.places.items() if not _is_blank(line[place])
        }


def read(content: bytes, name: str, form: Form) -> list[SheetRow]:
    """All filled rows, sheet by sheet in the order of the form. Raises WorkbookRefused."""
    guard.inspect(content, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        present = {title.strip(): title for title in book.sheet_names}
        _check_mark(book, form, name)
        rows = []
        for sheet in layout.sheets(form):
            if sheet.title not in present:
                raise WorkbookRefused(
                    _(
                        "“%(file)s” lacks the sheet “%(sheet)s”. Use the template of this"
                        " campaign and leave all its sheets in place."
                    )
                    % {"file": name, "sheet": sheet.title}
                )
            rows.extend(_rows(book.get_sheet_by_name(present[sheet.title]), sheet, name))
    except (CalamineError, UnicodeDecodeError) as error:
        raise WorkbookRefused(
            _("“%(file)s” is incomplete or damaged. Save it again in Excel and send it once more.")
            % {"file": name}
        ) from error
    if not rows:
        raise WorkbookRefused(
            _("“%(file)s” holds no entries. Fill in the template from row 3 on.") % {"file": name}
        )
    return rows


def _check_mark(book: CalamineWorkbook, form: Form, name: str) -> None:
    """A workbook made for another form is refused by name; one without a mark is judged by its
    columns, so that a program may write one."""
    if layout.MARK_SHEET not in book.sheet_names:
        return
    cells = book.get_sheet_by_name(layout.MARK_SHEET).to_python(skip_empty_area=False)
    try:
        found = json.loads(cells[0][0])
        wanted = layout.mark(form)
        same = found == wanted
        kind = found.get("form")
    except (IndexError, TypeError, ValueError, AttributeError):
        same, kind = False, None
    if same:
        return
    if kind in SchoolKind.values and kind != form.school_kind:
        raise WorkbookRefused(
            _(
                "“%(file)s” is the template for “%(found)s”; this school answers the form"
                " “%(wanted)s”. Download the template from this page."
            )
            % {
                "file": name,
                "found": SchoolKind(kind).label,
                "wanted": SchoolKind(form.school_kind).label,
            }
        )
    raise WorkbookRefused(
        _(
            "“%(file)s” was made from the template of another campaign or version."
            " Download the template from this page."
        )
        % {"file": name}
    )


def _rows(page: CalamineSheet, sheet: Sheet, name: str) -> Iterator[SheetRow]:
    table = page.to_python(skip_empty_area=False)
    places = _places(table[1] if len(table) > 1 else [], sheet, name)
    first = next(column.key for column in sheet.columns if column.is_identity)
    filled = 0
    for number, line in enumerate(table[layout.FIRST_ROW - 1 :], start=layout.FIRST_ROW):
        if _is_blank(line[places[first]]) and all(_is_blank(line[at]) for at in places.values()):
            continue
        filled += 1
        if filled > layout.MOST_ROWS:
            raise WorkbookRefused(
                _(
                    "“%(file)s” has more than %(most)s rows on “%(sheet)s”. Split it and"
                    " import the parts."
                )
                % {"file": name, "sheet": sheet.title, "most": layout.MOST_ROWS}
            )
        yield SheetRow(sheet, number, line, places)


def _is_blank(value: object) -> bool:
    return value == "" or (isinstance(value, str) and value.isspace())


def _places(headers: list, sheet: Sheet, name: str) -> dict[str, int]:
    """Column key → place. Every column must be there, and nothing else but the reasons."""
    titles = {layout.plain_title(column.title): column for column in sheet.columns}
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        title = layout.plain_title(header)
        if not title or title == layout.REASON_TITLE:
            continue
        column = titles.get(title)
        if column is None:
            raise WorkbookRefused(
                _(
                    "“%(file)s”: the sheet “%(sheet)s” has the unknown column “%(column)s”."
                    " Remove it, or use a fresh template."
                )
                % {"file": name, "sheet": sheet.title, "column": str(header).strip()[:40]}
            )
        if column.key in found:
            raise WorkbookRefused(
                _(
                    "“%(file)s”: the sheet “%(sheet)s” has the column “%(column)s” twice."
                    " Remove one of them."
                )
                % {"file": name, "sheet": sheet.title, "column": column.title}
            )
        found[column.key] = place
    _refuse_missing(sheet.columns, found, sheet, name)
    return found


def _refuse_missing(
    columns: tuple[Column, ...], found: dict[str, int], sheet: Sheet, name: str
) -> None:
    missing = next((column for column in columns if column.key not in found), None)
    if missing is not None:
        raise WorkbookRefused(
            _(
                "“%(file)s”: the sheet “%(sheet)s” lacks the column “%(column)s”."
                " Use the template and leave all its columns in place."
            )
            % {"file": name, "sheet": sheet.title, "column": missing.title}
        )
