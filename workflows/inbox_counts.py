"""The counts beside the filters of the inbox, added up from the sheaves of a desk."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from campaigns.models import Campaign
from teachers.enums import SchoolKind
from teachers.models import Organisation, Post
from workflows.desk_counts import KIND, SAID, Sheaf
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


#: Filter to what it is about, of that which all tasks of a sheaf have in common.
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
}
CAMPAIGN, DUE_AT, LOOK_AT, ATTEMPT_AT = map(SAID.index, ("campaign_id", "due", "look", "attempt"))


class Counts:
    """Adds up the sheaves under all filters, and under all but one (what a chip would show).

    What passes every filter counts for all of them, what fails a single filter for its chips alone.

    shown: what passes, by kind, look and attempt. whole: the desk without filters, by kind and due.
    known: whether somebody has counted at all (a search may fit too many).
    """

    def __init__(
        self,
        sheaves: list[Sheaf],
        filters: Filters,
        places: dict[int, Organisation],
        campaigns: dict[int, Campaign],
        *,
        known: bool = True,
    ) -> None:
        self.filters, self.known = filters, known
        self.places, self.campaigns = places, campaigns
        self.columns: list[dict] = [defaultdict(int) for _column in SAID]
        self.by_place: dict[int | None, int] = defaultdict(int)
        self.shown: dict[tuple, int] = defaultdict(int)
        self.whole: dict[tuple, int] = defaultdict(int)
        self._near = {
            pk for pk in places if filters.unit and filters.unit in self.values("unit", pk)
        }
        for said, numbers in sheaves:
            self._add(said, numbers)

    def _add(self, said: tuple, numbers: dict[int | None, int]) -> None:
        self.whole[said[KIND], said[DUE_AT]] += sum(numbers.values())
        failed = self._failed(said)
        if len(failed) > 1:
            return
        n = sum(self._inside(numbers))
        if failed:
            self.columns[failed[0]][said[failed[0]]] += n
            return
        self.shown[said[KIND], said[LOOK_AT], said[ATTEMPT_AT]] += n
        for column, value in zip(self.columns, said, strict=True):
            column[value] += n
        for place, number in numbers.items():
            self.by_place[place] += number

    def _inside(self, numbers: dict[int | None, int]) -> Iterable[int]:
        """Those of the chosen place."""
        if not self.filters.unit:
            return numbers.values()
        return (n for place, n in numbers.items() if place in self._near)

    def _failed(self, said: tuple) -> list[int]:
        """The columns that a filter does not let through."""
        missed = []
        for name, column in COLUMNS.items():
            at, wanted = SAID.index(column), getattr(self.filters, name)
            if wanted and wanted not in self.values(name, said[at]):
                missed.append(at)
        return missed

    def values(self, name: str, said: object) -> tuple:
        """The values of a filter under which something is shown of which this is said."""
        if name == "campaign":
            return (self.campaigns[said].code if said in self.campaigns else "",)
        if name == "unit":
            return tuple(self.places[said].path.split("/")) if said in self.places else ()
        return ("week", "today") if said == "today" else (said,)

    def by(self, name: str) -> dict[str, int]:
        """Value of a filter to how many tasks it would show beside the other filters."""
        totals: dict[str, int] = defaultdict(int)
        sums = self.by_place if name == "unit" else self.columns[SAID.index(COLUMNS[name])]
        for said, n in sums.items():
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
