"""What lies on a desk, counted: an authority's by the kept counts, a school's from its tasks."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection
from django.db.models import Case, CharField, Count, QuerySet, Value, When

from teachers.counters import Counter
from teachers.models import Post
from teachers.policies import reports_for_own_school
from workflows.count_triggers import COUNTED_SQL, SORT
from workflows.enums import DocumentKind
from workflows.models import Task

WEEK = timedelta(days=7)
DESKS = Counter(
    number=2,
    totals="workflows_deskcount",
    changes="workflows_deskcountchange",
    keys=SORT,
    truth=f"""
        SELECT {", ".join(SORT)}, count(*) AS n FROM workflows_task WHERE {COUNTED_SQL}
        GROUP BY {", ".join(SORT)}""",  # noqa: S608
)
#: What a cell says besides its number, in the order of the columns.
CELL = ("campaign_id", "school_kind", "place_id", "due", "look", "attempt", "n")
#: One desk by the first columns of one_count_per_sort_of_task, and by the index of the changes.
_CELLS = f"""
SELECT campaign_id, school_kind, place_id,
       CASE WHEN due_date < %(on)s THEN 'overdue' WHEN due_date = %(on)s THEN 'today'
            WHEN due_date <= %(week)s THEN 'week' ELSE 'later' END,
       CASE WHEN is_clean THEN 'clean' ELSE 'look' END,
       CASE WHEN is_again THEN 'again' ELSE 'first' END, sum(n)::int
FROM ({DESKS.now_sql}) AS counted
WHERE organisation_id = %(desk)s AND role = %(role)s AND kind = %(kind)s
GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0
"""  # noqa: S608
_KINDS = f"""
SELECT kind, sum(n)::int, coalesce(sum(n) FILTER (WHERE due_date < %(on)s), 0)::int
FROM ({DESKS.now_sql}) AS counted
WHERE organisation_id = %(desk)s AND role = %(role)s GROUP BY kind
"""  # noqa: S608


def cells(post: Post, *, on: date) -> list[dict]:
    """How many submissions of each sort wait on a desk (see CELL); one statement.

    Kept for authorities; a school's few tasks, and the part of a desk in which a colleague acts for
    its holder, are counted.
    """
    if not _is_kept(post):
        return cells_of(Task.objects.open().for_post(post).on_submissions(), on=on)
    asked = {"on": on, "week": on + WEEK, "kind": DocumentKind.SUBMISSION, **_desk(post)}
    return [dict(zip(CELL, row, strict=True)) for row in _rows(_CELLS, asked)]


def cells_of(tasks: QuerySet[Task], *, on: date) -> list[dict]:
    """The same, counted from the tasks themselves: for a search, or a part of a desk."""
    return list(
        tasks.values(
            "campaign_id",
            "school_kind",
            "place_id",
            due=_due(on),
            look=_either("is_clean", "clean", "look"),
            attempt=_either("is_again", "again", "first"),
        )
        .annotate(n=Count("id"))
        .order_by()
    )


def by_kind(post: Post, *, on: date) -> dict[str, tuple[int, int]]:
    """Kind of document to how many of it wait on a desk and how many are overdue; one statement."""
    if _is_kept(post):
        return {kind: (n, late) for kind, n, late in _rows(_KINDS, {"on": on, **_desk(post)})}
    tasks = Task.objects.open().for_post(post)
    rows = tasks.values_list("kind").annotate(n=Count("pk"), late=_count_before(on)).order_by()
    return {kind: (n, late) for kind, n, late in rows}


def _is_kept(post: Post) -> bool:
    """Whether what the post sees is all that lies on the desk of an authority."""
    given = post.delegation
    return not reports_for_own_school(post) and not (given and (given.kinds or given.within_id))


def _desk(post: Post) -> dict:
    return {"desk": post.organisation_id, "role": post.role}


def _rows(sql: str, params: dict) -> Iterable[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _count_before(on: date) -> Count:
    return Count(Case(When(due_date__lt=on, then=1)))


def _either(name: str, if_true: str, if_false: str) -> Case:
    return Case(
        When(**{name: True}, then=Value(if_true)),
        default=Value(if_false),
        output_field=CharField(),
    )


def _due(on: date) -> Case:
    return Case(
        When(due_date__lt=on, then=Value("overdue")),
        When(due_date=on, then=Value("today")),
        When(due_date__lte=on + WEEK, then=Value("week")),
        default=Value("later"),
        output_field=CharField(),
    )
