"""What lies on a desk, counted: an authority's by the kept counts, a school's from its tasks."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection
from django.db.models import Case, CharField, Count, QuerySet, Value, When
from django.db.models.functions import Coalesce

from teachers.counters import Counter
from teachers.models import Post
from teachers.policies import reports_for_own_school
from workflows.count_triggers import COUNTED_SQL, SORT
from workflows.enums import DocumentKind
from workflows.flows import SubmissionFlow, steps
from workflows.models import Task
from workflows.models.tasks import NEEDS_EYES

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
#: What a cell says besides its number (its last column), in the order of the columns: where most
#: of the different cells come from first.
CELL = (
    "campaign_id",
    "place_id",
    "kind",
    "school_kind",
    "due",
    "look",
    "attempt",
    "step",
    "matter",
    "claimed",
)
#: One desk by the first columns of one_count_per_sort_of_task, and by the index of the changes.
_CELLS = f"""
SELECT campaign_id, place_id, %(kind)s, school_kind,
       CASE WHEN due_date < %(on)s THEN 'overdue' WHEN due_date = %(on)s THEN 'today'
            WHEN due_date <= %(week)s THEN 'week' ELSE 'later' END,
       CASE WHEN is_clean AND NOT is_again AND NOT is_sent_down THEN 'clean' ELSE 'look' END,
       CASE WHEN is_sent_down THEN 'down' WHEN is_again THEN 'again' ELSE 'first' END,
       %(step)s, '', 'nobody', sum(n)::int
FROM ({DESKS.now_sql}) AS counted
WHERE organisation_id = %(desk)s AND role = %(role)s AND kind = %(kind)s
GROUP BY 1, 2, 4, 5, 6, 7 HAVING sum(n) <> 0
"""  # noqa: S608
_KINDS = f"""
SELECT kind, sum(n)::int, coalesce(sum(n) FILTER (WHERE due_date < %(on)s), 0)::int
FROM ({DESKS.now_sql}) AS counted
WHERE organisation_id = %(desk)s AND role = %(role)s GROUP BY kind
"""  # noqa: S608


def cells(post: Post, *, on: date) -> list[tuple]:
    """How many tasks of each sort wait on a desk (CELL, then the number); three statements.

    An authority's submissions are kept counts, of which what somebody has claimed (few, index
    claimed_tasks) is taken off by cells with a negative number; change requests and problem data
    are few as well and counted. A school's few tasks, and the part of a desk in which a colleague
    acts for its holder, are counted all together.
    """
    desk = Task.objects.open().for_post(post)
    if not _is_kept(post):
        return cells_of(desk, post, on=on)
    asked = {
        "on": on,
        "week": on + WEEK,
        "kind": DocumentKind.SUBMISSION.value,
        "step": step_of_submissions(post),
        **_desk(post),
    }
    claimed = cells_of(desk.on_submissions().filter(owner__isnull=False), post, on=on)
    taken_off = [(*cell[:-2], "nobody", -cell[-1]) for cell in claimed]
    others = cells_of(desk.on_other_documents(), post, on=on)
    return [*_rows(_CELLS, asked), *taken_off, *claimed, *others]


def cells_of(tasks: QuerySet[Task], post: Post, *, on: date) -> list[tuple]:
    """The same, counted from the tasks themselves: for a search, or a part of a desk."""
    said = {
        "due": _due(on),
        "look": _look(),
        "attempt": _attempt(),
        "matter": Coalesce("process__change__kind", "process__problem__kind", Value("")),
        "claimed": _claimed(acting_id(post)),
    }
    counted = tasks.annotate(**said).values(*CELL).annotate(n=Count("id")).order_by()
    return list(counted.values_list(*CELL, "n"))


def step_of_submissions(post: Post) -> str:
    """The one step at which submissions lie on an authority's desk: its kind and role say which.

    Empty for a role that never has any.
    """
    for node in steps(SubmissionFlow):
        if node.role == post.role and post.organisation.kind in node.done_by:
            return node.name
    return ""


def acting_id(post: Post) -> int:
    """The person who works under a post: its holder, or the colleague who acts for the holder."""
    return post.delegation.to_id if post.delegation else post.user_id


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


def _look() -> Case:
    return Case(
        When(NEEDS_EYES, then=Value("look")),
        default=Value("clean"),
        output_field=CharField(),
    )


def _attempt() -> Case:
    return Case(
        When(is_sent_down=True, then=Value("down")),
        When(is_again=True, then=Value("again")),
        default=Value("first"),
        output_field=CharField(),
    )


def _claimed(by: int) -> Case:
    return Case(
        When(owner=None, then=Value("nobody")),
        When(owner=by, then=Value("me")),
        default=Value("colleague"),
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
