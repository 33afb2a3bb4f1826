"""What counts the figures of each kind of report."""

from datetime import datetime
from functools import partial

from reports.enums import ReportKind
from reports.figures import figures
from reports.models import Report

#: A kind that is not here cannot be asked for.
COUNTED_BY = {kind: partial(figures, kind=kind) for kind in ReportKind}


def choices() -> list[tuple[str, str]]:
    return [(kind.value, kind.label) for kind in ReportKind if kind in COUNTED_BY]


def count(report: Report, at: datetime) -> dict:
    """The figures of a report, as of `at`. Reads only."""
    counted_by = COUNTED_BY[ReportKind(report.kind)]
    return counted_by(report.campaign, report.stage, report.organisation, at)
