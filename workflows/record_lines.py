"""The records of a submission as its page lists them: fifty at a time, in words."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from campaigns.enums import Severity
from campaigns.models import Finding, Submission
from teachers.ready_queries import Ready


class Line(NamedTuple):
    """One record. is_known: the person is on the register, maybe without a number yet; errors,
    warnings: how many were found, in words, or "" for none."""

    pk: int
    address: str
    name: str
    identity_mask: str
    is_known: bool
    number: str
    errors: str
    warnings: str
    entered: str


#: What a line is made of.
COLUMNS = ("pk", "name", "identity_mask", "teacher_id", "teacher__number", "entered_at")


def lines(submission: Submission, rows: list[tuple]) -> list[Line]:
    """The lines of rows of COLUMNS (one query)."""
    found = _found_in([row[0] for row in rows])
    before, _key, behind = reverse("workflows:record", args=[submission.pk, 0]).rpartition("/0/")
    return [
        Line(
            pk=pk,
            address=f"{before}/{pk}/{behind}",
            name=name,
            identity_mask=mask,
            is_known=teacher is not None,
            number=number or "",
            errors=_errors(found.get(pk)),
            warnings=_warnings(found.get(pk)),
            entered=_minute(entered_at),
        )
        for pk, name, mask, teacher, number, entered_at in rows
    ]


def _errors(found: dict | None) -> str:
    n = found["errors"] if found else 0
    return ngettext("%(n)s error", "%(n)s errors", n) % {"n": n} if n else ""


def _warnings(found: dict | None) -> str:
    n = found["warnings"] if found else 0
    return ngettext("%(n)s warning", "%(n)s warnings", n) % {"n": n} if n else ""


def _minute(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _found_in(records: list[int]) -> dict[int, dict]:
    """Record to how many errors and warnings it has."""
    return {row["record_id"]: row for row in _FOUND(records=records)} if records else {}


def _counted(records: list[int]) -> QuerySet:
    return (
        Finding.objects.filter(record__pk__any_of=records)
        .values("record_id")
        .annotate(
            errors=Count("id", filter=Q(severity=Severity.ERROR)),
            warnings=Count("id", filter=Q(severity=Severity.WARNING)),
        )
        .order_by("record_id")
    )


_FOUND = Ready("findings_counted_by_record", _counted, records="bigint[]")
