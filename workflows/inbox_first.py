"""The first page of a desk under its common filters: queries that are put together once.

A chosen place or campaign, a search, a later page and the part of a desk in which a colleague acts
for its holder are put together as they are asked (inbox.py).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.db.models import QuerySet

from teachers.models import Post
from teachers.ready_queries import Ready
from workflows.desk_counts import WEEK
from workflows.inbox_filters import Filters
from workflows.inbox_narrowing import narrowed_by
from workflows.models import Task

#: What to read of the tasks that pass.
Read = Callable[[QuerySet[Task]], QuerySet]
#: Which days a filter compares with, and whether it asks who the reader is.
DAYS = {"overdue": ("on",), "today": ("on",), "week": ("on", "week")}
ABOUT_ME = {"me", "colleague"}
#: So many sorts of pages keep their queries.
MOST = 256


def is_plain(post: Post, filters: Filters) -> bool:
    """Whether the page is one of these."""
    return not (
        post.delegation or replace(filters, unit="", campaign="", q="", why="", after="") != filters
    )


def read(what: Read, post: Post, filters: Filters, *, on: date) -> list:
    """The rows of `what` of the tasks that the filters of a plain page let through; one query.

    `what` is a function of a module, the same one each time: the query is kept for it.
    """
    ready = _ready(what, filters)
    known = {
        "desk": post.organisation_id,
        "role": post.role,
        "me": post.user_id,
        "on": on,
        "week": on + WEEK,
    }
    return ready(**{name: known[name] for name in ready.types})


@lru_cache(maxsize=MOST)
def _ready(what: Read, filters: Filters) -> Ready:
    types = {"desk": "bigint", "role": "text"}
    types |= dict.fromkeys(DAYS.get(filters.due, ()), "date")
    if filters.claimed in ABOUT_ME:
        types["me"] = "bigint"

    def write(desk: int, role: str, me: int = 0, on: date = date.min, week: date = date.max):
        post = Post(organisation_id=desk, role=role, user_id=me)
        rows = Task.objects.open().for_post(post)
        return what(narrowed_by(filters, rows, post=post, on=on, week=week))

    return Ready(what.__name__.strip("_"), write, **types)
