"""Queries of the pages that everybody opens: written once, planned once for each connection.

To put a query of six tables together takes the ORM longer than PostgreSQL needs to answer it, and
so does planning it. A ready query is an ordinary queryset all the same: it is written with the ORM,
starts from what the person may see, and gives the same objects or tuples. It is put together at its
first use with stand-ins for its values; from then on only the values change.

The plan is the general one (config/database.py) and lives as long as its connection.
"""

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import QuerySet

from teachers.lookups import array_text

FIRST_KEY, FIRST_DAY = 7_000_000_000_000_000_000, date(7000, 1, 1)
FIRST_MOMENT = datetime(7000, 1, 1, tzinfo=UTC)
#: What stands for a value while a query is put together: nothing that a real query would hold.
STAND_INS: dict[str, Callable[[int], object]] = {
    "bigint": lambda place: FIRST_KEY + place,
    "bigint[]": lambda place: [FIRST_KEY + place],
    "date": lambda place: FIRST_DAY + timedelta(days=place),
    "timestamptz": lambda place: FIRST_MOMENT + timedelta(days=place),
    "text": lambda place: f"\ue000{place}",
    "text[]": lambda place: [f"\ue001{place}"],
}
#: A text as the pattern of what begins with it: as Django writes it for `…__startswith`.
BEGINS = r"replace(replace(replace(${n}, '\', '\\'), '%', '\%'), '_', '\_') || '%'"
#: Connection of the driver to the queries it has a plan of, and the names of these.
_known: WeakKeyDictionary = WeakKeyDictionary()
#: Each plan has a name of its own: one that was made by a message that failed keeps it.
_numbers = count(1)


class Ready:
    """One query. `write` makes its queryset from values of the `types` (SQL), each given by name.

    A list is for `…__any_of`. Values that decide how a query looks (None, or a filter that may be
    left out) make different queries.
    """

    def __init__(self, name: str, write: Callable[..., QuerySet], **types: str) -> None:
        self.name, self.write, self.types = name, write, types
        self._made: tuple[QuerySet, object, str, dict] | None = None

    def __call__(self, **values: object) -> list:
        """The rows of the queryset for these values, in one statement (and its prefetches)."""
        if self._made is None:
            self._made = self._put_together()
        written, compiler, body, converters = self._made
        compiler, asked = copy.copy(compiler), written._chain()
        compiler.execute_sql = lambda *_args, **_kwargs: [self._fetch(body, values)]
        compiler.get_converters = lambda _columns: converters
        asked.query.get_compiler = lambda *_args, **_kwargs: compiler
        return list(asked)

    def _put_together(self) -> tuple[QuerySet, object, str, dict]:
        """The queryset, its compiler, its SQL with $1, $2 … for the values, and what makes Python's
        values of the columns."""
        stand_ins = {key: STAND_INS[kind](n) for n, (key, kind) in enumerate(self.types.items(), 1)}
        written = self.write(**stand_ins)
        compiler = written.query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        places, unused = {}, []
        for n, value in enumerate(stand_ins.values(), 1):
            own = {_sent(value): f"${n}"}
            if isinstance(value, str):
                own[f"{value}%"] = f"({BEGINS.replace('{n}', str(n))})"
            unused += [] if set(own) & set(params) else [value]
            places |= own
        if unused or any(map(_is_derived, set(params) - set(places))):
            raise ValueError(f"The query {self.name} does not use its values as they are given.")
        body = sql % tuple(
            places[param] if param in places else connection.ops.compose_sql("%s", [param])
            for param in params
        )
        columns = [column for column, *_more in compiler.select[: compiler.col_count]]
        return written, compiler, body, compiler.get_converters(columns)

    def _fetch(self, body: str, values: dict) -> list[tuple]:
        sent = [_sent(values[key]) for key in self.types]
        listed = f"({', '.join(['%s'] * len(sent))})" if sent else ""
        with connection.cursor() as cursor:
            known = _known.setdefault(connection.connection, {})
            name, plan = known.get(self), ""
            if name is None:
                name, types = f"{self.name}_{next(_numbers)}", ", ".join(self.types.values())
                plan = f"PREPARE {name} {f'({types})' if types else ''} AS {body};"
            cursor.execute(f"{plan.replace('%', '%%')}EXECUTE {name} {listed}", sent)
            known[self] = name
            return cursor.fetchall()


def _is_derived(param: object) -> bool:
    """Whether it was made from a stand-in: then it would stay the same for all values."""
    if isinstance(param, str):
        return "\ue000" in param or "\ue001" in param
    if isinstance(param, date):
        return param.year >= FIRST_DAY.year - 1
    return isinstance(param, int) and param >= FIRST_KEY


def _sent(value: object) -> object:
    """A value as the query gets it: a list as the text of an array (teachers/lookups.py)."""
    return array_text(value) if isinstance(value, list) else value
