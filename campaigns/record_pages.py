"""A person's form as the page shows it: every field with what the rules found there."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.forms import BoundField
from django.utils.translation import get_language

from campaigns.forms import FormRow, RecordForm
from campaigns.models import Finding
from teachers.enums import ValueType
from teachers.schema import Form

#: The browser's own control for these leaves nothing to explain.
CHOSEN = {ValueType.CODES, ValueType.DATE, ValueType.MONTH, ValueType.YES_NO}
Place = tuple[str, int | None, str]


@dataclass(frozen=True)
class Cell:
    """One field. `errors` come from what was typed, `findings` from the rules."""

    bound: BoundField
    findings: list[Finding]

    @property
    def hint(self) -> str:
        """How to write the value, where the control itself does not show it."""
        chosen = self.bound.field.indicator.value_type in CHOSEN
        return "" if chosen or self.findings or self.bound.errors else str(self.bound.help_text)

    @property
    def is_wrong(self) -> bool:
        return bool(self.bound.errors) or any(one.severity == "error" for one in self.findings)

    @property
    def is_warned(self) -> bool:
        return any(not one.explanation for one in self.findings)


@dataclass(frozen=True)
class Row:
    """One row of a sub-set; findings that name no field stand above its cells."""

    row: FormRow
    cells: list[Cell]
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """One sub-set of the page."""

    key: str
    title: str
    repeating: bool
    rows: list[Row]
    rows_field: BoundField | None
    blank: Row | None
    findings: list[Finding]
    open: int
    errors: int


def label(form: Form, finding: Finding) -> str:
    """Where a finding stands, in words: "Learning 2 · Degree"; "" for the whole record."""
    subset = form.by_key.get(finding.set_key)
    if subset is None:
        return ""
    language = get_language() or ""
    words = subset.label(language)
    if finding.row is not None and subset.repeating:
        words = f"{words} {finding.row + 1}"
    item = subset.by_key.get(finding.indicator_key)
    return f"{words} · {item.label(language)}" if item else words


def with_labels(form: Form, findings: list[Finding]) -> list[Finding]:
    """The findings, each with its `label` and the `anchor` of its field in the form."""
    for finding in findings:
        finding.label = label(form, finding)
        finding.anchor = anchor(form, finding)
    return findings


def anchor(form: Form, finding: Finding) -> str:
    """The id of the control a finding is about: "id_learning-1-degree"; else of its sub-set."""
    subset = form.by_key.get(finding.set_key)
    if subset is None:
        return "record"
    if finding.indicator_key not in subset.by_key or subset.repeating and finding.row is None:
        return f"set-{subset.key}"
    row = [str(finding.row)] if subset.repeating else []
    return "id_" + "-".join([subset.key, *row, finding.indicator_key])


def parts(form: RecordForm, findings: list[Finding]) -> list[Part]:
    """The sub-sets of a form with each finding beside its field."""
    at: dict[Place, list[Finding]] = defaultdict(list)
    for finding in findings:
        at[finding.set_key, finding.row, finding.indicator_key].append(finding)
    return [_part(section, at) for section in form.sections()]


def _part(section, at: dict[Place, list[Finding]]) -> Part:
    key, repeating = section.key, section.subset.repeating
    rows = [_row(key, row, at, row.index if repeating else None) for row in section.rows]
    here = [one for place, found in at.items() if place[0] == key for one in found]
    return Part(
        key=key,
        title=section.title,
        repeating=repeating,
        rows=rows,
        rows_field=section.rows_field,
        blank=_row(key, section.blank, {}, None) if section.blank else None,
        findings=at.get((key, None, ""), []) if repeating else [],
        open=sum(1 for one in here if one.severity == "error" or not one.explanation),
        errors=sum(1 for one in here if one.severity == "error"),
    )


def _row(key: str, row: FormRow, at: dict[Place, list[Finding]], index: int | None) -> Row:
    cells = [
        Cell(bound, at.get((key, index, bound.field.indicator.key), [])) for bound in row.fields
    ]
    return Row(row, cells, at.get((key, index, ""), []))
