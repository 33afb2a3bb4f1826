"""What a school's clerk and head need to know of their submission, on one page."""

from dataclasses import dataclass
from itertools import takewhile

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from campaigns import asked, checklist, record_pages
from campaigns.checklist import Checklist, SubsetsHeld
from campaigns.enums import CampaignState, Severity, SubmissionState
from campaigns.models import Finding, Record, Submission, WorkbookImport
from campaigns.policies import can_edit
from teachers.enums import Role
from teachers.models import Post
from teachers.policies import reports_for_own_school
from teachers.schema import Form, Subset
from workflows import queries
from workflows.actions.recalling import recallable
from workflows.enums import Verdict
from workflows.models import Decision, Task

PAGE_SIZE = 50
HISTORY_SHOWN = 8
IMPORTS_SHOWN = 3
SHOWN = ("errors", "warnings", "empty", "all")


def submissions_of(post: Post | None) -> QuerySet[Submission]:
    """The own school's submissions, the newest campaign first; none for other roles."""
    if not reports_for_own_school(post):
        return Submission.objects.none()
    return (
        Submission.objects.visible_to(post)
        .exclude(campaign__state__in=[CampaignState.DRAFT, CampaignState.LAUNCHED])
        .select_related("campaign", "organisation")
        .order_by("-campaign__launched_at", "-pk")
    )


@dataclass(frozen=True)
class Counted:
    """How many records have errors, have warnings to explain, and are there at all."""

    errors: int
    warnings: int
    all: int
    open: int

    @property
    def ready(self) -> int:
        """Records on which nothing is left to do."""
        return self.all - self.open


@dataclass(frozen=True)
class SchoolDesk:
    """One submission as its school sees it. `history` is the newest first."""

    submission: Submission
    stops: list[queries.Place]
    task: Task | None
    history: list[Decision]
    reason_names: dict[str, str]
    counted: Counted
    general: list[Finding]
    imports: list[WorkbookImport]
    form: Form
    checklist: Checklist
    may_edit: bool
    may_submit: bool
    may_sign: bool
    may_recall: bool

    @property
    def returns(self) -> list[Decision]:
        """What the school has to answer now: the returns of every level it came down through, or
        the words with which the campaign's manager opened it again."""
        if self.submission.state != SubmissionState.RETURNED:
            return []
        asking = {Verdict.RETURN, Verdict.REOPEN}
        said = [one for one in self.history if one.verdict != Verdict.REROUTE]
        return list(takewhile(lambda one: one.verdict in asking, said))

    @property
    def asked(self) -> tuple[Subset, ...]:
        return self.form.subsets

    @property
    def is_sound(self) -> bool:
        """Whether nothing stands in the way of handing it in."""
        subject = self.submission
        return bool(subject.records_count) and not (
            subject.errors_count or subject.unexplained_count
        )


def read(submission: Submission, post: Post) -> SchoolDesk:
    """Everything but the list of records; the number of queries does not depend on the rows."""
    task = queries.open_task(submission)
    own = task is not None and task.organisation_id == post.organisation_id
    working = submission.campaign.accepts_work
    may_sign = working and own and post.role == Role.HEAD == task.role
    counted, form = _counted(submission), asked.form_of(submission)
    return SchoolDesk(
        submission=submission,
        stops=queries.path(submission),
        task=task,
        history=list(queries.history(submission)[:HISTORY_SHOWN]),
        reason_names=queries.reason_names(),
        counted=counted,
        general=list(
            submission.findings.filter(record=None)
            .select_related("explained_by")
            .order_by("severity", "pk")
        ),
        imports=list(
            submission.imports.defer("failed")
            .select_related("imported_by")
            .order_by("-pk")[:IMPORTS_SHOWN]
        ),
        form=form,
        checklist=checklist.of(submission, form, counted.all),
        may_edit=can_edit(post, submission),
        may_submit=working and own and post.role == Role.CLERK == task.role,
        may_sign=may_sign,
        may_recall=working and not may_sign and recallable(task),
    )


def _with_findings(submission: Submission, where: dict | None = None) -> QuerySet[Record]:
    """Its records with `has_errors` and `has_warnings`, of the findings that fit `where`."""
    found = Finding.objects.filter(record=OuterRef("pk"), **(where or {}))
    return Record.objects.filter(submission=submission).annotate(
        has_errors=Exists(found.filter(severity=Severity.ERROR)),
        has_warnings=Exists(found.filter(severity=Severity.WARNING, explanation="")),
    )


def _counted(submission: Submission) -> Counted:
    errors, warnings = Q(has_errors=True), Q(has_warnings=True)
    return Counted(
        **_with_findings(submission).aggregate(
            errors=Count("pk", filter=errors),
            warnings=Count("pk", filter=warnings),
            open=Count("pk", filter=errors | warnings),
            all=Count("pk"),
        )
    )


@dataclass(frozen=True)
class RecordsPage:
    """Fifty records; `after` is the key to go on from, if there are more.

    Each row carries its `cells` (see campaigns/checklist.py) and the findings to act on, with the
    anchors of their fields, in `found`. `subset` is the key of the sub-set looked at, or "".
    """

    rows: list[Record]
    after: int | None
    show: str
    words: str
    subset: str = ""


def records_page(
    submission: Submission,
    form: Form,
    counted: Counted,
    *,
    show: str,
    words: str,
    after: int,
    subset: str = "",
) -> RecordsPage:
    """Records with their findings, in key order (two queries).

    `show` is one of SHOWN; anything else means what there is to do first. `subset` narrows it to
    one sub-set of the form.
    """
    subset = subset if subset in form.by_key else ""
    if show not in SHOWN or show == "empty" and not subset:
        show = (
            next((name for name in ("errors", "warnings") if getattr(counted, name)), "all")
            if not words
            else "all"
        )
    rows = _chosen(submission, show, subset).filter(pk__gt=after)
    if words:
        rows = rows.filter(name__icontains=words)
    findings = Finding.objects.order_by("severity", "explanation", "pk")
    page = list(
        rows.annotate(held=SubsetsHeld("data"))
        .defer("data", "identity_sealed")
        .select_related("teacher")
        .prefetch_related(Prefetch("findings", findings, to_attr="found"))
        .order_by("pk")[: PAGE_SIZE + 1]
    )
    more = len(page) > PAGE_SIZE
    page = [_laid_out(form, row) for row in page[:PAGE_SIZE]]
    return RecordsPage(page, page[-1].pk if more else None, show, words, subset)


def _chosen(submission: Submission, show: str, subset: str) -> QuerySet[Record]:
    """The records with errors, with warnings to explain, without entries; in one sub-set or any."""
    if show == "empty":
        return checklist.without(Record.objects.filter(submission=submission), subset)
    rows = _with_findings(submission, {"set_key": subset} if subset else {})
    if show == "errors":
        return rows.filter(has_errors=True)
    if show == "warnings":
        return rows.filter(has_warnings=True)
    return rows


def _laid_out(form: Form, row: Record) -> Record:
    row.cells = checklist.cells(form, row.held, row.found)
    row.done = sum(1 for cell in row.cells if not cell.open)
    record_pages.with_labels(form, row.found)
    return row
