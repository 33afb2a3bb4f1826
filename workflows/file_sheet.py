"""A file laid out for reading: every sub-set in words, each value with the revision it is from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from teachers import schema
from teachers.enums import ValueType
from teachers.files import Difference
from teachers.models import DossierRevision
from teachers.provenance import Place
from teachers.reading import show_value
from teachers.sheets import MOST_COLUMNS


@dataclass(frozen=True)
class Cell:
    """One value in words. `mark`: the revision it is from where that is not its row's own."""

    label: str
    text: str
    mark: int | None


@dataclass(frozen=True)
class Row:
    """`mark`: the revision that most of its values are from."""

    mark: int
    cells: list[Cell]


@dataclass(frozen=True)
class Sheet:
    """One sub-set. In a table every row has one cell a column; otherwise each row its own cells."""

    key: str
    title: str
    is_table: bool
    repeating: bool
    columns: list[str]
    rows: list[Row]


def lay_out(
    revision: DossierRevision, origins: dict[Place, DossierRevision], language: str
) -> list[Sheet]:
    """The sub-sets of a revision in the order of its own index version, empty ones too."""
    form = form_of(revision)
    return [
        _sheet(subset, revision.data.get(subset.key), origins, language) for subset in form.subsets
    ]


def form_of(revision: DossierRevision) -> schema.Form:
    """What the revision's index version asks of its school's kind."""
    return schema.form(revision.index_version_id, revision.organisation.school_kind)


def _sheet(subset: schema.Subset, content, origins, language: str) -> Sheet:
    rows = (content or []) if subset.repeating else ([content] if content else [])
    used = [item for item in subset.fields if any(_has(row, item) for row in rows)]
    is_table = subset.repeating and len(used) <= MOST_COLUMNS
    laid = [
        _row(subset, place if subset.repeating else None, row, used, origins, language, is_table)
        for place, row in enumerate(rows)
    ]
    return Sheet(
        key=subset.key,
        title=subset.label(language),
        is_table=is_table,
        repeating=subset.repeating,
        columns=[item.label(language) for item in used] if is_table else [],
        rows=[row for row in laid if row.cells],
    )


def _row(subset, place, row, used, origins, language, is_table) -> Row:
    marks = {
        item.key: origins[subset.key, place, item.key].sequence for item in used if _has(row, item)
    }
    own = Counter(marks.values()).most_common(1)[0][0] if marks else 0
    cells = [
        Cell(
            label=item.label(language),
            text=show_value(item, row.get(item.key), language),
            mark=marks.get(item.key) if marks.get(item.key) != own else None,
        )
        for item in used
        if is_table or _has(row, item)
    ]
    return Row(mark=own, cells=cells)


def _has(row: dict, item: schema.Field) -> bool:
    return row.get(item.key) not in (None, "", []) and item.value_type != ValueType.FILE


# --- The difference between two revisions, in words ----------------------------------------
@dataclass(frozen=True)
class Changed:
    """One difference. `row` counts from 1; `fate` is "changed", "added" or "removed"."""

    title: str
    row: int | None
    fate: str
    label: str
    old: str
    new: str


def in_words(
    differences: Iterable[Difference], old: DossierRevision, new: DossierRevision, language: str
) -> list[Changed]:
    """Differences of two revisions with the names that their index versions give them."""
    forms = (form_of(new), form_of(old))
    return [_changed(item, forms, language) for item in differences if item.key]


def _changed(item: Difference, forms: tuple[schema.Form, ...], language: str) -> Changed:
    subset = next((f.by_key[item.set_key] for f in forms if item.set_key in f.by_key), None)
    field = next((found for f in forms if (found := f.field(item.set_key, item.key))), None)

    def words(value) -> str:
        return show_value(field, value, language) if field else "" if value is None else str(value)

    return Changed(
        title=subset.label(language) if subset else item.set_key,
        row=None if item.row is None else item.row + 1,
        fate=item.fate,
        label=field.label(language) if field else item.key,
        old=words(item.old),
        new=words(item.new),
    )
