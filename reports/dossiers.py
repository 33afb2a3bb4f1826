"""A teacher's file on paper (档案表): every sub-set, who answers for it, room for signatures."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from reports import documents, words
from reports.documents import Document
from reports.figures import fingerprint
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
        context["demo"] = pgettext("report", "Demonstration data") if demonstration else ""
        source = render_to_string(f"{documents.TEMPLATES}dossier.html", context)
        document = documents.printed(source, context["fingerprint"], "dossier.css")
    return document, [part["key"] for part in context["parts"]]


def _context(teacher, revisions, shown, *, by, post, at) -> dict:
    contents = file_contents.contents(revisions, shown, post=post)
    mark = fingerprint({"number": teacher.number, "revision": shown.sequence, "data": shown.data})
    unit = post.organisation if post else teacher.organisation
    before, between, after = (
        pgettext("report", "Page {page} of {pages}").replace("{pages}", "{page}").split("{page}")
    )
    moment = words.stamp(at)
    return {
        "lang": "en" if words.in_english() else "zh-Hans",
        "teacher": teacher,
        "shown": shown,
        "photo": file_contents.photo(shown),
        "employments": file_contents.employments(teacher),
        "parts": [_part(sheet) for sheet in contents["filled"]],
        "empty": contents["empty"],
        "chains": contents["sources"],
        "fingerprint": mark,
        "at_iso": at.isoformat(),
        "printed_on": words.full_day(timezone.localdate(at)),
        "foot": _("Fingerprint %(mark)s · printed %(moment)s by %(name)s")
        % {"mark": mark, "moment": moment, "name": by.name},
        "watermark": f"{by.name} {unit} {moment}",
        "page_before": before,
        "page_between": between,
        "page_after": after,
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
