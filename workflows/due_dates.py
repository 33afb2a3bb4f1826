"""Until when the next desk has time, and the clock that stands still at the school.

The rules, all in working days of the desk that has the task:

- A submission has time until its stage ends. The days that it spent back with the school while it
  was under review are given to each review after that (`Case.stopped_days`).
- An extension gives its unit, and all below it, at least until its day; that day is absolute: the
  days at the school are not added to it.
- What was returned, or opened again, has at least the campaign's days, at whatever desk.
- A change request has the days of its policy at each desk, a case of problem data some days after
  the schools' last day to answer.

The latest of these days holds. `recounted` says it again for open tasks under another calendar.
What has been counted stays counted: the days on which a clock stood still are a number by then.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from teachers.working_days import Calendar, Calendars, hold
from workflows import routes
from workflows.due_statements import (
    CountedTask,
    Timetables,
    move_due_dates,
    read_counted_tasks,
    read_tasks_of,
    read_timetables,
    timetable_of,
)
from workflows.enums import DocumentKind, Verdict
from workflows.flows import Step, step
from workflows.screening import Candidate, alike

#: Working days for a desk if no policy says how many.
DEFAULT_DAYS = 5
#: The head's step: the last one inside the school.
LAST_AT_SCHOOL = 1
#: How far back the special days are read: nothing is counted from further back.
REACH = timedelta(days=366)


@dataclass(frozen=True)
class DueDates:
    """The due dates of the tasks that a decision opens. Most are the same: they are kept."""

    today: date
    returned: bool
    timetables: Timetables
    _found: dict[tuple, tuple[date, int | None]] = field(default_factory=dict)

    def of(
        self, candidate: Candidate, node: Step, desk_id: int | None, stopped_days: int
    ) -> tuple[date, int | None]:
        """Last day at a step, and how many working days from today made it (if they did).

        desk_id: who does it; None for the case's own organisation.
        """
        path = candidate.own_path if desk_id is None else self.timetables.desks[desk_id]
        key = (candidate.campaign_id, candidate.days, node.name, path, stopped_days)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._count(candidate, node, path, stopped_days)
        return found

    def _count(
        self, candidate: Candidate, node: Step, path: str, stopped_days: int
    ) -> tuple[date, int | None]:
        calendar = self.timetables.calendars.of(path)
        if candidate.kind != DocumentKind.SUBMISSION:
            days = candidate.days or DEFAULT_DAYS
            return calendar.after(self.today, days), days
        days = self.timetables.return_days[candidate.campaign_id] if self.returned else None
        return last_day(
            self.timetables,
            calendar,
            campaign=candidate.campaign_id,
            node=node,
            path=path,
            stopped_days=stopped_days,
            counted_from=self.today,
            counted_days=days,
        ), days

    def clock(self, candidate: Candidate, to_position: int | None) -> tuple[date | None, int]:
        """Since when the clock stands still, and for how many working days it has before.

        It stops when an authority sends a case back to the school, or the school takes it back, and
        runs again when the school hands it on; a return to a lower authority does not stop it.
        """
        since, days = candidate.stopped_on, candidate.stopped_days
        if to_position == 0 and candidate.position > LAST_AT_SCHOOL:
            return since or self.today, days
        if since and to_position is not None and to_position > LAST_AT_SCHOOL:
            calendar = self.timetables.calendars.of(candidate.own_path)
            return None, days + calendar.between(since, self.today)
        return since, days


def last_day(
    timetables: Timetables,
    calendar: Calendar,
    *,
    campaign: int,
    node: Step,
    path: str,
    stopped_days: int,
    counted_from: date,
    counted_days: int | None,
) -> date:
    """Last day of a submission's step at the desk with this path.

    counted_days: at least so many working days from `counted_from`, if it was returned.
    """
    day = timetables.stages[campaign, node.stage]
    if node.is_review and stopped_days:
        day = calendar.after(day, stopped_days)
    if counted_days is not None:
        day = max(day, calendar.after(counted_from, counted_days))
    more = timetables.extensions.get((campaign, node.stage), ())
    return max([day, *(until for top, until in more if path.startswith(top))])


def due_dates(
    moves: list[tuple[Candidate, int | None]], verdict: Verdict, at: datetime
) -> DueDates:
    """What the due dates of these moves go by; a target of None ends the case.

    One statement; none where no task is opened, or where what came with the first task will do.
    """
    today = timezone.localdate(at)
    campaigns, desks, lines, paths, counting = set(), set(), set(), set(), False
    returned = verdict in {Verdict.RETURN, Verdict.REOPEN}
    for (_standing, target), group in alike(moves).items():
        if target is None:
            continue
        candidate = group[0]
        desk = routes.stops_of(candidate.route_id)[target].organisation_id
        desks.add(desk)
        if candidate.kind == DocumentKind.SUBMISSION:
            campaigns.add(candidate.campaign_id)
            own = {one.own_path for one in group}
            lines.update(path[: path.rfind("/", 0, -1) + 1] for path in own)
            if desk is None:
                paths.update(own)
        else:
            counting = True
        counting = counting or returned or bool(candidate.stopped_on or candidate.stopped_days)
    brought = next((one for one, _target in moves if one.timetable), None)
    if brought and not counting and _suffices(brought, campaigns, desks, lines, paths):
        return DueDates(today, returned, timetable_of(brought.timetable))
    paths.update(top for line in lines for top in _line_of(line))
    timetables = read_timetables(
        campaigns=sorted(campaigns),
        paths=sorted(paths),
        desks=sorted(desks - {None}),
        since=_earliest(moves, today) if counting else None,
    )
    return DueDates(today, returned, timetables)


def _suffices(
    brought: Candidate, campaigns: set[int], desks: set, lines: set[str], paths: set[str]
) -> bool:
    """Whether all of it is of the campaign, on the way and under the authority of this one."""
    way = {stop.organisation_id for stop in routes.stops_of(brought.route_id)}
    return (
        campaigns <= {brought.campaign_id}
        and desks <= way
        and all(brought.own_path.startswith(line) for line in lines)
        and paths <= {brought.own_path}
    )


def _line_of(path: str) -> Iterable[str]:
    """Paths of an authority and of those above it."""
    return (path[: i + 1] for i, sign in enumerate(path) if sign == "/")


def _earliest(moves: list[tuple[Candidate, int | None]], today: date) -> date:
    """From where special days matter."""
    stopped = [candidate.stopped_on for candidate, _to in moves if candidate.stopped_on]
    return min([today, *stopped]) - REACH


# --- Under another calendar ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shift:
    """An open task that gets another due date."""

    task: CountedTask
    new: date

    @property
    def old(self) -> date:
        return self.task.due_date


def recounted(path: str, *, before: Calendars, after: Calendars) -> list[Shift]:
    """The open tasks at desks below a path that are due on another day once `after` holds.

    Two statements, whatever their number; writes nothing. A due date that counts no working days
    does not move, nor one for which both calendars give the same day.
    """
    tasks = read_counted_tasks(path)
    timetables = _timetables_of(tasks)
    shifts = []
    for task in tasks:
        day = _counted(task, timetables, after.of(task.path))
        if day not in {task.due_date, _counted(task, timetables, before.of(task.path))}:
            shifts.append(Shift(task, day))
    return shifts


def count_again(cases: list[int]) -> int:
    """Give the open tasks of these cases the days that the present calendar and the extensions by
    now say, after their desk or their time has come back to them; return how many moved.

    Five statements, whatever their number. Needs the lock on the documents; holds the calendar.
    """
    hold()
    tasks = [
        task
        for task in read_tasks_of(cases)
        if task.kind == DocumentKind.SUBMISSION or task.counted_days is not None
    ]
    timetables, calendars = _timetables_of(tasks), Calendars.read()
    days = {
        task.task_id: day
        for task in tasks
        if (day := _counted(task, timetables, calendars.of(task.path))) != task.due_date
    }
    return move_due_dates(days) if days else 0


def _timetables_of(tasks: list[CountedTask]) -> Timetables:
    submissions = [task for task in tasks if task.kind == DocumentKind.SUBMISSION]
    return read_timetables(
        campaigns=sorted({task.campaign_id for task in submissions}),
        paths=sorted({top for task in submissions for top in _line_of(task.path)}),
        desks=[],
        since=None,
    )


def _counted(task: CountedTask, timetables: Timetables, calendar: Calendar) -> date:
    if task.kind != DocumentKind.SUBMISSION:
        return calendar.after(task.counted_from, task.counted_days)
    return last_day(
        timetables,
        calendar,
        campaign=task.campaign_id,
        node=step(task.step),
        path=task.path,
        stopped_days=task.stopped_days,
        counted_from=task.counted_from,
        counted_days=task.counted_days,
    )
