"""What due dates go by, read in one statement whatever the size; and moving those of tasks."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db import connection

from teachers.working_days import HOLD, Calendars
from workflows.enums import DocumentKind
from workflows.prepared import Prepared

_TIMETABLES = Prepared(
    "engine_timetables",
    """
    SELECT 'stage', stage.campaign_id, stage.kind, stage.ends_on, campaign.return_days, '', false
    FROM campaigns_campaignstage AS stage
    JOIN campaigns_campaign AS campaign ON campaign.id = stage.campaign_id
    WHERE stage.campaign_id = ANY(%(campaigns)s)
    UNION ALL
    SELECT 'extension', extension.campaign_id, extension.stage, extension.until, 0, unit.path, false
    FROM workflows_extension AS extension
    JOIN teachers_organisation AS unit ON unit.id = extension.organisation_id
    WHERE extension.campaign_id = ANY(%(campaigns)s) AND unit.path = ANY(%(paths)s)
    UNION ALL
    SELECT 'desk', id, '', NULL::date, 0, path, false
    FROM teachers_organisation WHERE id = ANY(%(desks)s)
    UNION ALL
    SELECT 'day', 0, '', special.day, 0, coalesce(unit.path, ''), special.is_working
    FROM teachers_specialday AS special
    LEFT JOIN teachers_organisation AS unit ON unit.id = special.organisation_id
    WHERE special.day >= %(since)s
    """,
    campaigns="bigint[]",
    paths="text[]",
    desks="bigint[]",
    since="date",
)

#: SQL for the rows of `engine_timetables` that one task needs when no days are counted, as JSON:
#: its campaign's stages, the extensions of its school and of those above, the desks of its route.
#: It speaks of `kase`, `campaign` and `unit`. Everything is looked up by key, one by one: a join
#: would be planned for many.
ONE_TIMETABLE_SQL = """(
    SELECT json_agg(line)::text FROM (
        SELECT json_build_array('stage', campaign.id, kind, ends_on, campaign.return_days, '')
        FROM campaigns_campaignstage WHERE campaign_id = campaign.id
        UNION ALL
        SELECT json_build_array('extension', campaign.id, stage, until, 0, (
            SELECT path FROM teachers_organisation WHERE id = extension.organisation_id))
        FROM workflows_extension AS extension
        WHERE campaign_id = campaign.id AND organisation_id = ANY(ARRAY(
            SELECT id FROM teachers_organisation WHERE path = ANY(ARRAY(
                SELECT left(unit.path, place) FROM generate_series(1, length(unit.path)) AS place
                WHERE substr(unit.path, place, 1) = '/'))))
        UNION ALL
        SELECT json_build_array('desk', stop.organisation_id, '', NULL, 0, (
            SELECT path FROM teachers_organisation WHERE id = stop.organisation_id))
        FROM workflows_routestop AS stop
        WHERE stop.route_id = kase.route_id AND stop.organisation_id IS NOT NULL
    ) AS lines(line))"""


@dataclass(frozen=True)
class Timetables:
    """Read once for a decision.

    stages: (campaign, kind of stage) to its last day. return_days: campaign to the working days it
    gives to answer a return. extensions: (campaign, kind of stage) to (path of the unit, day).
    desks: organisation to its path. calendars: empty unless days had to be counted.
    """

    stages: dict[tuple[int, str], date] = field(default_factory=dict)
    return_days: dict[int, int] = field(default_factory=dict)
    extensions: dict[tuple[int, str], list[tuple[str, date]]] = field(default_factory=dict)
    desks: dict[int, str] = field(default_factory=dict)
    calendars: Calendars = field(default_factory=lambda: Calendars([]))


def read_timetables(
    *, campaigns: Iterable[int], paths: Iterable[str], desks: Iterable[int], since: date | None
) -> Timetables:
    """Stages and extensions of the campaigns, paths of the desks, special days from a day on.

    paths: of the units whose extensions may matter. since: None if nothing has to be counted. One
    statement, or none if nothing is asked; stages and extensions by their indexes on the campaign,
    desks by primary key, the few special days as they lie. Where days are counted the calendar is
    held until the transaction ends: the lock goes ahead in the same message, so that the statement
    behind it sees what a change that it waited for has committed.
    """
    asked = {"campaigns": list(campaigns), "paths": list(paths), "desks": list(desks)}
    if not (asked["campaigns"] or asked["desks"] or since):
        return Timetables()
    return _sorted(_TIMETABLES.run({**asked, "since": since}, behind=HOLD if since else ""))


def timetable_of(lines: str) -> Timetables:
    """What came with a task (ONE_TIMETABLE_SQL)."""
    return _sorted(
        (what, number, kind, day and date.fromisoformat(day), count, path, False)
        for what, number, kind, day, count, path in json.loads(lines)
    )


def _sorted(rows: Iterable[tuple]) -> Timetables:
    found, special = Timetables(), []
    for what, number, kind, day, count, path, flag in rows:
        if what == "stage":
            found.stages[number, kind] = day
            found.return_days[number] = count
        elif what == "extension":
            found.extensions.setdefault((number, kind), []).append((path, day))
        elif what == "desk":
            found.desks[number] = path
        else:
            special.append((path, day, flag))
    return Timetables(
        found.stages, found.return_days, found.extensions, found.desks, Calendars(special)
    )


# --- Open tasks ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CountedTask:
    """An open task and what its due date was counted from.

    path: the desk's. counted_from: the day from which `counted_days` (if any) were given.
    """

    task_id: int
    kind: str
    campaign_id: int | None
    step: str
    desk_id: int
    path: str
    due_date: date
    counted_days: int | None
    stopped_days: int
    counted_from: date


def read_counted_tasks(path: str) -> list[CountedTask]:
    """Open tasks at desks below a path (empty: all) in whose due date working days were counted."""
    counted = "(task.counted_days IS NOT NULL OR kase.stopped_days > 0)"
    return _read_tasks(f"starts_with(desk.path, %(path)s) AND {counted}", {"path": path})


def read_tasks_of(cases: list[int]) -> list[CountedTask]:
    """The open tasks of these cases (index one_open_task_per_case)."""
    return _read_tasks("task.process_id = ANY(%(cases)s)", {"cases": cases})


def _read_tasks(condition: str, values: dict) -> list[CountedTask]:
    """Open tasks with what their due date is counted from.

    A task that an undo opened again goes on from where it was opened first; an undo's decision and
    the task it opens have one moment. Plan: the open tasks by their partial index, cases and
    desks by hash or primary key; the other tasks and decisions of a case only where it was undone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT task.id, task.kind, task.campaign_id, task.step, desk.id, desk.path,
                   task.due_date, task.counted_days, kase.stopped_days,
                   CASE WHEN task.kind = %(problem)s THEN problem.answer_by
                        ELSE (coalesce(first.created, task.created) AT TIME ZONE %(zone)s)::date END
            FROM workflows_task AS task
            JOIN workflows_case AS kase ON kase.id = task.process_id
            JOIN teachers_organisation AS desk ON desk.id = task.organisation_id
            LEFT JOIN campaigns_problem AS problem ON problem.id = kase.problem_id
            CROSS JOIN LATERAL (
                SELECT max(visit.created) AS created FROM workflows_task AS visit
                WHERE visit.process_id = kase.id AND visit.step = task.step
                  AND NOT EXISTS (
                      SELECT FROM workflows_decision AS decision
                      WHERE decision.case_id = kase.id AND decision.verdict = 'undo'
                        AND decision.at = visit.created)
            ) AS first
            WHERE task.finished IS NULL AND CONDITION
            ORDER BY task.id
            """.replace("CONDITION", condition),
            {**values, "problem": DocumentKind.PROBLEM.value, "zone": settings.TIME_ZONE},
        )
        return [CountedTask(*row) for row in cursor.fetchall()]


def move_due_dates(days: dict[int, date]) -> int:
    """Give open tasks other due dates; return how many there were. One statement, primary keys.

    Who got more time is reminded anew.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH item AS MATERIALIZED (
                SELECT item.id, item.day, task.due_date
                FROM unnest(%s::bigint[], %s::date[]) AS item(id, day)
                JOIN workflows_task AS task ON task.id = item.id
            ), moved AS (
                UPDATE workflows_task AS task SET due_date = item.day
                FROM item WHERE task.id = item.id AND task.finished IS NULL
                RETURNING task.id, item.day > item.due_date AS later
            ), forgotten AS (
                DELETE FROM workflows_reminder AS reminder
                USING moved WHERE reminder.task_id = moved.id AND moved.later
            )
            SELECT count(*) FROM moved
            """,
            [list(days), list(days.values())],
        )
        return cursor.fetchone()[0]
