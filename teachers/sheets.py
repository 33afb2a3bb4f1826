"""A person's document laid out for reading: facts for single sub-sets, tables for the others."""

from dataclasses import dataclass

from teachers.enums import ValueType
from teachers.reading import show_value
from teachers.schema import Field, Form, Subset

#: Repeating sub-sets with more columns than this read better row by row.
MOST_COLUMNS = 8


@dataclass(frozen=True)
class Sheet:
    """One sub-set. Either `facts` (label, text) of each row, or a table of `columns` and `rows`."""

    key: str
    title: str
    facts: list[list[tuple[str, str]]]
    columns: list[str]
    rows: list[list[str]]

    @property
    def is_empty(self) -> bool:
        return not (self.facts or self.rows)


def sheets(form: Form, document: dict, language: str) -> list[Sheet]:
    """Every sub-set of the form in order, with the values the document has, in words."""
    return [_sheet(subset, document.get(subset.key), language) for subset in form.subsets]


def _sheet(subset: Subset, value: dict | list | None, language: str) -> Sheet:
    rows = (value or []) if subset.repeating else ([value] if value else [])
    title = subset.label(language)
    used = [item for item in subset.fields if any(_has(row, item) for row in rows)]
    if subset.repeating and len(used) <= MOST_COLUMNS:
        return Sheet(
            subset.key,
            title,
            facts=[],
            columns=[item.label(language) for item in used],
            rows=[[_text(row, item, language) for item in used] for row in rows],
        )
    facts = [
        [(item.label(language), _text(row, item, language)) for item in used if _has(row, item)]
        for row in rows
    ]
    return Sheet(subset.key, title, facts=facts, columns=[], rows=[])


def _has(row: dict, item: Field) -> bool:
    return row.get(item.key) not in (None, "", []) and item.value_type != ValueType.FILE


def _text(row: dict, item: Field, language: str) -> str:
    return show_value(item, row.get(item.key), language)
