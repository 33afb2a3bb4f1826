"""Is this PDF the one that the system has made?"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.enums import ReportState
from reports.models import Report
from reports.uploads import MOST, Hashing


@dataclass(frozen=True)
class Answer:
    """`kind`: "genuine", "another" or "wrong"; `other`: the report that it is instead."""

    kind: str
    sentence: str
    other: Report | None = None


def by_code(code: str) -> Report | None:
    """The finished report that carries the code."""
    found = Report.objects.filter(code=code, state=ReportState.DONE)
    return found.select_related("organisation").defer("figures").first()


def judge(report: Report, upload: Hashing) -> Answer:
    """Compare what was handed in with the report's file, byte for byte, by the SHA-256."""
    if upload.too_large:
        return _wrong(
            _("This file is larger than %(most)s MB; no report is: choose the PDF of the report.")
            % {"most": MOST // 1024 // 1024}
        )
    file = upload.found
    if file is None or not file.size:
        return _wrong(_("No file was chosen, or it is empty: choose the PDF of the report."))
    if not file.beginning.startswith(b"%PDF-"):
        return _wrong(
            _("“%(name)s” is not a PDF: choose the PDF of the report.") % {"name": file.name}
        )
    if file.sha256 == report.sha256:
        return Answer("genuine", _("This file is the genuine document, byte for byte."))
    other = Report.objects.filter(sha256=file.sha256, state=ReportState.DONE).first()
    if other is not None:
        return Answer(
            "another",
            _(
                "This file is a genuine document, but not this one: it carries the code %(code)s. "
                "Compare it with what stands under its own code."
            )
            % {"code": other.code},
            other,
        )
    return _wrong(_not_ours(report, file))


def _not_ours(report: Report, file) -> str:
    facts = {"size": f"{file.size:,}", "genuine": f"{report.size:,}", "sha256": file.sha256}
    if file.size < report.size:
        return (
            _(
                "This file is not the genuine document: it has %(size)s bytes instead of "
                "%(genuine)s. It was cut off, or is another file; get it again from the office "
                "that issued it."
            )
            % facts
        )
    return (
        _(
            "This file is not the genuine document: it was changed, or is another file. Its "
            "SHA-256 is %(sha256)s; get it again from the office that issued it."
        )
        % facts
    )


def _wrong(sentence: str) -> Answer:
    return Answer("wrong", sentence)
