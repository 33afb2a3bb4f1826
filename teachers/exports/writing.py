"""Writes the workbook: one sheet per sub-set, linked by teacher number and masked identity.

Rows go straight to the disk, sheet by sheet at the same time, so that a province needs no more
memory than a school. The name of who exported it stands on the first sheet, in the header of every
printed page, and behind the cells on the screen.
"""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pylopdf_fonts_zh_cn
import xlsxwriter
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from teachers.exports.columns import Sheet

#: A value that begins so could be taken for a formula by a program that reads the cells as text.
RISKY = ("=", "+", "-", "@", "\t", "\r")
#: Lines of one sheet in Excel; what is more goes on a second sheet.
MOST_LINES = 1_048_576
LONGEST_TITLE = 31
FONT = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"
_FORBIDDEN = str.maketrans("[]:*?/\\", " " * 7)
_BASE = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
_HEAD = {
    "bold": True,
    "text_wrap": True,
    "align": "center",
    "border": 1,
    "border_color": "#B8C4D2",
    "bg_color": "#EAF0F6",
    "font_color": "#1F2D3D",
}


@dataclass(frozen=True)
class Person:
    """One line of the basic sheet, and what links the other sheets to it."""

    number: str
    identity_mask: str
    name: str
    school: str
    school_code: str
    status: str
    document: dict


@dataclass(frozen=True)
class Mark:
    """Who exported what, when and why: label and text, in order; `line` says it in one line."""

    title: str
    line: str
    facts: list[tuple[str, str]]


def write(
    target: Path,
    sheets: list[Sheet],
    people: Iterable[Person],
    mark: Mark,
    *,
    written: Callable[[int], None] = lambda _count: None,
) -> int:
    """Write the workbook to `target`; unfinished parts lie beside it. Returns how many people.

    `written` is told from time to time how many people are done.
    """
    options = {"constant_memory": True, "tmpdir": str(target.parent), "strings_to_urls": False}
    with xlsxwriter.Workbook(str(target), options) as book:
        looks = _Looks(book)
        picture = _watermark(mark.line)
        _write_first(book, looks, mark, picture)
        pages = [_Page(book, looks, sheet, mark, picture) for sheet in sheets]
        count = 0
        for person in people:
            for page in pages:
                page.add(person)
            count += 1
            if count % 500 == 0:
                written(count)
    return count


class _Looks:
    """The cell formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self.head: Format = book.add_format({**_BASE, **_HEAD})
        self.text: Format = book.add_format({**_BASE, "num_format": "@"})
        self.quoted: Format = book.add_format({**_BASE, "num_format": "@", "quote_prefix": True})
        self.number: Format = book.add_format({**_BASE, "num_format": "0.##########"})
        self.title: Format = book.add_format(
            {**_BASE, "bold": True, "font_size": 16, "font_color": "#12395B"}
        )
        self.label: Format = book.add_format({**_BASE, "bold": True, "font_color": "#44546A"})
        self.warning: Format = book.add_format(
            {**_BASE, "bold": True, "font_color": "#B42318", "text_wrap": True}
        )


class _Page:
    """One sub-set; begins another sheet when Excel's last line is reached."""

    def __init__(
        self, book: Workbook, looks: _Looks, sheet: Sheet, mark: Mark, picture: bytes
    ) -> None:
        self.book, self.looks, self.sheet = book, looks, sheet
        self.mark, self.picture = mark, picture
        self.is_basic = not sheet.repeating and sheet.key == "basic"
        # The name stands in front already.
        self.shown = [
            column for column in sheet.columns if not (self.is_basic and column.key == "name")
        ]
        self.columns = [(column.key, column.text) for column in self.shown]
        self.begun = 0
        self._begin()

    def _begin(self) -> None:
        self.begun += 1
        self.line = 0
        self.page = self.book.add_worksheet(sheet_title(self.sheet.title, self.begun))
        _mark_page(self.page, self.mark, self.picture)
        heads = [_("Teacher number"), _("Identity number (masked)"), _("Teacher's name")]
        if self.is_basic:
            heads += [_("School"), _("School code"), _("Status")]
        titles = [*heads, *(column.title for column in self.shown)]
        for place, title in enumerate(titles):
            width = (16, 22, 14)[place] if place < 3 else max(12, min(30, len(title) * 2 + 2))
            self.page.set_column(place, place, width)
            self.page.write_string(0, place, title, self.looks.head)
        self.page.freeze_panes(1, 3)

    def add(self, person: Person) -> None:
        """The rows of one person."""
        part = person.document.get(self.sheet.key)
        if not part:
            return
        links = [person.number, person.identity_mask, person.name]
        if self.is_basic:
            links += [person.school, person.school_code, person.status]
        for row in part if isinstance(part, list) else (part,):
            self._write(links, row)

    def _write(self, links: list[str], row: dict) -> None:
        if self.line + 1 >= MOST_LINES:
            self._begin()
        self.line += 1
        text, quoted, number = self.looks.text, self.looks.quoted, self.looks.number
        line, page = self.line, self.page
        for place, value in enumerate(links):
            if value:
                page.write_string(line, place, value, quoted if value[0] in RISKY else text)
        place = len(links) - 1
        for key, shown in self.columns:
            place += 1
            value = row.get(key)
            if value is None or value == "":
                continue
            value = shown(value)
            if isinstance(value, str):
                look = quoted if value[:1] in RISKY else text
                page.write_string(line, place, value[:32_000], look)
            else:
                page.write_number(line, place, value, number)


def sheet_title(name: str, number: int) -> str:
    """A sheet's name as Excel takes it; the second and later ones of a sub-set are counted."""
    end = "" if number == 1 else f" ({number})"
    return name.translate(_FORBIDDEN)[: LONGEST_TITLE - len(end)] + end


def _mark_page(page: Worksheet, mark: Mark, picture: bytes) -> None:
    line = mark.line.replace("&", "&&")[:200]
    page.set_header(f"&L{line}")
    page.set_footer(f"&L{line}&R&P / &N")
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(0)
    page.set_background(io.BytesIO(picture))


def _write_first(book: Workbook, looks: _Looks, mark: Mark, picture: bytes) -> None:
    page = book.add_worksheet(_("About this file"))
    _mark_page(page, mark, picture)
    page.hide_gridlines(2)
    page.set_column(0, 0, 16)
    page.set_column(1, 1, 90)
    page.set_row(0, 32)
    page.write_string(0, 0, mark.title, looks.title)
    for line, (label, text) in enumerate(mark.facts, start=2):
        page.write_string(line, 0, label, looks.label)
        page.write_string(line, 1, text, looks.quoted if text[:1] in RISKY else looks.text)
    page.set_row(len(mark.facts) + 3, 36)
    page.write_string(
        len(mark.facts) + 3,
        1,
        _(
            "This file holds personal information. Use it only for the reason above, pass it on to"
            " nobody who does not need it, and delete it when you are done."
        ),
        looks.warning,
    )


def _watermark(line: str) -> bytes:
    """A light, slanted picture of the line, tiled behind the cells of every sheet."""
    font = ImageFont.truetype(str(FONT), 20)
    length = int(font.getlength(line)) + 60
    strip = Image.new("RGB", (length, 60), "white")
    ImageDraw.Draw(strip).text((30, 15), line, font=font, fill=(226, 230, 236))
    slanted = strip.rotate(12, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    content = io.BytesIO()
    slanted.convert("L").save(content, "PNG", optimize=True)
    return content.getvalue()
