"""One measured figure, and how times are taken."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter, process_time

from django.db import connection
from django.test.utils import CaptureQueriesContext

BRACKETS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    `peer` is what the usual tool reaches doing the same work in this run, `limit` what plain SQL or
    the bare library reaches; both in `unit`. `ratio` is ours against `against` ("peer" or "limit"),
    larger being better. `target` is the least ratio asked ("ratio") or the most/least of the value
    itself ("at_most", "at_least"); without one the line is a report and always in order.
    """

    area: str
    name: str
    value: float
    unit: str
    peer: float | None = None
    limit: float | None = None
    ratio: float | None = None
    target: float | None = None
    ok: bool = True

    def row(self) -> dict:
        return asdict(self)


def rate_figure(
    area: str,
    name: str,
    value: float,
    unit: str,
    *,
    peer: float | None = None,
    limit: float | None = None,
    ratio: float | None = None,
    target: float | None = None,
) -> Figure:
    """A speed: `target` is how many times the peer's speed it must reach.

    ratio: if it is not that of the two speeds, but the median of those taken in turn.
    """
    if ratio is None and peer:
        ratio = value / peer
    return Figure(
        area=area,
        name=name,
        value=round(value, 1),
        unit=unit,
        peer=None if peer is None else round(peer, 1),
        limit=None if limit is None else round(limit, 1),
        ratio=None if ratio is None else round(ratio, 2),
        target=target,
        ok=target is None or (ratio is not None and ratio >= target),
    )


def limit_figure(area: str, name: str, value: float, limit: float, *, target: float) -> Figure:
    """The share of the limit's speed that ours reaches, which must be at least `target`."""
    return share_figure(area, name, value / limit, "of the limit", target=target)


def share_figure(area: str, name: str, share: float, unit: str, *, target: float) -> Figure:
    """A share of something (`unit` says of what), which must be at least `target`."""
    return Figure(
        area=area,
        name=name,
        value=round(share, 3),
        unit=unit,
        limit=1,
        ratio=round(share, 3),
        target=target,
        ok=share >= target,
    )


def most_figure(area: str, name: str, value: float, unit: str, *, target: float) -> Figure:
    """A quantity that must not exceed `target`."""
    return Figure(
        area=area,
        name=name,
        value=round(value, 2),
        unit=unit,
        target=target,
        ok=value <= target,
    )


def pace_figure(area: str, when: str) -> Figure:
    """How fast the machine is at this moment, by a work that never changes: the fastest of three
    loops of ten million additions. Figures of runs at another pace cannot be set beside it."""

    def loop() -> None:
        total = 0
        for number in range(10_000_000):
            total += number

    fastest = min(seconds(loop) for _ in range(3))
    return Figure(
        area, f"pace of the machine {when}", round(fastest, 2), "s for ten million additions"
    )


def seconds(work: Callable[[], object]) -> float:
    """Run once; return the seconds it took."""
    began = perf_counter()
    work()
    return perf_counter() - began


def core_seconds(work: Callable[[], object]) -> float:
    """Run once; return the seconds that it kept one core busy (not those of the database)."""
    began = process_time()
    work()
    return process_time() - began


def median_seconds(work: Callable[[], object], times: int = 5) -> float:
    return median(seconds(work) for _ in range(times))


def statements(work: Callable[[], object]) -> int:
    """Run once; return the number of SQL statements, those of the transaction not counted. Of
    those that share a message each counts.
    """
    with CaptureQueriesContext(connection) as captured:
        work()
    asked = [query["sql"] for query in captured.captured_queries]
    return sum(1 + sql.count(";EXECUTE ") for sql in asked if not sql.startswith(BRACKETS))


def each(items: Iterable, work: Callable[[object], object]) -> float:
    """Do the work for every item; return items a second."""
    items = list(items)
    return len(items) / seconds(lambda: [work(item) for item in items])


def in_turn(rounds: int, **sides: Callable[[], float]) -> dict[str, list[float]]:
    """Let the sides work slice by slice in turn, so that what else the machine does hits all alike.

    A side does one slice of its work and returns its speed.
    """
    speeds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, work in sides.items():
            speeds[name].append(work())
    return speeds


def median_ratio(ours: list[float], theirs: list[float]) -> float:
    """Of the ratios slice by slice."""
    return median(own / other for own, other in zip(ours, theirs, strict=True))


def slices(items: Iterable, size: int) -> Iterator[list]:
    """The items, `size` at a time; what is left over is left out."""
    items = list(items)
    for start in range(0, len(items) - size + 1, size):
        yield items[start : start + size]


def analyse() -> None:
    """Let the planner know the rows that were just written."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
