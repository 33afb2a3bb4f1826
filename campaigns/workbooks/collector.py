"""Python's collector of garbage rests while a workbook is read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Do not look for cycles: hundreds of thousands of values are made and none of them is garbage,
    but each search would go through all of them. It goes on for the whole process afterwards."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
