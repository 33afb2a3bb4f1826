"""What happened on a desk since its page was read: arrivals, and what colleagues have decided."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime

from teachers.models import Post
from workflows import desk_counts, inbox, inbox_rows
from workflows.inbox_filters import Filters
from workflows.models import Decision, Task

#: More rows than a page can have gathered are not looked after.
MOST_SHOWN = 500


@dataclass
class News:
    """gone: decisions by the task they closed, of rows that the page shows. page: the page as it is
    now, with the rows that slipped to the next one but still stand on the reader's."""

    page: inbox.Page
    gone: dict[int, Decision] = field(default_factory=dict)
    arrived: list[int] = field(default_factory=list)


def fingerprint(post: Post, filters: Filters, *, on: date) -> str:
    """Differs as soon as the page of a view would: two statements, and those of a search."""
    counts = desk_counts.by_kind(post, on=on)
    return _digest(on, counts, inbox.state(post, filters, on=on))


def fingerprint_of(page: inbox.Page, *, on: date) -> str:
    """The same of a page that has just been read; asks nothing."""
    return _digest(on, page.by_kind, inbox.state_of(page))


def _digest(on: date, counts: dict, rows: list[tuple]) -> str:
    waiting = sorted((kind, n) for kind, n in counts.items() if n[0])
    return hashlib.sha256(repr((on, waiting, rows)).encode()).hexdigest()[:16]


def read(
    post: Post, filters: Filters, *, shown: list[int], since: datetime | None, on: date
) -> News:
    """The page now, beside one that shows these tasks and was read then."""
    shown = shown[:MOST_SHOWN]
    page = inbox.read(post, filters, on=on)
    there = {row.pk for row in page.rows}
    slipped = [pk for pk in shown if pk not in there]
    page.rows = sorted([*page.rows, *_still_open(post, slipped)], key=lambda t: (t.due_date, t.pk))
    page.tags = inbox_rows.findings_by_rule([row.process.submission_id for row in page.rows])
    return News(
        page=page,
        gone=_decided(post, slipped),
        arrived=[row.pk for row in page.rows if row.pk not in shown and _is_new(row, since)],
    )


def _still_open(post: Post, tasks: list[int]) -> list[Task]:
    still = Task.objects.open().for_post(post).filter(pk__in=tasks)
    return inbox_rows.rows_of(list(still.values_list("pk", flat=True))) if tasks else []


def _decided(post: Post, tasks: list[int]) -> dict[int, Decision]:
    """Task to the decision that closed it, for tasks that were on this desk."""
    mine = Task.objects.for_post(post).filter(pk__in=tasks).exclude(finished=None)
    said = Decision.objects.filter(task__in=mine).select_related("by", "post__user")
    return {decision.task_id: decision for decision in said.order_by("sequence")}


def _is_new(task: Task, since: datetime | None) -> bool:
    return since is not None and task.created > since
