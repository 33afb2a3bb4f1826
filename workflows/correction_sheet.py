"""The list of corrections as an Excel workbook."""

import io

import xlsxwriter
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter.worksheet import Worksheet

from campaigns.models import Submission
from workflows.corrections import Line

_BASE = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter", "text_wrap": True}
_BOX = {**_BASE, "border": 1, "border_color": "#B8C4D2"}
#: Of each column, in characters.
WIDTHS = (6, 14, 24, 26, 22, 34, 22, 22, 14, 34, 16)


def workbook(submission: Submission, lines: list[Line]) -> bytes:
    """One sheet, a line of it for each line of the list; ready to print on A4 across."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(_("Corrections"))
        _lay_out(page)
        title_look = book.add_format({**_BASE, "text_wrap": False, "bold": True, "font_size": 16})
        head = book.add_format({**_BOX, "bold": True, "align": "center", "bg_color": "#EAF0F6"})
        text = book.add_format({**_BOX, "num_format": "@"})
        page.write_string(0, 0, title(submission), title_look)
        page.write_string(1, 0, _under(submission), book.add_format({**_BASE, "text_wrap": False}))
        for column, words in enumerate(heads()):
            page.write_string(2, column, words, head)
        for number, line in enumerate(lines, start=1):
            for column, words in enumerate(row(number, line)):
                page.write_string(2 + number, column, words, text)
    return target.getvalue()


def title(submission: Submission) -> str:
    """锁南镇第二小学整改清单, for the sheet and the file's name."""
    name = _("%(school)s list of corrections") % {"school": submission.organisation}
    return name.replace("/", "-")


def heads() -> list[str]:
    """What stands above the columns, on the sheet and in the PDF."""
    return [
        pgettext("correction", "No."),
        pgettext("correction", "Teacher"),
        pgettext("correction", "Identity number"),
        pgettext("correction", "Where"),
        pgettext("correction", "Reason"),
        pgettext("correction", "What is asked"),
        pgettext("correction", "Value then"),
        pgettext("correction", "Value now"),
        pgettext("correction", "The school's answer"),
        pgettext("correction", "Explanation"),
        pgettext("correction", "State"),
    ]


def row(number: int, line: Line) -> list[str]:
    """One line in words, in the order of `heads()`."""
    said = line.correction
    return [
        str(number),
        said.name or pgettext("correction", "the whole submission"),
        said.identity_mask,
        line.place or (pgettext("correction", "the whole record") if said.name else ""),
        line.reason,
        said.words,
        line.then,
        pgettext("correction", "record removed") if line.is_gone else line.now,
        said.get_answer_display() if said.answer else "",
        said.answer_words,
        said.get_state_display(),
    ]


def _under(submission: Submission) -> str:
    parts = [
        str(submission.campaign),
        str(submission.organisation.code),
        timezone.localtime().strftime("%Y-%m-%d %H:%M"),
    ]
    if settings.DEMONSTRATION:
        parts.append(pgettext("report", "Demonstration data"))
    return " · ".join(parts)


def _lay_out(page: Worksheet) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.freeze_panes(3, 2)
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    page.set_row(0, 28)
