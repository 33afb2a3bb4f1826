"""Organisations merge, split, close or move in mid-campaign: one recorded act."""

from datetime import date, datetime

from django.utils import timezone

from campaigns.models import Submission
from teachers import reorganising as register
from teachers.enums import FileStatus
from teachers.models import ChangeRequest, Post, Teacher, User
from teachers.retrying import whole_transaction
from workflows import notices, routes, statements
from workflows.actions.moving import move_cases
from workflows.due_dates import LAST_AT_SCHOOL, DueDates
from workflows.due_statements import read_timetables
from workflows.enums import DocumentKind, ReorganisationKind, Verdict
from workflows.flows import ChangeFlow, SubmissionFlow, step
from workflows.models import Case, Reorganisation, Task
from workflows.reorganisations import Plan, check
from workflows.rerouting import Course, Tree, affected, courses, schools_of
from workflows.screening import Candidate, candidates
from workflows.statements import Move, Ruling, Target


def reorganise(plan: Plan, *, by: User, post: Post, at: datetime) -> Reorganisation:
    """Carry a plan out: the tree, the people, and the open cases of all units below.

    Holds the tree, then locks the documents in id order and re-reads: a decision at the same moment
    was made on the old route or is made on the new one. Each open case whose way changes gets its
    new frozen route and a decision REROUTE with the reason; its task is closed and opened, not
    claimed by anybody, on the desk that stands at the same stage now. A school that ends has its
    open submissions cancelled; changes of a unit that merges are withdrawn. Done again as a whole
    when others get in its way. Raises NotAboveThem, CannotReorganise.
    """
    return whole_transaction(lambda: _reorganise(plan, by=by, post=post, at=at))


def _reorganise(plan: Plan, *, by: User, post: Post, at: datetime) -> Reorganisation:
    register.hold_tree()
    plan = _again(plan)
    check(plan, post=post, at=at)
    cases = affected(plan)
    tasks = dict(_open_tasks(cases))
    statements.lock_documents_of(list(tasks.values()))
    cases = affected(plan)
    tasks = dict(_open_tasks(cases))
    tree = Tree(schools_of(cases), plan)
    found = courses(plan, cases, tree=tree)
    record = Reorganisation.objects.create(
        kind=plan.kind,
        organisation=post.organisation,
        effective_on=plan.effective_on,
        reason=" ".join(plan.reason.split()),
        plan=_described(plan, found),
        cases_count=sum(course.target is not None for course in found),
        by=by,
        post=post,
        at=at,
    )
    _cancel([c for c in found if c.target is None], tasks, record, by=by, post=post, at=at)
    _change_the_tree(plan, source=f"reorganisation/{record.pk}")
    _reroute([c for c in found if c.target is not None], tasks, record, by=by, post=post, at=at)
    return record


def _again(plan: Plan) -> Plan:
    """The plan with its units as they are now, under the hold of the tree."""
    for unit in [*plan.units, *([plan.target] if plan.target else [])]:
        unit.refresh_from_db()
    return Plan(
        kind=ReorganisationKind(plan.kind),
        units=plan.units,
        effective_on=plan.effective_on,
        reason=plan.reason,
        target=plan.target,
        founded=plan.founded,
    )


def _open_tasks(cases: list[Case]):
    """(case, its open task)."""
    return Task.objects.open().filter(process__in=cases).values_list("process", "pk")


def _described(plan: Plan, found: list[Course]) -> dict:
    """What stays on record of the plan."""
    cancelled = [course for course in found if course.target is None]
    return {
        "units": [
            {
                "code": unit.code,
                "name": unit.name,
                "before": unit.parent.code,
                "before_name": unit.parent.name,
                "teachers": Teacher.objects.filter(
                    organisation__path__startswith=unit.path
                ).count(),
            }
            for unit in plan.units
        ],
        "target": plan.target and {"code": plan.target.code, "name": plan.target.name},
        "founded": plan.founded and dict(zip(("code", "name"), plan.founded, strict=True)),
        "cancelled": sum(course.case.submission_id is not None for course in cancelled),
        "withdrawn": sum(course.case.change_id is not None for course in cancelled),
    }


def _change_the_tree(plan: Plan, *, source: str) -> None:
    for unit, under in plan.moves:
        register.relocate(unit, under)
    for unit in plan.ending:
        if plan.kind == ReorganisationKind.MERGE:
            register.merge_into(unit, plan.target, on=plan.effective_on, source=source)
            continue
        register.end(unit, on=plan.effective_on)
        if not staff_of(unit).exists():
            register.end_posts(unit, on=plan.effective_on)
    if plan.kind == ReorganisationKind.SPLIT:
        code, name = plan.founded
        register.found_beside(plan.units[0], code=code, name=name.strip(), on=plan.effective_on)


def staff_of(unit):
    """Who is still in service at a unit: somebody has to release them to other schools."""
    left = [FileStatus.RETIRED, FileStatus.LEFT, FileStatus.DECEASED, FileStatus.MERGED]
    return Teacher.objects.filter(organisation=unit).exclude(status__in=left)


def _cancel(found, tasks, record: Reorganisation, *, by: User, post: Post, at: datetime) -> None:
    read = candidates([tasks[course.case.pk] for course in found], by, at, post=post)
    move_cases(
        [(candidate, None) for candidate in read.values()],
        verdict=Verdict.CANCEL,
        by=by,
        post=post,
        at=at,
        reasons=[],
        words=record.reason,
    )


def _reroute(found, tasks, record: Reorganisation, *, by: User, post: Post, at: datetime) -> None:
    """Give the cases their new ways and put them on the desks that stand there now."""
    if not found:
        return
    statements.reroute_cases(
        [course.case.pk for course in found],
        _routes(found),
        [course.desk_id for course in found],
    )
    read = candidates([tasks[course.case.pk] for course in found], by, at, post=post)
    states = _states(found)
    due = _due_dates(found, read, tasks, timezone.localdate(at))
    moves = []
    for course in found:
        candidate = read[tasks[course.case.pk]]
        moves.append(_move(course, candidate, states, due))
    ruling = Ruling(
        verdict=Verdict.REROUTE, by_id=by.pk, post_id=post.pk, at=at, words=record.reason
    )
    statements.move_cases(moves, ruling)
    targets = [move.target for move in moves if move.target.to_position > LAST_AT_SCHOOL]
    desks = [(target.next_organisation_id, target.next_role) for target in targets]
    notices.tell_of_rerouting(record, desks, at=at)


def _routes(found: list[Course]) -> list[int]:
    """The route of each; worked out once for each way."""
    known: dict[tuple, int] = {course.old: course.case.route_id for course in found}
    for course in found:
        if course.stops not in known:
            flow = SubmissionFlow if course.case.submission_id else ChangeFlow
            known[course.stops] = routes.frozen(flow, list(course.stops)).pk
    return [known[course.stops] for course in found]


def _states(found: list[Course]) -> dict[tuple[str, int], str]:
    """(kind, document) to its state, of those that stand at the school: returned or not."""
    submissions = [c.case.submission_id for c in found if c.case.submission_id]
    changes = [c.case.change_id for c in found if c.case.change_id]
    rows = Submission.objects.filter(pk__in=submissions).values_list("pk", "state")
    states = {(DocumentKind.SUBMISSION.value, pk): state for pk, state in rows}
    rows = ChangeRequest.objects.filter(pk__in=changes).values_list("pk", "state")
    return states | {(DocumentKind.CHANGE.value, pk): state for pk, state in rows}


def _due_dates(found: list[Course], read, tasks, today: date) -> DueDates:
    """As for any other move, by the tree as it is now."""
    campaigns, paths, desks = set(), set(), set()
    for course in found:
        candidate = read[tasks[course.case.pk]]
        own = candidate.own_path
        paths |= {own[: i + 1] for i, letter in enumerate(own) if letter == "/"}
        desks.add(course.stops[course.target].organisation_id)
        if candidate.campaign_id:
            campaigns.add(candidate.campaign_id)
    timetables = read_timetables(
        campaigns=sorted(campaigns), paths=sorted(paths), desks=sorted(desks - {None}), since=today
    )
    return DueDates(today, False, timetables)


def _move(course: Course, candidate: Candidate, states: dict, due: DueDates) -> Move:
    stop = course.stops[course.target]
    node = step(stop.step)
    document = (candidate.kind, candidate.document_id)
    at_school = course.target < LAST_AT_SCHOOL and states.get(document)
    day, counted = _last_day(course, candidate, due)
    return Move(
        case_id=candidate.case_id,
        task_id=candidate.task_id,
        kind=candidate.kind,
        document_id=candidate.document_id,
        target=Target(
            to_position=course.target,
            state=at_school or node.state.value,
            next_step=stop.step,
            next_role=node.role.value,
            next_organisation_id=stop.organisation_id or course.desk_id,
            due_date=day,
            counted_days=counted,
            resume_at=course.resume_at,
            stopped_on=candidate.stopped_on,
            stopped_days=candidate.stopped_days,
        ),
    )


def _last_day(course: Course, candidate: Candidate, due: DueDates) -> tuple[date, int | None]:
    """By the rules for the new desk; nobody loses days by a reorganisation."""
    stop = course.stops[course.target]
    day, counted = due.of(candidate, step(stop.step), stop.organisation_id, candidate.stopped_days)
    if candidate.due_date <= day:
        return day, counted
    calendar = due.timetables.calendars.of(candidate.own_path)
    return candidate.due_date, calendar.between(due.today, candidate.due_date) or None
