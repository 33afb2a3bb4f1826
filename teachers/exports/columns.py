"""What stands in the workbook of an export: a sheet for each sub-set, a column for each indicator.

The columns are those of all published versions, the newest first: a file that was accepted under
an older version keeps its values. The identity number is never among them, only its mask.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from teachers.code_tables import CodeTable, code_tables
from teachers.enums import ValueType, VersionState
from teachers.models import Indicator
from teachers.schema import SEALED


@dataclass(frozen=True)
class Column:
    """One indicator; `text` makes a kept value ready for its cell (a text or a number)."""

    key: str
    title: str
    text: Callable[[object], object]


@dataclass(frozen=True)
class Sheet:
    """One sub-set."""

    key: str
    title: str
    repeating: bool
    columns: tuple[Column, ...]


def known_sets(language: str) -> list[tuple[str, str]]:
    """(key, name) of every sub-set of the published versions, in order."""
    return [(sheet.key, sheet.title) for sheet in sheets(None, language)]


def sheets(keys: list[str] | None, language: str) -> list[Sheet]:
    """The sheets of these sub-sets (None: all), in the order of the index system."""
    asked = Indicator.objects.filter(indicator_set__version__state=VersionState.PUBLISHED)
    if keys is not None:
        asked = asked.filter(indicator_set__key__in=keys)
    rows = list(
        asked.exclude(value_type=ValueType.FILE)
        .select_related("indicator_set", "code_list")
        .order_by(
            "-indicator_set__version__published_at",
            "-indicator_set__version",
            "indicator_set__position",
            "position",
        )
    )
    tables = code_tables({row.code_list.key for row in rows if row.code_list}, timezone.localdate())
    heads: dict[str, Indicator] = {}
    columns: dict[str, dict[str, Column]] = {}
    for row in rows:
        own = row.indicator_set
        heads.setdefault(own.key, row)
        kept = columns.setdefault(own.key, {})
        if (own.key, row.key) != SEALED and row.key not in kept:
            table = tables[row.code_list.key] if row.code_list else None
            kept[row.key] = Column(row.key, _label(row, language), _text_of(table, language))
    return [
        Sheet(
            key,
            _label(head.indicator_set, language),
            head.indicator_set.repeating,
            tuple(columns[key].values()),
        )
        for key, head in heads.items()
    ]


def _label(item, language: str) -> str:
    return item.name_en if language.startswith("en") and item.name_en else item.name


def _text_of(table: CodeTable | None, language: str) -> Callable[[object], object]:
    if table is None:
        return _plain
    shown = {code: f"{code}-{table.label(code, language)}" for code in table.by_code}

    def text(value: object) -> object:
        if isinstance(value, list):
            return "、".join(shown.get(code, str(code)) for code in value)
        return shown.get(value, str(value))

    return text


def _plain(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return value if isinstance(value, str) else str(value)
