"""Counts that are kept: a total, and the changes since, so that nobody waits for a hot row.

A trigger appends a change in the transaction that causes it; folding adds changes to their totals,
later and elsewhere. What is counted now is the total and the changes that are not folded, read by
one statement: exact at every moment, and no two decisions ever write to the same row.
"""

from dataclasses import dataclass

import pgtrigger
from django.db import connection, transaction

from teachers.work_locks import Work

#: SQL for the moment of what happens: that of the engine's act, or the clock's for anybody else's.
MOMENT_SQL = (
    "coalesce(nullif(current_setting('engine.at', true), '')::timestamptz, clock_timestamp())"
)
#: Changes folded in one transaction.
CHUNK = 100_000


def counting_triggers(
    *, new: str, changed: str, append: str, added: str, taken: str
) -> list[pgtrigger.Trigger]:
    """The triggers of a model that append changes: one insert a statement, of one row or thousands.

    new, changed: their names, for rows that are inserted and updated. append: what they run, with
    ROWS in the place of the rows; added, taken: SELECTs of these rows from `new_rows` (n = 1) and
    `old_rows` (n = -1). What stayed as it was cancels out.
    """
    return [
        pgtrigger.Trigger(
            name=new,
            operation=pgtrigger.Insert,
            when=pgtrigger.After,
            level=pgtrigger.Statement,
            referencing=pgtrigger.Referencing(new="new_rows"),
            func=append.replace("ROWS", added),
        ),
        pgtrigger.Trigger(
            name=changed,
            operation=pgtrigger.Update,
            when=pgtrigger.After,
            level=pgtrigger.Statement,
            referencing=pgtrigger.Referencing(new="new_rows", old="old_rows"),
            func=append.replace("ROWS", f"{added} UNION ALL {taken}"),
        ),
    ]


@dataclass(frozen=True)
class Counter:
    """One kept count. `number` tells its lock from those of the others.

    totals, changes: tables; keys: the columns both have, by which is counted. keeps_changes: folded
    changes stay (`is_folded`), for what was counted then. truth: a SELECT of the keys and the
    number (`n`) that counts the rows themselves.
    """

    number: int
    totals: str
    changes: str
    keys: tuple[str, ...]
    truth: str
    keeps_changes: bool = False

    @property
    def now_sql(self) -> str:
        """SELECT of the keys and `n`: totals and what is not folded yet, not added up."""
        keys, waiting = ", ".join(self.keys), " WHERE NOT is_folded" if self.keeps_changes else ""
        return (
            f"SELECT {keys}, number AS n FROM {self.totals} UNION ALL "  # noqa: S608
            f"SELECT {keys}, change AS n FROM {self.changes}{waiting}"
        )

    def fold(self, *, chunk: int = CHUNK) -> int:
        """Add the changes to their totals, chunk by chunk; return how many there were.

        Safe to run twice and on two machines: who comes second leaves it to the first.
        """
        done = 0
        while taken := self._fold(chunk):
            done += taken
            if taken < chunk:
                break
        return done

    @transaction.atomic
    def _fold(self, chunk: int) -> int:
        keys = ", ".join(self.keys)
        chosen, take = f"SELECT id FROM {self.changes}", "DELETE FROM"  # noqa: S608
        if self.keeps_changes:
            chosen, take = f"{chosen} WHERE NOT is_folded", "UPDATE"
        take += f" {self.changes}" + (" SET is_folded = true" if self.keeps_changes else "")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [Work.FOLD, self.number])
            if not cursor.fetchone()[0]:
                return 0
            cursor.execute(
                f"""
                WITH taken AS (
                    {take} WHERE id IN ({chosen} ORDER BY id LIMIT %s) RETURNING {keys}, change
                ), added AS (
                    INSERT INTO {self.totals} AS total ({keys}, number)
                    SELECT {keys}, sum(change) FROM taken GROUP BY {keys} HAVING sum(change) <> 0
                    ON CONFLICT ({keys}) DO UPDATE SET number = total.number + EXCLUDED.number
                )
                SELECT count(*) FROM taken
                """,  # noqa: S608
                [chunk],
            )
            taken = cursor.fetchone()[0]
            if taken:
                cursor.execute(f"DELETE FROM {self.totals} WHERE number = 0")  # noqa: S608
        return taken

    def differences(self) -> list[tuple]:
        """Keys, what is kept and what there is, wherever the two differ (one snapshot)."""
        keys = ", ".join(self.keys)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT {keys}, sum(kept)::bigint, sum(real)::bigint FROM (
                    SELECT {keys}, n AS kept, 0 AS real FROM ({self.now_sql}) AS counted
                    UNION ALL
                    SELECT {keys}, 0, n FROM ({self.truth}) AS truth
                ) AS both_sides
                GROUP BY {keys} HAVING sum(kept) <> sum(real) ORDER BY {keys}
                """  # noqa: S608
            )
            return cursor.fetchall()
