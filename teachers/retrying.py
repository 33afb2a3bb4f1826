"""Doing a transaction again that the database broke off because of others."""

import random
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

Result = TypeVar("Result")
Asked = ParamSpec("Asked")
#: SQLSTATE of serialization_failure and deadlock_detected: nothing was done, it may be done again.
BROKEN_OFF = {"40001", "40P01"}
TIMES = 5


def whole_transaction(work: Callable[[], Result], *, times: int = TIMES) -> Result:
    """Run the work in a transaction of its own, up to so many times if others get in its way.

    Only the outermost transaction can be done again: inside another one the work runs once, as a
    part of it, and the failure goes up to whoever began that. Between two tries it waits a moment,
    longer each time and never the same, so that two who collided do not collide again. Raises the
    last failure; every other exception at once.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            return work()
    for attempt in range(1, times + 1):
        try:
            with transaction.atomic(durable=True):
                return work()
        except OperationalError as failure:
            if attempt == times or sqlstate(failure) not in BROKEN_OFF:
                raise
        time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311
    raise ValueError("Try at least once.")


def whole(action: Callable[Asked, Result]) -> Callable[Asked, Result]:
    """Decorator: the action is one transaction, done again if the database broke it off.

    Inside another transaction it is a part of that one, as with `transaction.atomic`. An iterator
    among its arguments is read before the first try: it would be empty at the second.
    """

    @wraps(action)
    def again(*args: Asked.args, **more: Asked.kwargs) -> Result:
        args = [_read(value) for value in args]
        more = {name: _read(value) for name, value in more.items()}
        return whole_transaction(lambda: action(*args, **more))

    return again


def _read(value: object) -> object:
    return list(value) if isinstance(value, Iterator) else value


def sqlstate(failure: Exception) -> str | None:
    """PostgreSQL's code of a failure that Django passed on; None when it has none."""
    return getattr(failure.__cause__, "pgcode", None)
