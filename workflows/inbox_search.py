"""Finding tasks of a desk by words: a school's name, code or initials, a teacher, a rule.

The search starts from what the words fit (schools, persons) and goes from there to the open tasks
of the desk: a desk of a hundred thousand tasks is never walked for one that is not there. Change
requests and problem data are few and compared with the words one by one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Finding, ProblemParty, Record
from teachers import search
from teachers.models import Organisation, Post
from workflows.inbox_filters import Filters
from workflows.models import Task

#: So many schools, teachers or tasks of a rule are followed to their tasks.
MOST_SCHOOLS, MOST_TEACHERS, MOST_TASKS = 500, 200, 2_000
#: Shorter words fit half of the register.
SHORTEST_NAME = 2


@dataclass
class Found:
    """Which tasks fit the words. `tasks` is None when there are too many to be named: then they
    are compared with `fits` while the desk is walked, and nobody has counted them.

    people: task to the names of the teachers for whom it was found. too_many_teachers: the words
    begin the names of so many that teachers were left out.
    """

    fits: Q = field(default_factory=Q)
    tasks: set[int] | None = None
    people: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    too_many_teachers: bool = False

    @property
    def is_wide(self) -> bool:
        return self.tasks is None

    def among(self, tasks: QuerySet[Task]) -> QuerySet[Task]:
        if self.tasks is None:
            return tasks.filter(self.fits)
        return tasks.filter(pk__any_of=sorted(self.tasks))


def find(post: Post, filters: Filters, *, on: date) -> Found:
    """The open tasks of a desk that fit the words and the rule (at most seven queries)."""
    desk = Task.objects.open().for_post(post)
    found = _by_words(desk, post, filters.q, on) if filters.q else None
    if not filters.why:
        return found or Found()
    return _by_rule(desk if found is None else found.among(desk), filters.why, found)


def _by_rule(tasks: QuerySet[Task], rule: str, before: Found | None) -> Found:
    """What the rule found is read of those that need a look (index open_tasks_to_look_at)."""
    same = Finding.objects.filter(submission=OuterRef("process__submission"), rule=rule)
    fits = Q(Exists(same))
    with_it = tasks.on_submissions().needing_eyes().filter(fits).order_by("due_date", "id")
    ids = set(with_it.values_list("pk", flat=True)[: MOST_TASKS + 1])
    found = before or Found()
    found.fits &= fits
    found.tasks = ids if len(ids) <= MOST_TASKS else None
    return found


def _by_words(desk: QuerySet[Task], post: Post, words: str, on: date) -> Found:
    found = Found(fits=_named("process__organisation__", words))
    below = Organisation.objects.filter(path__startswith=post.reach).filter(_named("", words))
    schools = list(below.values_list("pk", flat=True)[: MOST_SCHOOLS + 1])
    if len(schools) > MOST_SCHOOLS:
        return found
    of_schools = desk.on_submissions().filter(process__organisation__in=schools)
    found.tasks = set(of_schools.values_list("pk", flat=True)) if schools else set()
    teachers = _teachers(found, post, words, on)
    _add(found, _of_persons(desk, words, teachers))
    _add(found, _others(desk, words, teachers))
    return found


def _named(way: str, words: str) -> Q:
    """Condition on a school: part of the name or of its initials, beginning of the code."""
    fits = Q(**{f"{way}name__contains": words})
    if words.isascii():
        fits |= Q(**{f"{way}name_en__icontains": words}) | Q(**{f"{way}code__startswith": words})
    if words.isascii() and words.isalpha() and len(words) >= SHORTEST_NAME:
        fits |= Q(**{f"{way}initials__contains": words.lower()})
    return fits


def _teachers(found: Found, post: Post, words: str, on: date) -> list[int]:
    """The teachers of the register whose name, pinyin or initials begin so; none if too many."""
    if len(words) < SHORTEST_NAME or any(sign.isdigit() for sign in words):
        return []
    asked = search.Filters(q=words, by="name")
    page = search.read(post, asked, on=on, size=MOST_TEACHERS)
    found.too_many_teachers = bool(page.after)
    return [] if page.after else [row.teacher.pk for row in page.rows]


def _of_persons(desk: QuerySet[Task], words: str, teachers: list[int]) -> list[tuple]:
    """Tasks with the names for which their answers were found: from the records upwards (indexes
    of the records' names and teachers, then unique keys)."""
    if len(words) < SHORTEST_NAME:
        return []
    records = Record.objects.filter(Q(name=words) | Q(teacher__in=teachers))
    names = defaultdict(list)
    for submission, name in records.values_list("submission", "name"):
        names[submission].append(name)
    if not names:
        return []
    tasks = desk.on_submissions().filter(process__submission__in=names)
    keys = tasks.values_list("pk", "process__submission")
    return [(pk, name) for pk, submission in keys for name in names[submission]]


def _others(desk: QuerySet[Task], words: str, teachers: list[int]) -> list[tuple]:
    """Change requests and problem data, by school, other school or person."""
    parties = ProblemParty.objects.filter(
        _about("", words, teachers) | _named("organisation__", words),
        problem=OuterRef("process__problem"),
    )
    fits = (
        _named("process__organisation__", words)
        | _named("process__change__counterpart__", words)
        | _about("process__change__", words, teachers)
        | Q(Exists(parties))
    )
    return [(pk, "") for pk in desk.on_other_documents().filter(fits).values_list("pk", flat=True)]


def _about(way: str, words: str, teachers: list[int]) -> Q:
    """Condition on what names a person: one of these teachers, or a name that begins so."""
    fits = Q(**{f"{way}teacher__in": teachers})
    return fits | Q(**{f"{way}name__startswith": words}) if len(words) >= SHORTEST_NAME else fits


def _add(found: Found, rows: Iterable[tuple]) -> None:
    for pk, name in rows:
        found.tasks.add(pk)
        if name and name not in found.people[pk]:
            found.people[pk].append(name)
