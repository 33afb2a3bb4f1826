"""What a change of the calendar would move, as its preview shows it."""

from dataclasses import dataclass
from datetime import date

from workflows.due_dates import Shift
from workflows.flows import step
from workflows.models import Task

EXAMPLES = 3
PAGE = 50


@dataclass(frozen=True)
class Group:
    """The tasks of one step that would move, at how many desks, and between which new days."""

    title: str
    tasks: int
    desks: int
    first: date
    last: date


@dataclass(frozen=True)
class Example:
    """One task with its old and its new due date."""

    task: Task
    old: date
    new: date


def groups(shifts: list[Shift]) -> list[Group]:
    """By step, the step with most tasks first."""
    by_step: dict[str, list[Shift]] = {}
    for shift in shifts:
        by_step.setdefault(shift.task.step, []).append(shift)
    found = [
        Group(
            title=str(step(name).task_title),
            tasks=len(own),
            desks=len({shift.task.desk_id for shift in own}),
            first=min(shift.new for shift in own),
            last=max(shift.new for shift in own),
        )
        for name, own in by_step.items()
    ]
    return sorted(found, key=lambda group: -group.tasks)


def examples(shifts: list[Shift]) -> list[Example]:
    """Those due first and those due last, named (one query)."""
    rows = sorted(shifts, key=lambda shift: (shift.old, shift.task.task_id))
    if len(rows) > 2 * EXAMPLES:
        rows = rows[:EXAMPLES] + rows[-EXAMPLES:]
    return _named(rows)


def page(shifts: list[Shift], after: str) -> tuple[list[Example], int | None]:
    """One page of all of them by number, and the key of the next page (one query)."""
    seen = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    rows = [shift for shift in shifts if shift.task.task_id > seen]
    following = rows[PAGE - 1].task.task_id if len(rows) > PAGE else None
    return _named(rows[:PAGE]), following


def _named(shifts: list[Shift]) -> list[Example]:
    tasks = Task.objects.select_related("organisation", "process__organisation", "campaign")
    known = tasks.in_bulk([shift.task.task_id for shift in shifts])
    return [
        Example(known[shift.task.task_id], shift.old, shift.new)
        for shift in shifts
        if shift.task.task_id in known
    ]
