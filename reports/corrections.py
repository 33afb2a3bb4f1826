"""A list of corrections on paper (整改清单): what is asked, the school's answer, signatures."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from campaigns.models import Submission
from reports import documents, words
from reports.documents import Document
from reports.figures import fingerprint
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
        context["demo"] = pgettext("report", "Demonstration data") if demonstration else ""
        source = render_to_string(f"{documents.TEMPLATES}corrections.html", context)
        document = documents.printed(source, context["fingerprint"], "corrections.css")
    return document, len(lines)


def _context(submission, lines, *, by, post, at) -> dict:
    unit = post.organisation if post else submission.organisation
    rows = [correction_sheet.row(number, line) for number, line in enumerate(lines, start=1)]
    mark = fingerprint({"unit": submission.organisation.code, "rows": rows})
    before, between, after = (
        pgettext("report", "Page {page} of {pages}").replace("{pages}", "{page}").split("{page}")
    )
    moment = words.stamp(at)
    return {
        "lang": "en" if words.in_english() else "zh-Hans",
        "submission": submission,
        "unit": submission.organisation,
        "title": correction_sheet.title(submission),
        "heads": correction_sheet.heads(),
        "returns": _by_return(lines, rows),
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
