"""The counts beside the filters of the inbox, added up from the cells of a desk."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from campaigns.models import Campaign
from teachers.enums import SchoolKind
from teachers.models import Organisation, Post
from workflows.desk_counts import CELL
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


#: Filter to the column of a cell that it is about.
COLUMNS = {
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
#: The first columns of a cell, of which there are many; the others make few different sorts.
CAMPAIGN, PLACE, MANY = 0, 1, 2
KIND, DUE_AT, LOOK_AT, ATTEMPT_AT = map(CELL.index, ("kind", "due", "look", "attempt"))


class Counts:
    """Adds up the cells under all filters, and under all but one (what a chip would show).

    One walk over the cells, of which a busy desk has thousands, and one over their few sorts: what
    passes every filter counts for all of them, what fails a single filter for its chips alone.

    shown: what passes, by kind, look and attempt. whole: the desk without filters, by kind and due.
    known: whether somebody has counted at all (a search may fit too many).
    """

    def __init__(
        self,
        cells: list[tuple],
        filters: Filters,
        places: dict[int, Organisation],
        campaigns: dict[int, Campaign],
        *,
        known: bool = True,
    ) -> None:
        self.filters, self.known = filters, known
        self.places, self.campaigns = places, campaigns
        self.columns: list[dict] = [defaultdict(int) for _column in CELL]
        self.shown: dict[tuple, int] = defaultdict(int)
        self.whole: dict[tuple, int] = defaultdict(int)
        self._walk(cells)

    def _walk(self, cells: list[tuple]) -> None:
        by_campaign, by_place = self.columns[:MANY]
        every: dict[tuple, int] = defaultdict(int)
        near: dict[tuple, int] = defaultdict(int)
        failed: dict[tuple, list[int]] = {}
        elsewhere = self._misses(cells, (CAMPAIGN, PLACE))
        for cell in cells:
            sort, n = cell[MANY:-1], cell[-1]
            every[sort] += n
            if sort not in failed:
                failed[sort] = self._failed(sort)
            missed = elsewhere and [at for at, said in elsewhere if cell[at] in said]
            if not missed:
                near[sort] += n
                if not failed[sort]:
                    by_campaign[cell[CAMPAIGN]] += n
                    by_place[cell[PLACE]] += n
            elif not failed[sort] and len(missed) == 1:
                self.columns[missed[0]][cell[missed[0]]] += n
        self._add_sorts(every, near, failed)

    def _add_sorts(self, every: dict, near: dict, failed: dict) -> None:
        """Add up the sorts: all of them, and those of the chosen campaign and place (`near`)."""
        for sort, n in every.items():
            self.whole[sort[KIND - MANY], sort[DUE_AT - MANY]] += n
        for sort, n in near.items():
            if not failed[sort]:
                key = (sort[KIND - MANY], sort[LOOK_AT - MANY], sort[ATTEMPT_AT - MANY])
                self.shown[key] += n
                for at, said in enumerate(sort, MANY):
                    self.columns[at][said] += n
            elif len(failed[sort]) == 1:
                at = failed[sort][0]
                self.columns[at][sort[at - MANY]] += n

    def _failed(self, sort: tuple) -> list[int]:
        """The columns of a sort that a filter does not let through."""
        missed = []
        for name, column in COLUMNS.items():
            at, wanted = CELL.index(column), getattr(self.filters, name)
            if wanted and at >= MANY and wanted not in self.values(name, sort[at - MANY]):
                missed.append(at)
        return missed

    def _misses(self, cells: list[tuple], columns: tuple[int, ...]) -> list[tuple[int, set]]:
        """For the filters of these columns that are set: the column, and what it must not say."""
        found = []
        for name, column in COLUMNS.items():
            at, wanted = CELL.index(column), getattr(self.filters, name)
            if wanted and at in columns:
                said = {cell[at] for cell in cells}
                found.append((at, {one for one in said if wanted not in self.values(name, one)}))
        return found

    def values(self, name: str, said: object) -> tuple:
        """The values of a filter under which a cell is shown whose column says this."""
        if name == "campaign":
            return (self.campaigns[said].code if said in self.campaigns else "",)
        if name == "unit":
            return tuple(self.places[said].path.split("/")) if said in self.places else ()
        return ("week", "today") if said == "today" else (said,)

    def by(self, name: str) -> dict[str, int]:
        """Value of a filter to how many tasks it would show beside the other filters."""
        totals: dict[str, int] = defaultdict(int)
        for said, n in self.columns[CELL.index(COLUMNS[name])].items():
            for value in self.values(name, said):
                totals[value] += n
        return totals

    def total(self, **only: str) -> int:
        """How many pass: all, or those of a `kind`, a `look`, an `attempt`."""
        names = ("kind", "look", "attempt")
        asked = [(names.index(name), value) for name, value in only.items()]
        return sum(n for said, n in self.shown.items() if all(said[i] == v for i, v in asked))

    @property
    def by_kind(self) -> dict[str, tuple[int, int]]:
        """As desk_counts.by_kind: what waits on the whole desk, and what is overdue."""
        found: dict[str, tuple[int, int]] = {}
        for (kind, due), n in self.whole.items():
            waiting, late = found.get(kind, (0, 0))
            found[kind] = (waiting + n, late + (n if due == "overdue" else 0))
        return found


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


def telling(chips: dict[str, list[Chip]], filters: Filters) -> list[list[Chip]]:
    """Those that tell something apart: a day that is due, several values, or a chosen one.

    Steps and matters are asked of one kind of document: most steps have only one kind.
    """
    return [
        row
        for name, row in chips.items()
        if any(chip.on for chip in row)
        or (name == "due" and row)
        or (len(row) > 1 and (filters.what or name not in ("step", "matter")))
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
