"""Statements that PostgreSQL plans once for each connection.

Planning a statement of the engine takes longer than running it for one task, so it is prepared: the
first use on a connection plans it, every other one only runs it. The plan is the general one, for
whatever number of items (config/database.py asks for that), and goes by primary keys. It lives as
long as the connection: a connection pooler must hand out whole sessions, as the locks of jobs
(teachers/work_locks.py) need, too.
"""

import re
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from django.db import connection

#: Connection of the driver to the names that are prepared on it.
_known: WeakKeyDictionary = WeakKeyDictionary()


class Prepared:
    """One statement. `sql` has its arguments as %(name)s; `types` gives each its SQL type."""

    def __init__(self, name: str, sql: str, **types: str) -> None:
        self.name, self.types = name, types
        places = {key: f"${place}" for place, key in enumerate(types, start=1)}
        body = re.sub(r"%\((\w+)\)s", lambda found: places[found[1]], sql).replace("%%", "%")
        self.definition = f"PREPARE {name} ({', '.join(types.values())}) AS {body}"
        arguments = ", ".join(f"%({key})s::{kind}" for key, kind in types.items())
        self.call = f"EXECUTE {name} ({arguments})"

    def run(self, values: Mapping, *, behind: "str | Prepared" = "") -> list[tuple]:
        """Run it with these values; return the rows, if it gives any.

        behind: a statement without values, or a prepared one with some of the same values, that
        goes ahead in the same message. Each statement of a message sees what is committed when it
        begins: behind one that locks, what those it waited for have written.
        """
        with connection.cursor() as cursor:
            self._plan(cursor)
            call = self.call
            if isinstance(behind, Prepared):
                behind._plan(cursor)
                call = f"{behind.call};{call}"
            elif behind:
                call = f"{behind};{call}"
            cursor.execute(call, {key: literal(value) for key, value in values.items()})
            return cursor.fetchall() if cursor.description else []

    def _plan(self, cursor) -> None:
        """Plan it, if it is new to the connection."""
        known = _known.setdefault(connection.connection, set())
        if self.name not in known:
            cursor.execute(self.definition)
            known.add(self.name)


def literal(value: object) -> object:
    """A list as one array literal: the driver would write an expression, and PostgreSQL would parse
    and type every element of it."""
    if not isinstance(value, list):
        return value
    if set(map(type, value)) == {int}:
        return "{" + str(value)[1:-1] + "}"  # thousands of keys: the quickest way to write them
    return "{" + ",".join(map(_element, value)) + "}"


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
