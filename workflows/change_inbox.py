"""The change requests on a desk: a part of the inbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from teachers.enums import ChangeKind
from teachers.models import Post
from workflows import desk_counts
from workflows.enums import DocumentKind
from workflows.inbox import PAGE_SIZE, cursor, read_cursor
from workflows.models import Task


@dataclass(frozen=True)
class Kind:
    """One kind with how many of it wait; `on` is the one that is chosen."""

    value: str
    words: str
    count: int
    on: bool


@dataclass(frozen=True)
class Page:
    """One page of the tasks, soonest due first. `after` is the key to go on from, if any."""

    rows: list[Task]
    kinds: list[Kind]
    kind: str
    total: int
    after: str


def counts(post: Post, *, on: date) -> dict[str, int]:
    """How many tasks of each sort lie on the desk (one query)."""
    found = desk_counts.by_kind(post, on=on)
    return {kind.value: found.get(kind, (0, 0))[0] for kind in DocumentKind}


def read(post: Post, query: Mapping[str, str]) -> Page:
    """Open tasks on change requests, by kind, paged by key (two queries)."""
    desk = Task.objects.open().for_post(post).filter(kind=DocumentKind.CHANGE)
    counted = dict(desk.values_list("process__change__kind").annotate(n=Count("pk")).order_by())
    kind = query.get("kind", "")
    kind = kind if kind in ChangeKind.values else ""
    rows = desk.filter(process__change__kind=kind) if kind else desk
    if seen := read_cursor(query.get("after", "")):
        day, pk = seen
        rows = rows.filter(Q(due_date__gt=day) | Q(due_date=day, id__gt=pk))
    rows = list(
        rows.select_related(
            "process__change__organisation",
            "process__change__counterpart",
            "process__change__teacher",
            "owner",
        ).order_by("due_date", "id")[: PAGE_SIZE + 1]
    )
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(
        rows=rows,
        kinds=[
            Kind(value, words, counted[value], value == kind)
            for value, words in ChangeKind.choices
            if value in counted
        ],
        kind=kind,
        total=sum(counted.values()),
        after=cursor(rows[-1]) if more else "",
    )
