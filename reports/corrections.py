"""A list of corrections on paper (整改清单): what is asked, the school's answer, signatures."""

from datetime import datetime

from django.utils.translation import override

from campaigns.models import Submission
from reports import sheets
from reports.documents import Document
from teachers.models import Post, User
from workflows import correction_sheet, corrections
from workflows.models import Decision


def pdf(
    submission: Submission,
    *,
    by: User,
    post: Post | None,
    at: datetime,
    demonstration: bool,
    language: str,
) -> tuple[Document, int]:
    """Draw the whole list, return by return; gives the number of its lines, too.

    Every page carries the name of who printed it, the moment, and the fingerprint of the content.
    """
    with override(language):
        lines = corrections.read(submission, corrections.sent(submission))
        context = _context(submission, lines, by=by, post=post, at=at)
        document = sheets.printed("corrections", context, demonstration=demonstration)
    return document, len(lines)


def _context(submission, lines, *, by, post, at) -> dict:
    unit = submission.organisation
    rows = [correction_sheet.row(number, line) for number, line in enumerate(lines, start=1)]
    content = {"unit": unit.code, "rows": rows}
    return {
        **sheets.furniture(unit, content, by=by, post=post, at=at),
        "submission": submission,
        "title": correction_sheet.title(submission),
        "heads": correction_sheet.heads(),
        "returns": _by_return(lines, rows),
    }


def _by_return(lines: list[corrections.Line], rows: list[list[str]]) -> list[dict]:
    """The rows under the decision that sent them, in the order in which they were sent."""
    found: dict[int, dict] = {}
    for line, row in zip(lines, rows, strict=True):
        decision: Decision = line.correction.decision
        group = found.setdefault(
            decision.pk,
            {
                "unit": line.correction.organisation,
                "who": decision.who,
                "at": decision.at,
                "words": decision.words,
                "rows": [],
            },
        )
        group["rows"].append(row)
    return list(found.values())
