"""A record laid out for reading: every sub-set asked, each value in words, and in place what was
found, what has changed, what is marked, and where the value is from."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import get_language

from campaigns import asked
from campaigns.models import Finding, Record, Submission
from teachers import schema
from teachers.enums import ValueType
from teachers.files import ADDED, REMOVED, Difference
from teachers.provenance import Place
from teachers.reading import show_value
from workflows.corrections import Line


@dataclass(frozen=True)
class Cell:
    """One value in words; `findings` are those about this very field.

    old: what stood here before, in words, if `is_changed`. mark: the number of its origin where
    that is not its row's own. line: that of the basket about this field.
    """

    key: str
    label: str
    value: str
    findings: list[Finding]
    is_changed: bool = False
    old: str = ""
    mark: int | None = None
    line: Line | None = None


@dataclass(frozen=True)
class Row:
    """`place` is its number in a repeating sub-set, from 0. fate: "", "added" or "removed"."""

    place: int | None
    cells: list[Cell]
    fate: str = ""
    mark: int | None = None


@dataclass(frozen=True)
class Shelf:
    """One sub-set. `rows` has one row for a single sub-set; `findings` concern it as a whole."""

    key: str
    name: str
    repeating: bool
    rows: list[Row]
    findings: list[Finding]

    @property
    def labels(self) -> list[str]:
        return [cell.label for cell in self.rows[0].cells] if self.rows else []

    @property
    def changes(self) -> int:
        """Values that changed, and rows that came or went."""
        return sum(
            1 if row.fate else sum(cell.is_changed for cell in row.cells) for row in self.rows
        )


@dataclass(frozen=True)
class Notes:
    """What is said about the values of one record."""

    findings: list[Finding] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    marks: dict[Place, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


def lay_out(submission: Submission, record: Record, notes: Notes) -> list[Shelf]:
    """The shelves of a record in the order of the index system, empty fields left out."""
    return [
        _shelf(subset, record.data.get(subset.key), _of_set(notes, subset.key))
        for subset in asked.form_of(submission).subsets
    ]


def _of_set(notes: Notes, key: str) -> Notes:
    return Notes(
        findings=[one for one in notes.findings if one.set_key == key],
        differences=[one for one in notes.differences if one.set_key == key and one.key],
        marks={place: number for place, number in notes.marks.items() if place[0] == key},
        lines=[one for one in notes.lines if one.correction.set_key == key],
    )


def _shelf(subset: schema.Subset, content, notes: Notes) -> Shelf:
    documents = (content or []) if subset.repeating else [content or {}]
    fields = _fields(subset, documents, notes)
    rows = [
        _row(subset, place if subset.repeating else None, document, fields, notes)
        for place, document in enumerate(documents)
    ]
    rows += _removed(fields, notes)
    placed = {one.pk for row in rows for cell in row.cells for one in cell.findings}
    return Shelf(
        key=subset.key,
        name=subset.label(get_language() or ""),
        repeating=subset.repeating,
        rows=[row for row in rows if row.cells],
        findings=[one for one in notes.findings if one.pk not in placed],
    )


def _fields(subset: schema.Subset, documents: list[dict], notes: Notes) -> list[schema.Field]:
    """Those with a value, now or before, and those that something is said about."""
    wanted = {one.indicator_key for one in notes.findings}
    wanted |= {one.key for one in notes.differences}
    return [
        item
        for item in subset.fields
        if not item.is_sealed
        and item.value_type != ValueType.FILE
        and (item.key in wanted or any(item.key in document for document in documents))
    ]


def _row(
    subset: schema.Subset,
    place: int | None,
    document: dict,
    fields: list[schema.Field],
    notes: Notes,
) -> Row:
    here = {one.key: one for one in notes.differences if one.row == place and one.fate != REMOVED}
    is_added = any(one.fate == ADDED for one in here.values())
    own = Counter(
        number for (_set, row, _key), number in notes.marks.items() if row == place
    ).most_common(1)
    most = own[0][0] if own else None
    cells = [
        _cell(
            item,
            document.get(item.key),
            findings=_here(notes.findings, item.key, place, subset),
            change=None if is_added else here.get(item.key),
            mark=_other(notes.marks.get((subset.key, place, item.key)), most),
            line=_line(notes.lines, item.key, place),
        )
        for item in fields
    ]
    return Row(place, cells, ADDED if is_added else "", most)


def _removed(fields: list[schema.Field], notes: Notes) -> list[Row]:
    """Rows that are gone, with what they said."""
    gone: dict[int, dict] = defaultdict(dict)
    for one in notes.differences:
        if one.fate == REMOVED:
            gone[one.row][one.key] = one.old
    return [
        Row(None, [_cell(item, values.get(item.key)) for item in fields], REMOVED)
        for _place, values in sorted(gone.items())
    ]


def _here(
    findings: Iterable[Finding], key: str, row: int | None, subset: schema.Subset
) -> list[Finding]:
    return [
        one
        for one in findings
        if one.indicator_key == key and (not subset.repeating or one.row in (row, None))
    ]


def _line(lines: list[Line], key: str, place: int | None) -> Line | None:
    return next((one for one in lines if one.place_now[1:] == (place, key)), None)


def _other(mark: int | None, most: int | None) -> int | None:
    return mark if mark != most else None


def _cell(
    item: schema.Field,
    value: object,
    *,
    findings: list[Finding] | None = None,
    change: Difference | None = None,
    mark: int | None = None,
    line: Line | None = None,
) -> Cell:
    language = get_language() or ""

    def words(of: object) -> str:
        return "" if of is None else show_value(item, of, language)

    return Cell(
        key=item.key,
        label=item.label(language),
        value=words(value),
        findings=findings or [],
        is_changed=change is not None,
        old=words(change.old) if change else "",
        mark=mark,
        line=line,
    )
