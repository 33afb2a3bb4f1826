"""The counts beside the filters of the inbox, added up from the cells of a desk."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise

from campaigns.models import Campaign
from teachers.enums import SchoolKind
from teachers.models import Organisation, Post
from workflows.enums import DocumentKind
from workflows.inbox_filters import ATTEMPT, CLAIMED, DUE, LOOK, MATTER, STEPS, Filters


@dataclass(frozen=True)
class Chip:
    """One filter value with how many tasks it would show; None where nobody has counted."""

    name: str
    value: str
    words: str | Promise
    count: int | None
    on: bool
    address: str


@dataclass(frozen=True)
class Unit:
    """A place to narrow to; `level` is 0 for those right below the desk."""

    code: str
    name: str
    level: int
    count: int


class Counts:
    """Adds up the cells under all filters, or under all but one (what a chip would show).

    known: whether somebody has counted at all (a search may fit too many).

    A busy desk has thousands of cells: they are added up by what their column says, and only then
    is it asked under which values of the filter that is shown.
    """

    #: Filter to the column of a cell that it is about.
    COLUMNS: ClassVar = {
        "what": "kind",
        "look": "look",
        "due": "due",
        "attempt": "attempt",
        "kind": "school_kind",
        "step": "step",
        "matter": "matter",
        "claimed": "claimed",
        "campaign": "campaign_id",
        "unit": "place_id",
    }

    def __init__(
        self,
        cells: list[dict],
        filters: Filters,
        places: dict[int, Organisation],
        campaigns: dict[int, Campaign],
        *,
        known: bool = True,
    ) -> None:
        self.cells, self.filters, self.known = cells, filters, known
        self.places, self.campaigns = places, campaigns

    def values(self, name: str, said: object) -> tuple:
        """The values of a filter under which a cell is shown whose column says this."""
        if name == "campaign":
            return (self.campaigns[said].code if said in self.campaigns else "",)
        if name == "unit":
            return tuple(self.places[said].path.split("/")) if said in self.places else ()
        return ("week", "today") if said == "today" else (said,)

    def matching(self, *, without: str = "") -> list[dict]:
        cells = self.cells
        for name, column in self.COLUMNS.items():
            wanted = getattr(self.filters, name)
            if wanted and name != without:
                said = {
                    one for one in {c[column] for c in cells} if wanted in self.values(name, one)
                }
                cells = [cell for cell in cells if cell[column] in said]
        return cells

    def by(self, name: str) -> dict[str, int]:
        column, sums = self.COLUMNS[name], defaultdict(int)
        for cell in self.matching(without=name):
            sums[cell[column]] += cell["n"]
        totals: dict[str, int] = defaultdict(int)
        for said, n in sums.items():
            for value in self.values(name, said):
                totals[value] += n
        return totals


def chips(counts: Counts) -> dict[str, list[Chip]]:
    """Filter to its values that would show something, in the order of the page."""
    words = {
        "what": dict(DocumentKind.choices),
        "look": LOOK,
        "due": DUE,
        "attempt": ATTEMPT,
        "claimed": CLAIMED,
        "kind": dict(SchoolKind.choices),
        "step": STEPS,
        "matter": MATTER,
        "campaign": {c.code: str(c) for c in counts.campaigns.values()},
    }
    return {name: _row_of_chips(name, known, counts) for name, known in words.items()}


def telling(chips: dict[str, list[Chip]]) -> list[list[Chip]]:
    """Those that tell something apart: a day that is due, several values, or a chosen one."""
    return [
        row
        for name, row in chips.items()
        if (name == "due" and row) or len(row) > 1 or any(chip.on for chip in row)
    ]


def _row_of_chips(name: str, known: Mapping, counts: Counts) -> list[Chip]:
    """The values that would show something, and the chosen one even when it shows nothing."""
    filters = counts.filters
    totals, chosen = counts.by(name), getattr(filters, name)
    return [
        Chip(
            name=name,
            value=value,
            words=words,
            count=totals.get(value, 0) if counts.known else None,
            on=value == chosen,
            address=filters.address(**{name: "" if value == chosen else value}),
        )
        for value, words in known.items()
        if totals.get(value) or value == chosen
    ]


def units(counts: Counts, post: Post) -> list[Unit]:
    """The authorities below the desk that have something on it, as a tree of two levels."""
    totals, own, places = counts.by("unit"), post.organisation, counts.places
    found = {place.path: place for place in places.values()}
    found |= {place.parent.path: place.parent for place in places.values() if place.parent}
    return [
        Unit(unit.code, str(unit), unit.depth - own.depth - 1, totals.get(unit.code, 0))
        for path, unit in sorted(found.items())
        if path.startswith(own.path) and unit.pk != own.pk
    ]
