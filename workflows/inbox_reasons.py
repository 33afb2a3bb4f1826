"""Why submissions on a desk need a look: what the rules found, and what came again."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.functional import Promise

from campaigns.enums import Severity
from campaigns.models import Finding
from workflows.enums import DocumentKind
from workflows.inbox_counts import Counts
from workflows.inbox_filters import ATTEMPT, Filters
from workflows.models import Task
from workflows.rule_names import rule_name

#: So many of the most urgent ones are asked for their findings; a larger desk says so.
ASKED = 200


@dataclass(frozen=True)
class Reason:
    """One reason with how many submissions it concerns. css: colour of its chip; of_all: it was
    counted for all that the filters let through, not for the first ASKED alone."""

    words: str | Promise
    count: int
    css: str
    on: bool
    address: str
    of_all: bool = False


def first_rules(tasks: QuerySet[Task]) -> QuerySet:
    """Rules that found something in the submissions among these tasks, how severe that is, and in
    how many; the most frequent first.

    The first tasks in the order of the page stand for all: index open_tasks_to_look_at, then
    findings_of_a_submission.
    """
    first = tasks.on_submissions().needing_eyes().order_by("due_date", "id")
    return (
        Finding.objects.filter(submission__in=first.values("process__submission")[:ASKED])
        .exclude(severity=Severity.NOTICE)
        .values_list("rule", "severity")
        .annotate(n=Count("submission", distinct=True))
        .order_by("severity", "-n", "rule")
    )


def of_rules(rows: Iterable[tuple[str, str, int]], filters: Filters) -> list[Reason]:
    """The same (first_rules) in words; asks nothing."""
    return [
        Reason(
            words=rule_name(rule),
            count=n,
            css="bad" if severity == Severity.ERROR else "warn",
            on=filters.why == rule,
            address=filters.address(why="" if filters.why == rule else rule),
        )
        for rule, severity, n in rows
    ]


def of_returns(counts: Counts) -> list[Reason]:
    """What comes again: a reason even where no rule found anything."""
    filters, reasons = counts.filters, []
    for value in ("down", "again"):
        if n := counts.total(kind=DocumentKind.SUBMISSION, attempt=value):
            on = filters.attempt == value
            address = filters.address(attempt="" if on else value)
            reasons.append(Reason(ATTEMPT[value], n, "info", on, address, of_all=True))
    return reasons
