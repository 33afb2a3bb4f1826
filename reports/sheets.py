"""Sheets on paper, made for one person at one moment: what those of a file (档案表), a submission
(报送表) and a list of corrections (整改清单) have in common."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import documents, words
from reports.documents import Document
from reports.figures import fingerprint
from teachers.models import Organisation, Post, User


def furniture(
    unit: Organisation, content: dict, *, by: User, post: Post | None, at: datetime
) -> dict:
    """What stands around a sheet on `unit`, in the active language: on every page who printed it,
    when, and the fingerprint of its content.

    post: what `by` acts under; without one the watermark names the unit itself.
    """
    before, between, after = (
        pgettext("report", "Page {page} of {pages}").replace("{pages}", "{page}").split("{page}")
    )
    moment, mark = words.stamp(at), fingerprint(content)
    return {
        "lang": "en" if words.in_english() else "zh-Hans",
        "unit": unit,
        "fingerprint": mark,
        "at_iso": at.isoformat(),
        "printed_on": words.full_day(timezone.localdate(at)),
        "foot": _("Fingerprint %(mark)s · printed %(moment)s by %(name)s")
        % {"mark": mark, "moment": moment, "name": by.name},
        "watermark": f"{by.name} {post.organisation if post else unit} {moment}",
        "places": "1234",
        "page_before": before,
        "page_between": between,
        "page_after": after,
    }


def printed(name: str, context: dict, *, demonstration: bool) -> Document:
    """The sheet of this name (its template and style sheet), in the active language."""
    context["demo"] = pgettext("report", "Demonstration data") if demonstration else ""
    source = render_to_string(f"{documents.TEMPLATES}{name}.html", context)
    return documents.printed(source, context["fingerprint"], "sheet.css", f"{name}.css")
