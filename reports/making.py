"""From a report's row to its signed document; also in processes of their own."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.utils.dateparse import parse_datetime


def prepare() -> None:
    """Start Django in a drawing process; it needs the settings, not the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


def draw(
    figures: dict,
    *,
    issue: int,
    language: str,
    code: str,
    told: Callable[[int], None] | None = None,
):
    """Draw and sign, as of the moment of the figures. The same values give the same bytes.

    Returns a reports.documents.Document: plain values, so that it can travel between processes.
    """
    from reports import documents, signing

    document = documents.pdf(figures, issue=issue, language=language, code=code, told=told)
    content, signed_as = signing.signed(document.content, at=moment_of(figures))
    return replace(document, content=content, signed_as=signed_as)


def moment_of(figures: dict) -> datetime:
    return parse_datetime(figures["at"])


def of(report, told: Callable[[int], None] | None = None):
    """Make the document of a row whose figures are frozen; writes nothing."""
    return draw(
        report.figures,
        issue=report.issue,
        language=report.language,
        code=report.code,
        told=told,
    )
