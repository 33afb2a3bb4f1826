"""The inbox: the open tasks of one desk, filtered, counted and paged by key."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import ClassVar
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Finding
from teachers.enums import SchoolKind
from teachers.models import Organisation, Post
from workflows import desk_counts
from workflows.desk_counts import WEEK
from workflows.models import Task

PAGE_SIZE = 50
#: value of the address bar → words on the chip
DUE = {"overdue": _("Overdue"), "today": _("Due today"), "week": _("Due within 7 days")}
ATTEMPT = {"first": _("First time"), "again": _("Handed in again")}
LOOK = {"look": _("Needs a look"), "clean": _("Nothing found")}


@dataclass(frozen=True)
class Filters:
    """What the address bar asks for; unknown values are ignored."""

    look: str = ""
    due: str = ""
    attempt: str = ""
    kind: str = ""
    campaign: str = ""
    unit: str = ""
    q: str = ""
    after: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        asked = {f.name: query.get(f.name, "").replace("\0", "").strip()[:80] for f in fields(cls)}
        allowed = {"look": LOOK, "due": DUE, "attempt": ATTEMPT, "kind": SchoolKind.values}
        for name, values in allowed.items():
            if asked[name] not in values:
                asked[name] = ""
        return cls(**asked)

    def address(self, **changes: str) -> str:
        """The query string of these filters with some changed; page one again."""
        then = replace(self, **({"after": ""} | changes))
        pairs = [(f.name, getattr(then, f.name)) for f in fields(then) if getattr(then, f.name)]
        return "?" + urlencode(pairs)

    @property
    def first(self) -> str:
        """The address of the first page of the same filters."""
        return self.address() if self.narrowed else "?"

    @property
    def kept(self) -> dict[str, str]:
        """What the search form sends along besides its own fields."""
        names = ("look", "due", "attempt", "kind", "campaign")
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    @property
    def narrowed(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self) if f.name != "after")


@dataclass(frozen=True)
class Chip:
    """One filter value with how many tasks it would show."""

    name: str
    value: str
    words: str | Promise
    count: int
    on: bool
    address: str


@dataclass(frozen=True)
class Unit:
    """A place to narrow to; `level` is 0 for those right below the desk."""

    code: str
    name: str
    level: int
    count: int


@dataclass
class Page:
    """One page of the inbox. `total` counts what the filters let through."""

    rows: list[Task]
    filters: Filters
    total: int
    clean: int
    everything: int
    overdue: int
    chips: dict[str, list[Chip]]
    units: list[Unit]
    campaign: Campaign | None
    next_address: str = ""
    tags: dict[int, list] = field(default_factory=dict)

    @property
    def to_look_at(self) -> int:
        return self.total - self.clean


def read(post: Post, filters: Filters, *, on: date) -> Page:
    """One page of the open tasks of a desk, soonest due first.

    Six queries at most, whatever the number of rows: the kept counts, the places, the campaigns
    with their stages, the rows, and what the rules found in them.
    """
    desk = Task.objects.open().for_post(post).on_submissions()
    cells = _cells(desk, post, filters.q, on)
    places = _places(cells)
    campaigns = {c.pk: c for c in _campaigns(cells)}
    count = _Counter(cells, filters, places, campaigns)
    rows = list(_page(desk, filters, on, _path(places, filters.unit)))
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    shown = count.matching()
    return Page(
        rows=rows,
        filters=filters,
        total=sum(cell["n"] for cell in shown),
        clean=sum(cell["n"] for cell in shown if cell["look"] == "clean"),
        everything=sum(cell["n"] for cell in cells),
        overdue=sum(cell["n"] for cell in cells if cell["due"] == "overdue"),
        chips=_chips(count, filters, campaigns),
        units=_units(count, places, post),
        campaign=next(iter(campaigns.values())) if len(campaigns) == 1 else None,
        next_address=filters.address(after=cursor(rows[-1])) if more else "",
        tags=findings_by_rule([row.process.submission_id for row in rows]),
    )


def selected(post: Post, filters: Filters, *, on: date) -> QuerySet[Task]:
    """All open tasks of a desk that the filters let through, in the order of its pages."""
    place = Organisation.objects.filter(code=filters.unit).first() if filters.unit else None
    path = place.path if place else f"{filters.unit}/"
    desk = Task.objects.open().for_post(post).on_submissions()
    return _narrowed(_searched(desk, filters.q), filters, on, path).order_by("due_date", "id")


def cursor(task: Task) -> str:
    return f"{task.due_date.isoformat()}.{task.pk}"


def findings_by_rule(submission_ids: Iterable[int]) -> dict[int, list[dict]]:
    """Submission to its findings counted by rule: errors first, then the most frequent."""
    found = (
        Finding.objects.filter(submission__in=list(submission_ids))
        .values("submission_id", "rule", "severity")
        .annotate(n=Count("id"), unexplained=Count("id", filter=Q(explanation="")))
        .order_by("submission_id", "severity", "-n", "rule")
    )
    by_submission = defaultdict(list)
    for row in found:
        by_submission[row["submission_id"]].append(row)
    return dict(by_submission)


def _searched(tasks: QuerySet, words: str) -> QuerySet:
    if not words:
        return tasks
    return tasks.filter(
        Q(process__organisation__name__icontains=words)
        | Q(process__organisation__name_en__icontains=words)
        | Q(process__organisation__code__startswith=words)
    )


def _cells(desk: QuerySet, post: Post, words: str, on: date) -> list[dict]:
    """How many open tasks of each sort, from which every count of the page is added up."""
    if words:
        return desk_counts.cells_of(_searched(desk, words), on=on)
    return desk_counts.cells(post, on=on)


def _places(cells: list[dict]) -> dict[int, Organisation]:
    ids = {cell["place_id"] for cell in cells}
    return Organisation.objects.select_related("parent").in_bulk(ids) if ids else {}


def _path(places: dict[int, Organisation], code: str) -> str:
    """The path of the chosen place; one that has nothing on this desk matches no school."""
    for place in places.values():
        before, found, _after = place.path.partition(f"{code}/")
        if found:
            return before + found
    return f"{code}/"


def _campaigns(cells: list[dict]) -> QuerySet:
    ids = {cell["campaign_id"] for cell in cells}
    return Campaign.objects.filter(pk__in=ids).prefetch_related("stages").order_by("id")


def read_cursor(words: str) -> tuple[date, int] | None:
    """The day and id of the last row seen; None for the first page or nonsense."""
    day, _dot, pk = words.partition(".")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None


def _page(desk: QuerySet, filters: Filters, on: date, path: str) -> QuerySet:
    """The rows after the cursor; reads the partial index open_tasks_of_a_desk in its order."""
    rows = _narrowed(_searched(desk, filters.q), filters, on, path)
    if seen := read_cursor(filters.after):
        day, pk = seen
        rows = rows.filter(Q(due_date__gt=day) | Q(due_date=day, id__gt=pk))
    return rows.select_related("process__submission", "process__organisation", "owner").order_by(
        "due_date", "id"
    )[: PAGE_SIZE + 1]


def _narrowed(rows: QuerySet, filters: Filters, on: date, path: str) -> QuerySet:
    days = {
        "overdue": Q(due_date__lt=on),
        "today": Q(due_date=on),
        "week": Q(due_date__gte=on, due_date__lte=on + WEEK),
    }
    if filters.due:
        rows = rows.filter(days[filters.due])
    if filters.look:
        rows = rows.filter(is_clean=filters.look == "clean")
    if filters.attempt:
        rows = rows.filter(is_again=filters.attempt == "again")
    if filters.kind:
        rows = rows.filter(school_kind=filters.kind)
    if filters.campaign:
        rows = rows.filter(campaign__code=filters.campaign)
    if filters.unit:
        rows = rows.filter(process__organisation__path__startswith=path)
    return rows


class _Counter:
    """Adds up the cells under all filters, or under all but one (what a chip would show).

    A busy desk has thousands of cells: they are added up by what their column says, and only then
    is it asked under which values of the filter that is shown.
    """

    #: Filter to the column of a cell that it is about.
    COLUMNS: ClassVar = {
        "look": "look",
        "due": "due",
        "attempt": "attempt",
        "kind": "school_kind",
        "campaign": "campaign_id",
        "unit": "place_id",
    }

    def __init__(self, cells, filters, places, campaigns) -> None:
        self.cells, self.filters = cells, filters
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


def _chips(count: _Counter, filters: Filters, campaigns: dict[int, Campaign]) -> dict:
    words = {
        "look": LOOK,
        "due": DUE,
        "attempt": ATTEMPT,
        "kind": dict(SchoolKind.choices),
        "campaign": {c.code: str(c) for c in campaigns.values()},
    }
    return {name: _row_of_chips(name, known, count, filters) for name, known in words.items()}


def _row_of_chips(name: str, known: Mapping, count: _Counter, filters: Filters) -> list[Chip]:
    """The values that would show something, and the chosen one even when it shows nothing."""
    totals, chosen = count.by(name), getattr(filters, name)
    return [
        Chip(
            name=name,
            value=value,
            words=words,
            count=totals.get(value, 0),
            on=value == chosen,
            address=filters.address(**{name: "" if value == chosen else value}),
        )
        for value, words in known.items()
        if totals.get(value) or value == chosen
    ]


def _units(count: _Counter, places: dict[int, Organisation], post: Post) -> list[Unit]:
    """The authorities below the desk that have something on it, as a tree of two levels."""
    totals, own = count.by("unit"), post.organisation
    found = {place.path: place for place in places.values()}
    found |= {place.parent.path: place.parent for place in places.values() if place.parent}
    return [
        Unit(unit.code, str(unit), unit.depth - own.depth - 1, totals.get(unit.code, 0))
        for path, unit in sorted(found.items())
        if path.startswith(own.path) and unit.pk != own.pk
    ]
