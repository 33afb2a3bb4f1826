"""Set-based SQL of who has tasks in hand. One task or ten thousand: the same statement."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from workflows.enums import HoldingKind
from workflows.seats import DESKS


@dataclass(frozen=True, slots=True)
class Hold:
    """How tasks change hands, by whom, under which post and when; nobody and no post: the sweep."""

    kind: HoldingKind
    at: datetime
    by_id: int | None = None
    post_id: int | None = None
    delegation_id: int | None = None
    reason: str = ""


def hold(task_ids: list[int], owner_id: int | None, how: Hold) -> None:
    """Put open tasks into somebody's hands, or back on the desk (None), and note each change.

    Needs the lock on the documents. Tasks by primary key; what is so already is left as it is.
    """
    if not task_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH item AS MATERIALIZED (
                SELECT id, owner_id AS before FROM workflows_task
                WHERE id = ANY(%(tasks)s) AND finished IS NULL
                  AND owner_id IS DISTINCT FROM %(owner)s
            ), held AS (
                UPDATE workflows_task AS task SET
                    owner_id = %(owner)s,
                    assigned = CASE WHEN %(owner)s IS NOT NULL THEN %(at)s END,
                    status = CASE WHEN %(owner)s IS NULL THEN 'NEW' ELSE 'ASSIGNED' END
                FROM item WHERE task.id = item.id
            )
            INSERT INTO workflows_holding (task_id, kind, owner_id, before_id, by_id, post_id,
                                           delegation_id, at, reason)
            SELECT id, %(kind)s, %(owner)s, before, %(by)s, %(post)s, %(delegation)s, %(at)s,
                   %(reason)s
            FROM item ORDER BY id
            """.replace("%(owner)s", "%(owner)s::bigint").replace("%(at)s", "%(at)s::timestamptz"),
            {
                "tasks": task_ids,
                "owner": owner_id,
                "kind": how.kind.value,
                "by": how.by_id,
                "post": how.post_id,
                "delegation": how.delegation_id,
                "at": how.at,
                "reason": how.reason,
            },
        )


#: Somebody works at the desk of `task` (organisation and role) on a day: holds a post there, or
#: acts for its holder. {person} narrows it to one, {kase} to delegations that reach the case.
_SEATED = """
    EXISTS (SELECT FROM teachers_post AS seat
            JOIN teachers_user AS holder ON holder.id = seat.user_id AND holder.is_active
            WHERE seat.organisation_id = {desk} AND seat.role = {role}
              AND seat.valid_from <= %(on)s AND (seat.valid_to IS NULL OR seat.valid_to > %(on)s)
              {holder})
    OR EXISTS (SELECT FROM teachers_delegation AS given
               JOIN teachers_post AS seat ON seat.id = given.post_id
               JOIN teachers_user AS deputy ON deputy.id = given.to_id AND deputy.is_active
               LEFT JOIN teachers_organisation AS part ON part.id = given.within_id
               WHERE seat.organisation_id = {desk} AND seat.role = {role}
                 AND seat.valid_from <= %(on)s AND (seat.valid_to IS NULL OR seat.valid_to > %(on)s)
                 AND given.ended_at IS NULL
                 AND given.valid_from <= %(on)s AND given.valid_to > %(on)s
                 {deputy})"""


def unseated_claims(
    on: date, *, user_id: int | None = None, organisation_id: int | None = None
) -> list[int]:
    """Open tasks in the hands of somebody who does not work at their desk on a day.

    Who acts for a colleague keeps what the delegation reaches. Reads the claimed tasks by owner,
    posts by the index post_desk. user_id: one person's only; organisation_id: one office's only.
    """
    seated = _SEATED.format(
        desk="task.organisation_id",
        role="task.role",
        holder="AND seat.user_id = task.owner_id",
        deputy="""AND given.to_id = task.owner_id
                 AND (given.kinds = '{}' OR task.kind = ANY(given.kinds))
                 AND (part.id IS NULL OR starts_with(unit.path, part.path))""",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT task.id FROM workflows_task AS task
            JOIN workflows_case AS kase ON kase.id = task.process_id
            JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
            WHERE task.finished IS NULL AND task.owner_id IS NOT NULL
              AND (%(user)s::bigint IS NULL OR task.owner_id = %(user)s::bigint)
              AND (%(office)s::bigint IS NULL OR task.organisation_id = %(office)s::bigint)
              AND NOT ({seated})
            ORDER BY task.id
            """,  # noqa: S608
            {"on": on, "user": user_id, "office": organisation_id},
        )
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class DeadDesk:
    """A desk at which nobody works, with what lies on it."""

    organisation_id: int
    path: str
    code: str
    name: str
    name_en: str
    role: str
    tasks: int
    overdue: int
    oldest_due: date


def dead_desks(
    path: str, on: date, *, after: tuple[str, str] = ("", ""), limit: int | None = None
) -> list[DeadDesk]:
    """Desks below a path with open tasks and nobody who could do them, in the order of the tree.

    after: path and role of the last one seen. Walks the organisations of the subtree, looks for a
    seat by post_desk and for tasks by open_tasks_of_a_desk: four probes each of both.
    """
    roles = ", ".join(f"('{role}')" for role in sorted(DESKS))
    seated = _SEATED.format(desk="unit.id", role="desk.role", holder="", deputy="")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT unit.id, unit.path, unit.code, unit.name, unit.name_en, desk.role,
                   work.tasks, work.overdue, work.oldest
            FROM teachers_organisation AS unit
            CROSS JOIN (VALUES {roles}) AS desk(role)
            CROSS JOIN LATERAL (
                SELECT count(*) AS tasks, count(*) FILTER (WHERE due_date < %(on)s) AS overdue,
                       min(due_date) AS oldest
                FROM workflows_task AS task
                WHERE task.organisation_id = unit.id AND task.role = desk.role
                  AND task.finished IS NULL
            ) AS work
            WHERE starts_with(unit.path, %(path)s) AND (unit.path, desk.role) > %(after)s
              AND NOT ({seated}) AND work.tasks > 0
            ORDER BY unit.path, desk.role LIMIT %(limit)s
            """,  # noqa: S608
            {"path": path, "on": on, "after": after, "limit": limit},
        )
        return [DeadDesk(*row) for row in cursor.fetchall()]
