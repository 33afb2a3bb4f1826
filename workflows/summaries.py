"""What a reviewer needs to know of one submission before deciding, on one pane."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.functional import cached_property

from campaigns.enums import Severity
from campaigns.models import Finding, Record, Submission
from teachers.enums import FileStatus
from teachers.models import Teacher
from workflows.enums import Verdict
from workflows.models import Decision
from workflows.queries import reason_names

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
        decisions=list(
            Decision.objects.filter(case__submission=submission)
            .select_related("by", "organisation", "post__user")
            .order_by("-sequence")[:20]
        ),
        reason_names=reason_names(),
    )


def compare_with_register(submission: Submission) -> Change:
    here = Q(teacher__organisation=submission.organisation_id)
    counts = Record.objects.filter(submission=submission).aggregate(
        reported=Count("id"),
        kept=Count("id", filter=here),
        new=Count("id", filter=Q(teacher=None)),
        moved_in=Count("id", filter=Q(teacher__isnull=False) & ~here),
    )
    on_register = Teacher.objects.filter(
        organisation=submission.organisation_id, status=FileStatus.ACTIVE
    ).count()
    return Change(on_register=on_register, **counts)


def found_in(submission: Submission) -> list[FoundHere]:
    """The first findings of a submission by rule: errors first, then what is not explained."""
    rows = (
        Finding.objects.filter(submission=submission)
        .select_related("record")
        .order_by("severity", "rule", "explanation", "id")[:SHOWN_FINDINGS]
    )
    by_rule: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for row in rows:
        by_rule[row.severity, row.rule].append(row)
    return [FoundHere(rule, severity, found) for (severity, rule), found in by_rule.items()]
