"""A teacher's file on paper (档案表): every sub-set, who answers for it, room for signatures."""

from datetime import datetime

from django.utils.translation import override

from reports import sheets
from reports.documents import Document
from teachers.models import DossierRevision, Post, Teacher, User
from workflows import file_contents
from workflows.file_sheet import Cell, Row, Sheet

#: Facts stand side by side, so many to a line.
ABREAST = 2


def pdf(
    teacher: Teacher,
    revisions: list[DossierRevision],
    shown: DossierRevision,
    *,
    by: User,
    post: Post | None,
    at: datetime,
    demonstration: bool,
    language: str,
) -> tuple[Document, list[str]]:
    """Draw the file as it reads in `shown`, and name the sub-sets that are in it.

    Every page carries the name of who printed it, the moment, and the fingerprint of the content.
    """
    with override(language):
        context = _context(teacher, revisions, shown, by=by, post=post, at=at)
        document = sheets.printed("dossier", context, demonstration=demonstration)
    return document, [part["key"] for part in context["parts"]]


def _context(teacher, revisions, shown, *, by, post, at) -> dict:
    filed = file_contents.contents(revisions, shown, post=post)
    content = {"number": teacher.number, "revision": shown.sequence, "data": shown.data}
    return {
        **sheets.furniture(teacher.organisation, content, by=by, post=post, at=at),
        "places": "12345",
        "teacher": teacher,
        "shown": shown,
        "photo": file_contents.photo(shown),
        "employments": file_contents.employments(teacher),
        "parts": [_part(sheet) for sheet in filed["filled"]],
        "empty": filed["empty"],
        "chains": filed["sources"],
    }


def _part(sheet: Sheet) -> dict:
    """A sub-set for the form: a table as it is, facts in lines of ABREAST."""
    return {
        "key": sheet.key,
        "title": sheet.title,
        "is_table": sheet.is_table,
        "repeating": sheet.repeating,
        "columns": sheet.columns,
        "mark": sheet.rows[0].mark,
        "rows": sheet.rows if sheet.is_table else [_lines(row) for row in sheet.rows],
    }


def _lines(row: Row) -> dict:
    cells: list[Cell | None] = [*row.cells]
    cells += [None] * (-len(cells) % ABREAST)
    return {
        "mark": row.mark,
        "lines": [cells[i : i + ABREAST] for i in range(0, len(cells), ABREAST)],
    }
