"""What a reorganisation would do, said before it is done: nothing here writes."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teachers.enums import Role
from teachers.models import Organisation, Post, Teacher
from workflows.actions.reorganising import staff_of
from workflows.enums import ReorganisationKind
from workflows.flows import step
from workflows.reorganisations import Plan, check
from workflows.rerouting import Course, Tree, affected, courses, schools_of

Kind = ReorganisationKind


@dataclass(frozen=True)
class Way:
    """So many cases go from one stop to another."""

    before: str
    before_desk: str
    after: str
    after_desk: str
    count: int


@dataclass(frozen=True)
class Concerned:
    """One of the units, and how much hangs on it and on all below it."""

    unit: Organisation
    submissions: int
    changes: int
    problems: int
    teachers: int
    posts: int


@dataclass(frozen=True)
class Preview:
    """`without_people`: desks that get cases and nobody is in office to work on them."""

    units: list[Concerned]
    ways: list[Way]
    cancelled: int
    withdrawn: int
    without_people: list[str]
    notes: list[str]


def preview(plan: Plan, *, post: Post, at: datetime) -> Preview:
    """Raises what `check` raises. The number of queries grows with the units named, not with what
    lies below them."""
    check(plan, post=post, at=at)
    cases = affected(plan)
    tree = Tree(schools_of(cases), plan)
    found = courses(plan, cases, tree=tree)
    goes_on = [course for course in found if course.target is not None]
    cancelled = [course for course in found if course.target is None]
    return Preview(
        units=[_concerned(unit, cases) for unit in plan.units],
        ways=_ways(goes_on, tree),
        cancelled=sum(course.case.submission_id is not None for course in cancelled),
        withdrawn=sum(course.case.change_id is not None for course in cancelled),
        without_people=_without_people(goes_on, tree, timezone.localdate(at)),
        notes=_notes(plan),
    )


def _concerned(unit: Organisation, cases: list) -> Concerned:
    mine = [case for case in cases if case.organisation.path.startswith(unit.path)]
    return Concerned(
        unit=unit,
        submissions=sum(case.submission_id is not None for case in mine),
        changes=sum(case.change_id is not None for case in mine),
        problems=sum(case.problem_id is not None for case in mine),
        teachers=Teacher.objects.filter(organisation__path__startswith=unit.path).count(),
        posts=Post.objects.filter(organisation__path__startswith=unit.path, valid_to=None).count(),
    )


def _ways(found: list[Course], tree: Tree) -> list[Way]:
    counted: Counter = Counter()
    for course in found:
        before, after = course.old[course.case.position], course.stops[course.target]
        counted[
            before.step,
            _desk(before.organisation_id, course.case.organisation_id, tree),
            after.step,
            _desk(after.organisation_id, course.desk_id, tree),
        ] += 1
    return [
        Way(str(step(one).task_title), desk, str(step(other).task_title), new_desk, count)
        for (one, desk, other, new_desk), count in counted.most_common()
    ]


def _desk(organisation_id: int | None, own: int, tree: Tree) -> str:
    """The authority's name; schools stand together."""
    if organisation_id is None and own not in tree.by_id:
        return ""
    unit = tree.by_id[organisation_id or own]
    return _("the school") if unit.kind == "school" else str(unit)


def _without_people(found: list[Course], tree: Tree, on: date) -> list[str]:
    """Of the desks on the new ways from where the cases stand."""
    wanted = {
        (stop.organisation_id, step(stop.step).role)
        for course in found
        for stop in course.stops[course.target :]
        if stop.organisation_id is not None
    }
    posts = Post.objects.current(on).filter(organisation__in={unit for unit, _role in wanted})
    held = set(posts.values_list("organisation", "role"))
    return sorted(f"{tree.by_id[unit]} · {Role(role).label}" for unit, role in wanted - held)


def _notes(plan: Plan) -> list[str]:
    """What the office should know before it presses."""
    notes = {
        Kind.MOVE: [
            _("Codes stay as they are; people, files and posts stay with their unit."),
            _("The approvals given so far hold; the new authority goes on at the same stage."),
        ],
        Kind.MERGE: [
            _(
                "Open submissions of the closing units are cancelled: the successor "
                "reports their people."
            ),
            _("Open change requests of the closing units are withdrawn: the successor asks anew."),
            _("Files and employments go on at the successor; posts at the closing units end."),
        ],
        Kind.CLOSE: [_("Open submissions are cancelled with the reason.")],
        Kind.SPLIT: [
            _(
                "Only the school is founded: its people come by change requests, its "
                "posts are given by the administrator."
            ),
            _("Running campaigns do not ask it; the next one does."),
        ],
    }[plan.kind]
    for unit in plan.ending if plan.kind == Kind.CLOSE else ():
        if left := staff_of(unit).count():
            notes.append(
                ngettext(
                    "%(count)d person is still in service at %(unit)s: the posts there "
                    "stay until other schools have asked for everybody.",
                    "%(count)d people are still in service at %(unit)s: the posts there "
                    "stay until other schools have asked for everybody.",
                    left,
                )
                % {"count": left, "unit": unit}
            )
    return notes
