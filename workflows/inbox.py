"""The inbox: the open tasks of one desk, filtered, counted and paged by key."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.db.models import Q, QuerySet

from campaigns.models import Campaign
from teachers.models import Organisation, Post, Teacher
from teachers.ready_queries import Ready
from workflows import desk_counts, inbox_counts, inbox_first, inbox_reasons
from workflows.desk_counts import Sheaf
from workflows.enums import DocumentKind
from workflows.inbox_counts import CAMPAIGN, Chip, Counts, Unit
from workflows.inbox_filters import ATTEMPT, CLAIMED, DUE, LOOK, STEPS, Filters
from workflows.inbox_narrowing import narrowed_by
from workflows.inbox_reasons import Reason
from workflows.inbox_rows import findings_by_rule, rows_of
from workflows.inbox_search import Found, find
from workflows.models import Task

PAGE_SIZE = 50


@dataclass
class Page:
    """One page of the inbox.

    total: how many tasks the filters let through, None where that is not counted; submissions,
    clean: of these, and those that pass every rule. everything and overdue are of the whole desk.
    by_kind: kind of document to how many of it wait on the whole desk, and how many are overdue.
    compared: whether the register knows anybody whom the rules could compare with.
    """

    rows: list[Task]
    filters: Filters
    total: int | None
    submissions: int
    clean: int
    everything: int
    overdue: int
    chips: dict[str, list[Chip]]
    units: list[Unit]
    campaigns: list[Campaign]
    found: Found
    by_kind: dict[str, tuple[int, int]]
    compared: bool = False
    next_address: str = ""
    tags: dict[int, list] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)

    @property
    def to_look_at(self) -> int:
        """Submissions that need eyes."""
        return self.submissions - self.clean

    @property
    def groups(self) -> list[list[Chip]]:
        """The chips that are worth their place."""
        return inbox_counts.telling(self.chips, self.filters)

    @property
    def campaign(self) -> Campaign | None:
        """The one campaign that has work on the desk."""
        return self.campaigns[0] if len(self.campaigns) == 1 else None

    @property
    def others(self) -> int:
        """Change requests and problem data that the filters let through."""
        return (self.total or 0) - self.submissions

    @property
    def reasons_of_first(self) -> int:
        """Of how many of the most urgent the reasons are, if not of all; else 0."""
        return inbox_reasons.ASKED if self.to_look_at > inbox_reasons.ASKED else 0


def read(post: Post, filters: Filters, *, on: date) -> Page:
    """One page of the open tasks of a desk, soonest due first.

    Nine queries, whatever the number of rows: the sheaves (two), the places, the campaigns, the
    keys of the rows, the rows, what the rules found in them, why others need a look, and whether
    there is a register. Change requests and problem data on the page cost three more, a chosen
    place two, a search up to six of its own.
    """
    found = find(post, filters, on=on) if filters.gathers else Found()
    sheaves = _sheaves(post, found, filters, on)
    places = _places(sheaves)
    campaigns = {c.pk: c for c in _campaigns(sheaves)}
    known = not (filters.gathers and found.is_wide)
    counts = Counts(sheaves, filters, places, campaigns, known=known)
    read_of = _reader(post, found, filters, on)
    keys = [pk for (pk,) in read_of(_first_keys)]
    rows, more = rows_of(keys[:PAGE_SIZE]), len(keys) > PAGE_SIZE
    submission, by_kind = DocumentKind.SUBMISSION, counts.by_kind
    page = Page(
        rows=rows,
        filters=filters,
        total=counts.total() if known else None,
        submissions=counts.total(kind=submission),
        clean=counts.total(kind=submission, look="clean"),
        everything=sum(n for n, _late in by_kind.values()),
        overdue=sum(late for _n, late in by_kind.values()),
        chips=inbox_counts.chips(counts),
        units=inbox_counts.units(counts, post),
        campaigns=list(campaigns.values()),
        found=found,
        by_kind=desk_counts.by_kind(post, on=on) if filters.gathers else by_kind,
        compared=bool(_ANYBODY()),
        next_address=filters.address(after=cursor(rows[-1])) if more else "",
        tags=findings_by_rule([row.process.submission_id for row in rows]),
    )
    if page.to_look_at:
        page.reasons = [
            *inbox_reasons.of_rules(read_of(inbox_reasons.first_rules), filters),
            *inbox_reasons.of_returns(counts),
        ]
    return page


def _reader(
    post: Post, found: Found, filters: Filters, on: date
) -> Callable[[inbox_first.Read], list]:
    """Reads something of the tasks that the filters let through; one query each time, and one more
    where a place is chosen."""
    if inbox_first.is_plain(post, filters):
        return partial(inbox_first.read, post=post, filters=filters, on=on)
    narrowed = narrowed_by(filters, _desk(post, found, filters), post=post, on=on)
    return lambda what: list(what(_later(narrowed, filters) if what is _first_keys else narrowed))


def _first_keys(tasks: QuerySet[Task]) -> QuerySet:
    """A page of keys, and one that tells of the next; reads the partial index open_tasks_of_a_desk
    in its order."""
    return tasks.order_by("due_date", "id").values_list("pk")[: PAGE_SIZE + 1]


def selected(post: Post, filters: Filters, *, on: date) -> QuerySet[Task]:
    """All submissions on a desk that the filters let through, in the order of its pages: what acts
    work on. Other documents are decided one by one, each on its own page."""
    found = find(post, filters, on=on) if filters.gathers else Found()
    desk = _desk(post, found, filters).on_submissions()
    return narrowed_by(filters, desk, post=post, on=on).order_by("due_date", "id")


def state(post: Post, filters: Filters, *, on: date) -> list[tuple]:
    """What a page shows, as short as can be: each row's key, who has it, and whether it is clean.

    One query, and those of a search.
    """
    found = find(post, filters, on=on) if filters.gathers else Found()
    rows = _later(narrowed_by(filters, _desk(post, found, filters), post=post, on=on), filters)
    rows = rows.order_by("due_date", "id")
    return list(rows.values_list("pk", "owner_id", "is_clean")[:PAGE_SIZE])


def state_of(page: Page) -> list[tuple]:
    """The same of a page that has been read."""
    return [(row.pk, row.owner_id, row.is_clean) for row in page.rows]


def cursor(task: Task) -> str:
    return f"{task.due_date.isoformat()}.{task.pk}"


def read_cursor(words: str) -> tuple[date, int] | None:
    """The day and id of the last row seen; None for the first page or nonsense."""
    day, _dot, pk = words.partition(".")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None


def _desk(post: Post, found: Found, filters: Filters) -> QuerySet[Task]:
    desk = Task.objects.open().for_post(post)
    return found.among(desk) if filters.gathers else desk


def _sheaves(post: Post, found: Found, filters: Filters, on: date) -> list[Sheaf]:
    """How many open tasks of each sort, from which every count of the page is added up; none for a
    search that fits too many to be counted while somebody types."""
    if not filters.gathers:
        return desk_counts.sheaves(post, on=on)
    if found.is_wide:
        return []
    return desk_counts.sheaves_of(_desk(post, found, filters), post, on=on)


def _places(sheaves: list[Sheaf]) -> dict[int, Organisation]:
    ids = {place for _said, numbers in sheaves for place in numbers} - {None}
    return {place.pk: place for place in _PLACES(places=sorted(ids))} if ids else {}


def _campaigns(sheaves: list[Sheaf]) -> list[Campaign]:
    ids = {said[CAMPAIGN] for said, _numbers in sheaves} - {None}
    return _CAMPAIGNS(campaigns=sorted(ids)) if ids else []


_NAMED = ("path", "depth", "code", "name", "name_en")
_PLACES = Ready(
    "places_with_their_authorities",
    lambda places: (
        Organisation.objects.filter(pk__any_of=places)
        .select_related("parent")
        .only(*_NAMED, *(f"parent__{name}" for name in _NAMED))
    ),
    places="bigint[]",
)
_CAMPAIGNS = Ready(
    "campaigns_of_a_desk",
    lambda campaigns: Campaign.objects.filter(pk__any_of=campaigns).order_by("id"),
    campaigns="bigint[]",
)
_ANYBODY = Ready("anybody_on_the_register", lambda: Teacher.objects.values_list("pk")[:1])


def _later(rows: QuerySet[Task], filters: Filters) -> QuerySet[Task]:
    """The rows after the cursor."""
    if seen := read_cursor(filters.after):
        day, pk = seen
        rows = rows.filter(Q(due_date__gt=day) | Q(due_date=day, id__gt=pk))
    return rows


__all__ = [
    "ATTEMPT",
    "CLAIMED",
    "DUE",
    "LOOK",
    "PAGE_SIZE",
    "STEPS",
    "Filters",
    "Page",
    "cursor",
    "read",
    "read_cursor",
    "selected",
    "state",
    "state_of",
]
