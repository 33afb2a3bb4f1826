"""How far the layout of a document has come."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

OF_A_PAGE = "Step 5 - Creating layout - Page %d"


class _Listener(logging.Handler):
    """Hands on the number of each page that WeasyPrint says it has begun.

    What `told` raises ends the layout.
    """

    def __init__(self, told: Callable[[int], None]) -> None:
        super().__init__(logging.INFO)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == OF_A_PAGE and record.args:
            self._told(record.args[0])


@contextmanager
def pages_told(told: Callable[[int], None] | None) -> Iterator[None]:
    """Call `told(number)` for each page that is laid out inside; nothing without it."""
    if told is None:
        yield
        return
    pages = logging.getLogger("weasyprint.progress")
    listener, level, propagates = _Listener(told), pages.level, pages.propagate
    pages.addHandler(listener)
    pages.setLevel(logging.INFO)
    pages.propagate = False
    try:
        yield
    finally:
        pages.removeHandler(listener)
        pages.setLevel(level)
        pages.propagate = propagates
