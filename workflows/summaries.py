"""What a reviewer needs to know of one submission before deciding, on one pane."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.functional import cached_property

from campaigns.enums import Severity
from campaigns.models import Finding, Record, Submission
from teachers.enums import FileStatus
from teachers.models import Teacher
from teachers.ready_queries import Ready
from workflows.enums import Verdict
from workflows.models import Decision
from workflows.queries import reason_names
from workflows.rule_names import rule_name

SHOWN_FINDINGS = 60


@dataclass(frozen=True)
class Change:
    """The staff reported now beside the staff the register has at the school."""

    on_register: int
    reported: int
    kept: int
    moved_in: int
    new: int

    @property
    def gone(self) -> int:
        return max(self.on_register - self.kept, 0)

    @property
    def is_any(self) -> bool:
        return bool(self.new or self.moved_in or self.gone)


@dataclass(frozen=True)
class FoundHere:
    """One rule's findings in the submission, with what the school says of them."""

    rule: str
    severity: str
    findings: list[Finding]

    @property
    def words(self) -> str:
        """The short name of the rule."""
        return rule_name(self.rule)

    @property
    def count(self) -> int:
        return len(self.findings)

    @property
    def explained(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.explanation]

    @property
    def unexplained(self) -> int:
        return sum(1 for f in self.findings if not f.explanation and f.severity == Severity.WARNING)


@dataclass(frozen=True)
class Summary:
    """`decisions` are those of the case, newest first."""

    submission: Submission
    change: Change
    found: list[FoundHere]
    decisions: list[Decision]
    reason_names: dict[str, str]

    def _last(self, *verdicts: str) -> Decision | None:
        return next((d for d in self.decisions if d.verdict in verdicts), None)

    @cached_property
    def submitted(self) -> Decision | None:
        return self._last(Verdict.SUBMIT)

    @cached_property
    def signed(self) -> Decision | None:
        return self._last(Verdict.SIGN)

    @cached_property
    def returned(self) -> Decision | None:
        """The return that this attempt answers, if any."""
        return self._last(Verdict.RETURN)

    @property
    def returned_for(self) -> list[str]:
        codes = self.returned.reasons if self.returned else []
        return [self.reason_names.get(code, code) for code in codes]


def summarise(submission: Submission) -> Summary:
    """Five queries: the register's count, the records' count, findings, decisions, reasons."""
    return Summary(
        submission=submission,
        change=compare_with_register(submission),
        found=found_in(submission),
        decisions=_DECISIONS(submission=submission.pk),
        reason_names=reason_names(),
    )


def compare_with_register(submission: Submission) -> Change:
    unit = submission.organisation_id
    counts = _REPORTED(submission=submission.pk, unit=unit) or [(0, 0, 0, 0)]
    on_register = _ON_REGISTER(unit=unit) or [(0,)]
    return Change(on_register[0][0], *counts[0])


def found_in(submission: Submission) -> list[FoundHere]:
    """The first findings of a submission by rule: errors first, then what is not explained."""
    by_rule: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for row in _FOUND(submission=submission.pk):
        by_rule[row.severity, row.rule].append(row)
    return [FoundHere(rule, severity, found) for (severity, rule), found in by_rule.items()]


def _reported(submission: int, unit: int) -> QuerySet:
    """How many records a submission has, and how many of each kind (Change says which)."""
    here = Q(teacher__organisation=unit)
    counts = {
        "reported": Count("id"),
        "kept": Count("id", filter=here),
        "moved_in": Count("id", filter=Q(teacher__isnull=False) & ~here),
        "new": Count("id", filter=Q(teacher=None)),
    }
    records = Record.objects.filter(submission=submission).order_by().values("submission")
    return records.annotate(**counts).values_list(*counts)


def _on_register(unit: int) -> QuerySet:
    staff = Teacher.objects.filter(organisation=unit, status=FileStatus.ACTIVE).order_by()
    return staff.values("organisation").annotate(n=Count("id")).values_list("n")


_REPORTED = Ready("records_reported", _reported, submission="bigint", unit="bigint")
_ON_REGISTER = Ready("teachers_on_the_register", _on_register, unit="bigint")
_FOUND = Ready(
    "findings_of_a_submission",
    lambda submission: (
        Finding.objects.filter(submission=submission)
        .select_related("record")
        .defer("record__data", "record__identity_sealed")
        .order_by("severity", "rule", "explanation", "id")[:SHOWN_FINDINGS]
    ),
    submission="bigint",
)
_DECISIONS = Ready(
    "newest_decisions",
    lambda submission: (
        Decision.objects.filter(case__submission=submission)
        .select_related("by", "organisation", "post__user")
        .order_by("-sequence")[:20]
    ),
    submission="bigint",
)
