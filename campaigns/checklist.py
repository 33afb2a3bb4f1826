"""What is asked of a school and what of it is there: by sub-set, and by teacher and sub-set.

Errors and warnings come from the findings, which every save renews; what is filled in comes from
the records themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Func

from campaigns.enums import Severity
from campaigns.models import Finding, Record, Submission
from teachers.schema import Form, Subset

#: State of a sub-set of one teacher.
WRONG, TO_EXPLAIN, EMPTY, FILLED = "wrong", "to_explain", "empty", "filled"


class SubsetsHeld(Func):
    """SQL: the sub-sets that a record's document has anything in. Argument: the document."""

    template = "ARRAY(SELECT jsonb_object_keys(%(expressions)s))"
    output_field = ArrayField(models.TextField())


@dataclass(frozen=True)
class Line:
    """One sub-set over all teachers: how many have it filled in, wrong, to explain, empty.

    `errors` and `warnings` count findings that are open; `required` are the fields that must be
    filled in, `missing` those of them that are not.
    """

    subset: Subset
    filled: int = 0
    wrong: int = 0
    to_explain: int = 0
    empty: int = 0
    errors: int = 0
    warnings: int = 0
    required: int = 0
    missing: int = 0

    @property
    def all(self) -> int:
        return self.filled + self.wrong + self.to_explain + self.empty

    @property
    def done(self) -> int:
        """Teachers of whom nothing is left to do here: an empty sub-set may be right."""
        return self.filled + self.empty


@dataclass(frozen=True)
class Checklist:
    """The whole submission; `lines` in the order of the form."""

    lines: list[Line]

    @property
    def required(self) -> int:
        return sum(line.required for line in self.lines)

    @property
    def missing(self) -> int:
        return sum(line.missing for line in self.lines)

    @property
    def there(self) -> int:
        return self.required - self.missing

    @property
    def percent(self) -> int:
        """Share of the required fields that are filled in, rounded down: 100 means all."""
        return self.there * 100 // self.required if self.required else 0


@dataclass(frozen=True)
class Cell:
    """One sub-set of one teacher; `open` counts what is to correct or explain there."""

    subset: Subset
    state: str
    open: int


def of(submission: Submission, form: Form, people: int) -> Checklist:
    """What is there of each sub-set asked. `people` is the number of records; one statement."""
    counted = _counted(submission)
    return Checklist([_line(subset, people, counted.get(subset.key)) for subset in form.subsets])


@dataclass(frozen=True)
class _Counted:
    """What the statement below says of one sub-set."""

    held: int
    rows: int
    filled: int
    wrong: int
    to_explain: int
    errors: int
    warnings: int
    missing: int
    without_rows: int


# Plan: records by their submission, unpacked once each; findings by theirs; one hash join of the
# two. A sealed sub-set counts as one row: only its seal can be read here.
_COUNT = """
    WITH held AS (
        SELECT record.id AS record_id, part.key AS set_key,
               CASE jsonb_typeof(part.value) WHEN 'array' THEN jsonb_array_length(part.value)
                    ELSE 1 END AS rows
        FROM campaigns_record AS record
        CROSS JOIN LATERAL jsonb_each(record.data) AS part
        WHERE record.submission_id = %(submission)s
    ), open AS (
        SELECT record_id, set_key,
               count(*) FILTER (WHERE severity = 'error') AS errors,
               count(*) FILTER (WHERE severity = 'warning') AS warnings,
               count(*) FILTER (WHERE rule = 'required' AND indicator_key <> '') AS missing,
               count(*) FILTER (WHERE rule = 'rows_missing') AS without_rows
        FROM campaigns_finding
        WHERE submission_id = %(submission)s AND record_id IS NOT NULL
          AND (severity = 'error' OR severity = 'warning' AND explanation = '')
        GROUP BY record_id, set_key
    )
    SELECT set_key, count(rows) AS held, coalesce(sum(rows), 0) AS rows,
           count(*) FILTER (WHERE rows > 0 AND errors IS NULL) AS filled,
           count(*) FILTER (WHERE errors > 0) AS wrong,
           count(*) FILTER (WHERE errors = 0) AS to_explain,
           coalesce(sum(errors), 0) AS errors, coalesce(sum(warnings), 0) AS warnings,
           coalesce(sum(missing), 0) AS missing, coalesce(sum(without_rows), 0) AS without_rows
    FROM held FULL JOIN open USING (record_id, set_key)
    GROUP BY set_key
"""


def _counted(submission: Submission) -> dict[str, _Counted]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"submission": submission.pk})
        return {key: _Counted(*map(int, numbers)) for key, *numbers in cursor.fetchall()}


def _line(subset: Subset, people: int, counted: _Counted | None) -> Line:
    counted = counted or _Counted(0, 0, 0, 0, 0, 0, 0, 0, 0)
    each = sum(1 for item in subset.fields if item.is_required and not item.is_sealed)
    rows_asked = counted.rows + counted.without_rows if subset.repeating else people
    absent = counted.without_rows if subset.repeating else people - counted.held
    required = each * rows_asked
    return Line(
        subset,
        filled=counted.filled,
        wrong=counted.wrong,
        to_explain=counted.to_explain,
        empty=people - counted.filled - counted.wrong - counted.to_explain,
        errors=counted.errors,
        warnings=counted.warnings,
        required=required,
        missing=min(required, counted.missing + each * absent),
    )


def cells(form: Form, held: Iterable[str], findings: Iterable[Finding]) -> list[Cell]:
    """Every sub-set asked of one teacher, from the sub-sets held and what the rules found."""
    held, wrong, opened = set(held), set(), {}
    for one in findings:
        if one.severity == Severity.NOTICE or one.explanation:
            continue
        opened[one.set_key] = opened.get(one.set_key, 0) + 1
        if one.severity == Severity.ERROR:
            wrong.add(one.set_key)
    return [
        Cell(subset, _state(subset.key, held, wrong, opened), opened.get(subset.key, 0))
        for subset in form.subsets
    ]


def _state(key: str, held: set[str], wrong: set[str], opened: dict[str, int]) -> str:
    if key in wrong:
        return WRONG
    if key in opened:
        return TO_EXPLAIN
    return FILLED if key in held else EMPTY


def without(records: models.QuerySet[Record], key: str) -> models.QuerySet[Record]:
    """Those records that have nothing in a sub-set, and of which nothing is open there."""
    found = Finding.objects.filter(record=models.OuterRef("pk"), set_key=key)
    return records.exclude(data__has_key=key).exclude(models.Exists(open_ones(found)))


def open_ones(findings: models.QuerySet[Finding]) -> models.QuerySet[Finding]:
    """Errors, and warnings that nobody has explained."""
    return findings.filter(
        models.Q(severity=Severity.ERROR) | models.Q(severity=Severity.WARNING, explanation="")
    )


@dataclass(frozen=True)
class Errands:
    """The keys of the records with something to do, before and after one in the list; `count` of
    them all. After the last comes the first again."""

    count: int
    before: int | None
    after: int | None


def errands(submission: Submission, record: Record | None) -> Errands:
    """Where a clerk goes on from a record (None: from a new one). One query."""
    here = record.pk if record else 0
    opened = open_ones(Finding.objects.filter(record=models.OuterRef("pk")))
    records = submission.records.filter(models.Exists(opened)).order_by("pk")
    keys = list(records.values_list("pk", flat=True))
    earlier, later = [key for key in keys if key < here], [key for key in keys if key > here]
    return Errands(
        count=len(keys),
        before=(earlier or later or [None])[-1],
        after=(later or earlier or [None])[0],
    )
