"""What lies on a desk, counted: an authority's by the kept counts, a school's from its tasks."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection
from django.db.models import Case, CharField, Count, QuerySet, Value, When
from django.db.models.functions import Coalesce

from teachers.counters import Counter
from teachers.models import Post
from teachers.policies import reports_for_own_school
from teachers.ready_queries import Ready
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
#: What all tasks of a sheaf have in common, in this order. Only the place tells them apart: a busy
#: desk has thousands of sorts of tasks, but they come from few days, campaigns and forms of school.
SAID = (
    "campaign_id",
    "kind",
    "school_kind",
    "due",
    "look",
    "attempt",
    "step",
    "matter",
    "claimed",
)
KIND = SAID.index("kind")
#: Words for what a number says of a task (_SORTS).
DUE = ("", "overdue", "today", "week", "later")
PLACE_BITS = 40
PLACES = (1 << PLACE_BITS) - 1
#: What is said, and place (an authority's key, or None) to number.
Sheaf = tuple[tuple, dict[int | None, int]]
#: One desk by the first columns of one_count_per_sort_of_task, and by the index of the changes. Its
#: thousands of rows come as one, in three lists: to sort and to group them takes PostgreSQL longer
#: than it takes Python to put them together. The kind of school; the campaign and, in the last six
#: bits, what is said (due in 1 to 4, then a bit each); the number and, in the last 40, the place.
_SORTS = f"""
SELECT array_agg(school_kind),
       array_agg(campaign_id * 64
           + CASE WHEN due_date < %(on)s THEN 1 WHEN due_date = %(on)s THEN 2
                  WHEN due_date <= %(week)s THEN 3 ELSE 4 END
           + CASE WHEN is_clean THEN 8 ELSE 0 END
           + CASE WHEN is_again THEN 16 ELSE 0 END
           + CASE WHEN is_sent_down THEN 32 ELSE 0 END),
       array_agg(n * (1::bigint << {PLACE_BITS}) + place_id)
FROM ({DESKS.now_sql}) AS counted
WHERE organisation_id = %(desk)s AND role = %(role)s AND kind = %(kind)s
"""  # noqa: S608
_KINDS = f"""
SELECT kind, sum(n)::int, coalesce(sum(n) FILTER (WHERE due_date < %(on)s), 0)::int
FROM ({DESKS.now_sql}) AS counted
WHERE organisation_id = %(desk)s AND role = %(role)s GROUP BY kind
"""  # noqa: S608


def sheaves(post: Post, *, on: date) -> list[Sheaf]:
    """How many tasks of each sort wait on a desk; two statements.

    An authority's submissions are kept counts, of which what somebody has claimed (few, index
    claimed_tasks) is taken off by negative numbers; change requests and problem data are few as
    well and counted. A school's few tasks, and the part of a desk in which a colleague acts for its
    holder, are counted all together.
    """
    if not _is_kept(post):
        return sheaves_of(Task.objects.open().for_post(post), post, on=on)
    asked = {
        "on": on,
        "week": on + WEEK,
        "kind": DocumentKind.SUBMISSION.value,
        **_desk(post),
    }
    beside = _gathered(_BESIDE(me=acting_id(post), on=on, week=on + WEEK, **_desk(post)))
    taken_off = [
        ((*said[:-1], "nobody"), {place: -n for place, n in places.items()})
        for said, places in beside
        if said[KIND] == DocumentKind.SUBMISSION
    ]
    kept = _kept(_rows(_SORTS, asked)[0], step=step_of_submissions(post))
    return [sheaf for sheaf in (*kept, *taken_off, *beside) if sheaf[1]]


def _kept(lists: tuple[list | None, ...], *, step: str) -> list[Sheaf]:
    """The sheaves of the three lists (_SORTS); what has come to nothing is left out."""
    found: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)
    for school_kind, sort, number in zip(*(some or () for some in lists), strict=True):
        places, place = found[school_kind, sort], number & PLACES
        places[place] = places.get(place, 0) + (number >> PLACE_BITS)
    return [
        (_said(school_kind, sort, step), {place: n for place, n in places.items() if n})
        for (school_kind, sort), places in found.items()
    ]


def _said(school_kind: str, sort: int, step: str) -> tuple:
    """What a sort says, in the words and the order of SAID."""
    attempt = "down" if sort & 32 else "again" if sort & 16 else "first"
    look = "clean" if sort & 56 == 8 else "look"  # sound, new and from below
    kind = DocumentKind.SUBMISSION.value
    return (sort >> 6, kind, school_kind, DUE[sort & 7], look, attempt, step, "", "nobody")


def sheaves_of(tasks: QuerySet[Task], post: Post, *, on: date) -> list[Sheaf]:
    """The same, counted from the tasks themselves: for a search, or a part of a desk."""
    return _gathered(_counted(tasks, me=acting_id(post), on=on, week=on + WEEK))


def _counted(tasks: QuerySet[Task], *, me: int, on: date, week: date) -> QuerySet:
    """Rows of what is said of tasks, their place, and how many there are; week: its last day."""
    named = {
        "due": _due(on, week),
        "look": _look(),
        "attempt": _attempt(),
        "matter": Coalesce("process__change__kind", "process__problem__kind", Value("")),
        "claimed": _claimed(me),
    }
    counted = tasks.annotate(**named).values(*SAID, "place_id").annotate(n=Count("id")).order_by()
    return counted.values_list(*SAID, "place_id", "n")


def _gathered(rows: Iterable[tuple]) -> list[Sheaf]:
    found: dict[tuple, dict] = defaultdict(dict)
    for *said, place, n in rows:
        found[tuple(said)][place] = n
    return list(found.items())


def _open_on(desk: int, role: str) -> QuerySet[Task]:
    return Task.objects.open().for_post(Post(organisation_id=desk, role=role))


def _beside(desk: int, role: str, **at) -> QuerySet:
    """Of one desk what the kept counts do not tell: claimed submissions and other documents."""
    tasks = _open_on(desk, role)
    claimed = tasks.on_submissions().filter(owner__isnull=False)
    return _counted(claimed, **at).union(_counted(tasks.on_other_documents(), **at), all=True)


_BESIDE = Ready(
    "beside_the_kept_counts",
    _beside,
    desk="bigint",
    role="text",
    me="bigint",
    on="date",
    week="date",
)


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


def _rows(sql: str, params: dict) -> list[tuple]:
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


def _due(on: date, week: date) -> Case:
    return Case(
        When(due_date__lt=on, then=Value("overdue")),
        When(due_date=on, then=Value("today")),
        When(due_date__lte=week, then=Value("week")),
        default=Value("later"),
        output_field=CharField(),
    )
