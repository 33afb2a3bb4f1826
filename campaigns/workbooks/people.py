"""From rows to people: reads every value, puts together what belongs to one person, and keeps
with each row what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.utils.translation import gettext as _

from campaigns import rules
from campaigns.workbooks import columns
from campaigns.workbooks.layout import IDENTITY_TYPE, Column
from campaigns.workbooks.reader import SheetRow
from teachers.enums import ValueType
from teachers.rules import Issue
from teachers.schema import SEALED, Form, Subset

BASIC = SEALED[0]
#: From here on a number cell has lost digits of an identity number.
EXACT_DIGITS = 15


@dataclass(frozen=True)
class Complaint:
    """What is wrong with one row, and in which column (None: the row as a whole)."""

    column: Column | None
    text: str


@dataclass(slots=True)
class PersonRow:
    """One row of a person: the values read so far and the complaints."""

    source: SheetRow
    number: str
    values: dict[str, object]
    complaints: list[Complaint] = field(default_factory=list)

    @property
    def set_key(self) -> str:
        return self.source.sheet.subset.key

    def complain(self, text: str, column: Column | None = None) -> None:
        self.complaints.append(Complaint(column, text))

    def sentence(self) -> str:
        """All complaints in one text; each names its column and value."""
        return " ".join(item.text for item in self.complaints)


@dataclass
class Person:
    """All rows with one identity number, in the order of the workbook. `hash` is its search hash:
    the one of the record there is, or the first that it may have."""

    number: str
    rows: list[PersonRow] = field(default_factory=list)
    identity_type: str = "1"
    hash: str = ""
    document: dict = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    _by_set: dict[str, list[PersonRow]] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        return not any(row.complaints for row in self.rows)

    def add(self, row: PersonRow) -> None:
        self.rows.append(row)
        self._by_set.setdefault(row.set_key, []).append(row)

    def rows_of(self, set_key: str) -> list[PersonRow]:
        return self._by_set.get(set_key, [])

    def by_set(self) -> Iterable[list[PersonRow]]:
        return self._by_set.values()

    def complain_about(self, issue: Issue) -> None:
        """Put a finding of the rules beside the row it is about (else the person's first row)."""
        own = self.rows_of(issue.set_key or BASIC)
        place = issue.row or 0
        row = own[place] if place < len(own) else self.rows[0]
        column = next(
            (
                column
                for column in row.source.sheet.columns
                if row.set_key == issue.set_key and column.key == issue.indicator_key
            ),
            None,
        )
        if column is None or all(said.column != column for said in row.complaints):
            row.complain(rules.text(issue.rule, issue.params), column)


def gather(rows: Iterable[SheetRow]) -> list[Person]:
    """Read all values and group the rows by identity number. A row without one stands alone."""
    people: dict[str, Person] = {}
    alone = []
    for _title, own in groupby(rows, key=lambda row: row.sheet.title):
        for read in _read(list(own)):
            person = people.get(read.number) if read.number else None
            if person is None:
                person = Person(read.number)
                if read.number:
                    people[read.number] = person
                else:
                    alone.append(person)
            person.add(read)
    for person in people.values():
        _refuse_repetition(person)
        basic = person.rows_of(BASIC)
        if basic:
            person.identity_type = str(basic[0].values.get(IDENTITY_TYPE[1]) or "1")
    return [*people.values(), *alone]


def _read(rows: list[SheetRow]) -> list[PersonRow]:
    """Rows of one sheet with their values and what is wrong with them."""
    table = columns.read_table(rows)
    found = [
        PersonRow(row, number, values)
        for row, number, values in zip(rows, table.numbers, table.values, strict=True)
    ]
    for place, column, text in table.unread:
        found[place].complain(text, column)
    for row in found:
        if not row.number and not any(said.column.is_identity for said in row.complaints):
            identity = next(column for column in row.source.sheet.columns if column.is_identity)
            row.complaints.insert(0, Complaint(identity, _("The identity number is missing.")))
    return found


def _refuse_repetition(person: Person) -> None:
    """One row a person on sheets of single sub-sets."""
    for rows in person.by_set():
        if len(rows) < 2 or rows[0].source.sheet.subset.repeating:
            continue
        for row in rows:
            others = [str(other.source.number) for other in rows if other is not row]
            row.complain(
                _("The same person is also in row %(rows)s. Keep one row.")
                % {"rows": "、".join(others)},
            )


def assemble(person: Person, form: Form, recorded: dict | None) -> None:
    """Build the person's document: the rows of the workbook, and for sub-sets without a row what
    is recorded already. Values that only the system fills are carried over."""
    recorded = recorded or {}
    document = {}
    for subset in form.subsets:
        rows = person.rows_of(subset.key)
        before = recorded.get(subset.key)
        if not rows:
            if before:
                document[subset.key] = before
            continue
        kept = _kept(form, subset)
        values = [_with_kept(subset, kept, row.values, before) for row in rows]
        values = [item for item in values if item]
        if values:
            document[subset.key] = values if subset.repeating else values[0]
    person.document = document


def _kept(form: Form, subset: Subset) -> tuple[str, ...]:
    """The indicators of a sub-set that no workbook asks for, kept with the form."""
    known = form.compiled.setdefault("kept by imports", {})
    if subset.key not in known:
        known[subset.key] = tuple(
            item.key
            for item in subset.fields
            if not item.is_entered or item.value_type == ValueType.FILE
        )
    return known[subset.key]


def _with_kept(
    subset: Subset, kept: tuple[str, ...], values: dict, before: dict | list | None
) -> dict:
    """Add read-only and file values of the row recorded before: in a repeating sub-set the one
    whose first two indicators are the same (kind and number of a certificate, say)."""
    if not kept or not before:
        return dict(values)
    if isinstance(before, list):
        names = [item.key for item in subset.fields[:2]]
        before = next(
            (old for old in before if all(old.get(key) == values.get(key) for key in names)), {}
        )
    return {**{key: before[key] for key in kept if key in before}, **values}


def plain(value: object) -> object:
    """A raw cell as it goes into the workbook of failed rows."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value) if abs(value) < 10**EXACT_DIGITS else str(int(value))
    return value if isinstance(value, int | float) else str(value)
