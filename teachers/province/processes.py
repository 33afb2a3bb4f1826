"""Draw the people of many authorities on all cores, a few batches ahead of the writer."""

import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from teachers.province.rows import Batch, Order, staff_rows

ALONE_UP_TO = 4000  # people: fewer are drawn sooner here than by processes that must start first
MOST_PROCESSES = 8
LOOK_EVERY = 0.5  # seconds


def batches(orders: list[Order], people: int) -> Iterator[Batch]:
    """The batches in the order of the orders; `people` says whether processes are worth it.

    Only a few batches wait at a time, so that the memory does not grow with the scale.
    """
    if people <= ALONE_UP_TO:
        yield from map(staff_rows, orders)
        return
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    with ProcessPoolExecutor(
        processes, get_context("fork"), initializer=leave_with, initargs=(os.getpid(),)
    ) as pool:
        waiting: deque = deque()
        for order in orders:
            waiting.append(pool.submit(staff_rows, order))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def leave_with(parent: int) -> None:
    """End this process soon after its parent has ended, however that came about.

    A forked process holds the parent's database connection open: while it lives, the transaction
    of a killed build would live on with its locks, and the next build would wait for ever.
    """

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_EVERY)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()
