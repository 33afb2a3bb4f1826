"""Several people at the same moment, each on a database connection of their own."""

import threading
from collections.abc import Callable

from django.db import connection

LONGEST = 60  # seconds


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run the works together; return each one's result, or the exception that ended it."""
    gate, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            gate.wait(LONGEST)
            results[place] = work()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
        assert not thread.is_alive(), "a thread waits for ever: two locks in a circle?"
    return results
