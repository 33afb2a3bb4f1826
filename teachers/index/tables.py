"""The sub-sets and indicators of a version laid out for reading, with what a draft changes."""

from dataclasses import dataclass, field

from teachers.enums import SchoolKind
from teachers.index.differences import (
    ADDED,
    RETIRED,
    Content,
    Difference,
    content,
    differences,
    measure,
    need_sign,
)
from teachers.models import IndexVersion, Indicator, IndicatorSet


@dataclass(frozen=True)
class Line:
    """One indicator in the table; `difference` says what the draft changes about it."""

    indicator: Indicator
    measure: str
    needs: list[tuple[str, str]]
    difference: Difference | None = None

    @property
    def what(self) -> str:
        return self.difference.what if self.difference else ""


@dataclass(frozen=True)
class Part:
    """One sub-set with its lines; `asked` is how many of them are shown."""

    own: IndicatorSet
    lines: list[Line] = field(default_factory=list)
    difference: Difference | None = None

    @property
    def what(self) -> str:
        return self.difference.what if self.difference else ""


@dataclass(frozen=True)
class Table:
    """A version on screen. `changed` are its differences, by place, in order."""

    parts: list[Part]
    changed: list[Difference]
    indicators: int


def table(version: IndexVersion, *, kind: str = "", words: str = "") -> Table:
    """Sub-sets and indicators in order, those retired by a draft at the end of their sub-set.

    `kind` leaves only what one kind of school is asked, `words` only indicators whose key or name
    holds them. Two queries, four for a version that is based on another.
    """
    new = content(version)
    old = content(version.based_on) if version.based_on else {}
    changed = differences(old, new) if version.based_on else []
    by_place = {difference.place: difference for difference in changed}
    parts = []
    for own, inside in _with_retired(new, old, bool(version.based_on)):
        lines = [
            _line(item, by_place.get((own.key, item.key)))
            for item in inside
            if _is_shown(item, kind, words)
        ]
        if lines or not (kind or words):
            parts.append(Part(own, lines, by_place.get((own.key, ""))))
    count = sum(len(inside) for _own, inside in new.values())
    return Table(parts, changed, count)


def _with_retired(
    new: Content, old: Content, is_based: bool
) -> list[tuple[IndicatorSet, list[Indicator]]]:
    parts = []
    for key, (own, inside) in new.items():
        gone = [item for k, item in old[key][1].items() if k not in inside] if key in old else []
        parts.append((own, [*inside.values(), *gone]))
    if is_based:
        parts += [(own, list(inside.values())) for k, (own, inside) in old.items() if k not in new]
    return parts


def _is_shown(item: Indicator, kind: str, words: str) -> bool:
    if kind and kind not in item.needs:
        return False
    words = words.casefold()
    return not words or any(
        words in text.casefold() for text in (item.key, item.name, item.name_en, item.note)
    )


def _line(item: Indicator, difference: Difference | None) -> Line:
    needs = [(item.needs.get(kind, ""), need_sign(item.needs.get(kind))) for kind in SchoolKind]
    return Line(item, measure(item), needs, difference)


def count(changed: list[Difference]) -> dict[str, int]:
    """How many indicators were added, retired, changed; and how many changes ask more."""
    items = [one for one in changed if one.indicator]
    return {
        "added": sum(one.what == ADDED for one in items),
        "retired": sum(one.what == RETIRED for one in items),
        "changed": sum(one.what == "changed" for one in items),
        "tighter": sum(any(c.effect == "tighter" for c in one.changes) for one in items),
    }
