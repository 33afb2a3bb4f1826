"""The tasks of a page of the inbox with all that their rows show."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects

from campaigns.models import Finding, Problem, ProblemParty
from teachers.models import ChangeRequest
from teachers.ready_queries import Ready
from workflows.enums import DocumentKind
from workflows.models import Task


def rows_of(keys: list[int]) -> list[Task]:
    """These tasks in the order of the pages; one query, and those of `add_others`."""
    rows = add_others(_ROWS(tasks=keys)) if keys else []
    return sorted(rows, key=lambda row: (row.due_date, row.pk))


def with_documents(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Tasks with their submissions, joined by their keys; change requests and problem data, which
    most pages have none of, come by `add_others`."""
    return tasks.select_related("process__submission", "process__organisation", "owner")


def add_others(tasks: list[Task]) -> list[Task]:
    """The same tasks, their change requests and problem data loaded (three queries, if there are
    any). Sealed columns are left out."""
    sealed = ("values", "errors", "identity_sealed", "teacher__identity_sealed")
    changes = ChangeRequest.objects.select_related("counterpart", "teacher").defer(*sealed)
    parties = ProblemParty.objects.select_related("organisation").order_by("position")
    others = [task for task in tasks if task.kind != DocumentKind.SUBMISSION]
    prefetch_related_objects(
        others,
        Prefetch("process__change", queryset=changes),
        Prefetch("process__problem", queryset=Problem.objects.defer("details")),
        Prefetch("process__problem__parties", queryset=parties),
    )
    return tasks


def findings_by_rule(submission_ids: Iterable[int | None]) -> dict[int, list[dict]]:
    """Submission to its findings counted by rule: errors first, then the most frequent."""
    by_submission = defaultdict(list)
    keys = [pk for pk in submission_ids if pk]
    for row in _FINDINGS(submissions=keys) if keys else []:
        by_submission[row["submission_id"]].append(row)
    return dict(by_submission)


#: What a row says, and the pane of the first one.
_COLUMNS = (
    "kind",
    "step",
    "created",
    "due_date",
    "assigned",
    "owner__name",
    "owner__username",
    "is_again",
    "is_sent_down",
    "is_clean",
    "process__change_id",
    "process__problem_id",
    "process__organisation__code",
    "process__organisation__name",
    "process__organisation__name_en",
    "process__organisation__school_kind",
    "process__submission__state",
    "process__submission__attempt",
    "process__submission__records_count",
    "process__submission__organisation_id",
)
_ROWS = Ready(
    "rows_of_the_inbox",
    lambda tasks: with_documents(Task.objects.filter(pk__any_of=tasks)).only(*_COLUMNS),
    tasks="bigint[]",
)
_FINDINGS = Ready(
    "findings_by_rule",
    lambda submissions: (
        Finding.objects.filter(submission__pk__any_of=submissions)
        .values("submission_id", "rule", "severity")
        .annotate(n=Count("id"), unexplained=Count("id", filter=Q(explanation="")))
        .order_by("submission_id", "severity", "-n", "rule")
    ),
    submissions="bigint[]",
)
