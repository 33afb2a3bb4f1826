"""Queries of the pages that everybody opens: written once, planned once for each connection.

To put a query of six tables together takes the ORM longer than PostgreSQL needs to answer it, and
so does planning it. A ready query is an ordinary queryset all the same: it is written with the ORM,
starts from what the person may see, and gives the same objects or tuples. It is put together at its
first use with stand-ins for its values; from then on only the values change.

The plan is the general one (config/database.py) and lives as long as its connection.
"""

import copy
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import QuerySet

from teachers.lookups import array_text

#: What stands for a value while a query is put together: nothing that a real query would hold.
STAND_INS: dict[str, Callable[[int], object]] = {
    "bigint": lambda place: 7_000_000_000_000_000_000 + place,
    "bigint[]": lambda place: [7_100_000_000_000_000_000 + place],
    "date": lambda place: date(7000, 1, 1) + timedelta(days=place),
    "text": lambda place: f"\ue000{place}",
    "text[]": lambda place: [f"\ue001{place}"],
}
#: Connection of the driver to the names under which it knows its plans.
_known: WeakKeyDictionary = WeakKeyDictionary()
#: A plan that was made by a message that failed keeps its name; the next one gets another.
_numbers = count(1)


class Ready:
    """One query. `write` makes its queryset from values of the `types` (SQL), each given by name.

    A list is for `…__any_of`. Values that decide how a query looks (None, or a filter that may be
    left out) make different queries.
    """

    def __init__(self, name: str, write: Callable[..., QuerySet], **types: str) -> None:
        self.name, self.write, self.types = name, write, types
        self._made: tuple[QuerySet, object, str] | None = None

    def __call__(self, **values: object) -> list:
        """The rows of the queryset for these values, in one statement (and its prefetches)."""
        if self._made is None:
            self._made = self._put_together()
        written, compiler, body = self._made
        compiler, asked = copy.copy(compiler), written._chain()
        compiler.execute_sql = lambda *_args, **_kwargs: [self._fetch(body, values)]
        asked.query.get_compiler = lambda *_args, **_kwargs: compiler
        return list(asked)

    def _put_together(self) -> tuple[QuerySet, object, str]:
        """The queryset, its compiler, and its SQL with $1, $2 … for the values."""
        stand_ins = {key: STAND_INS[kind](n) for n, (key, kind) in enumerate(self.types.items(), 1)}
        written = self.write(**stand_ins)
        compiler = written.query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        places = {_sent(value): f"${n}" for n, value in enumerate(stand_ins.values(), 1)}
        if missing := set(places) - set(params):
            raise ValueError(f"The query {self.name} does not use {missing} as it is given.")
        body = sql % tuple(
            places[param] if param in places else connection.ops.compose_sql("%s", [param])
            for param in params
        )
        return written, compiler, body

    def _fetch(self, body: str, values: dict) -> list[tuple]:
        sent = [_sent(values[key]) for key in self.types]
        listed = f"({', '.join(['%s'] * len(sent))})" if sent else ""
        with connection.cursor() as cursor:
            known = _known.setdefault(connection.connection, {})
            name, plan = known.get(self.name), ""
            if name is None:
                name, types = f"{self.name}_{next(_numbers)}", ", ".join(self.types.values())
                plan = f"PREPARE {name} {f'({types})' if types else ''} AS {body};"
            cursor.execute(f"{plan.replace('%', '%%')}EXECUTE {name} {listed}", sent)
            known[self.name] = name
            return cursor.fetchall()


def _sent(value: object) -> object:
    """A value as the query gets it: a list as the text of an array (teachers/lookups.py)."""
    return array_text(value) if isinstance(value, list) else value
