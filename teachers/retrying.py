"""Doing a transaction again that the database broke off because of others."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

Result = TypeVar("Result")
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


def sqlstate(failure: Exception) -> str | None:
    """PostgreSQL's code of a failure that Django passed on; None when it has none."""
    return getattr(failure.__cause__, "pgcode", None)
