"""A record laid out for reading: every sub-set asked, each value in words, findings in place."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from campaigns.models import Finding, Record, Submission
from teachers import schema
from teachers.enums import ValueType
from teachers.reading import show_value


@dataclass(frozen=True)
class Cell:
    """One value in words; `findings` are those about this very field."""

    label: str
    value: str
    findings: list[Finding]


@dataclass(frozen=True)
class Shelf:
    """One sub-set. `rows` has one row for a single sub-set; `findings` concern it as a whole."""

    key: str
    name: str
    repeating: bool
    rows: list[list[Cell]]
    findings: list[Finding]

    @property
    def labels(self) -> list[str]:
        return [cell.label for cell in self.rows[0]] if self.rows else []


def lay_out(submission: Submission, record: Record, findings: Iterable[Finding]) -> list[Shelf]:
    """The shelves of a record in the order of the index system, empty fields left out."""
    campaign, kind = submission.campaign, submission.organisation.school_kind
    form = schema.form(campaign.index_version_id, kind, tuple(campaign.asked.get(kind, ())))
    by_set = defaultdict(list)
    for finding in findings:
        by_set[finding.set_key].append(finding)
    return [
        _shelf(subset, record.data.get(subset.key), by_set[subset.key]) for subset in form.subsets
    ]


def _shelf(subset: schema.Subset, content, findings: list[Finding]) -> Shelf:
    documents = content if subset.repeating else [content or {}]
    documents = documents or []
    wanted = {f.indicator_key for f in findings}
    fields = [
        field
        for field in subset.fields
        if not field.is_sealed
        and field.value_type != ValueType.FILE
        and (field.key in wanted or any(field.key in document for document in documents))
    ]
    rows = [
        [_cell(field, document, _here(findings, field.key, i, subset)) for field in fields]
        for i, document in enumerate(documents)
    ]
    placed = {f.pk for row in rows for cell in row for f in cell.findings}
    return Shelf(
        key=subset.key,
        name=subset.label(get_language() or ""),
        repeating=subset.repeating,
        rows=[row for row in rows if row],
        findings=[f for f in findings if f.pk not in placed],
    )


def _here(findings: list[Finding], key: str, row: int, subset: schema.Subset) -> list[Finding]:
    return [
        f
        for f in findings
        if f.indicator_key == key and (not subset.repeating or f.row in (row, None))
    ]


def _cell(field: schema.Field, document: dict, findings: list[Finding]) -> Cell:
    language = get_language() or ""
    value = document.get(field.key)
    return Cell(
        label=field.label(language),
        value="" if value is None else show_value(field, value, language),
        findings=findings,
    )
