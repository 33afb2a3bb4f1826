"""Several people at work at the same time, as on a real day, each on a connection of their own."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from django.db import connection

from teachers.progress import Progress

#: One waits for the database while the other thinks: as many as a small machine has cores.
PEOPLE = 2

T = TypeVar("T")


def side_by_side(work: Callable[[T], object], items: Iterable[T], progress: Progress) -> None:
    """Do `work` once with every item, in their order, by so many people at the same time.

    `work` must not lean on what another item leaves behind. The first error lets the others finish
    what they have in hand, and is raised.
    """
    waiting, moving_on = deque(items), Lock()

    def person() -> None:
        try:
            while (item := _next(waiting)) is not None:
                work(item)
                with moving_on:
                    progress.advance()
        except BaseException:
            waiting.clear()
            raise
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        for done in [pool.submit(person) for _number in range(PEOPLE)]:
            done.result()


def _next(waiting: deque[T]) -> T | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None
