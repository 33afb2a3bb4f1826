"""Working days: Monday to Friday, less the holidays, plus the make-up days.

A day may be declared special for the country (the State Council's notice of each year) or by an
authority for all below it; the nearest authority has the last word. Without any declaration
Saturdays, Sundays and the public holidays that have a date of their own are free.

Nothing is kept in the process: `Calendars.read()` asks the database once, for as many
organisations as one request or one act needs, so every process sees a change at once.

Who counts days for a due date holds the calendar (`HOLD`, `hold()`) before reading it, and whoever
changes it waits for them and lets nobody else count (`hold_alone()`): see
workflows/actions/calendar_changes.py.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest

from teachers.models import Organisation, SpecialDay
from teachers.ready_queries import Ready

SATURDAY = 5
#: Month and day of the public holidays that follow the solar calendar; the others are only data.
#: Source: 全国年节及纪念日放假办法, article 2, as in force from 1 January 2025.
SOLAR_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
DAY = timedelta(days=1)
#: Keys of the advisory lock of the calendar ("cale" in ASCII as an int4); freed with the
#: transaction. HOLD is SQL of its own, so that it can go ahead of the question it protects.
LOCK = f"{0x63616C65}, 0"
HOLD = f"SELECT pg_advisory_xact_lock_shared({LOCK})"


def hold() -> None:
    """Keep the calendar as it is until this transaction ends; waits for a change under way.

    It is the last lock that a transaction takes: documents first.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD)


def hold_alone() -> None:
    """Let nobody count days until this transaction ends; waits for those who do."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({LOCK})")


class Calendar:
    """The working days of one place. `special` says of a day whether it is worked.

    Answers are kept with it, so thousands of cases that count from one day cost one count.
    """

    def __init__(self, special: dict[date, bool] | None = None) -> None:
        self.special = special or {}
        self._after: dict[tuple[date, int], date] = {}
        self._between: dict[tuple[date, date], int] = {}

    def is_working(self, day: date) -> bool:
        declared = self.special.get(day)
        if declared is not None:
            return declared
        return day.weekday() < SATURDAY and (day.month, day.day) not in SOLAR_HOLIDAYS

    def after(self, day: date, count: int) -> date:
        """The day `count` working days after `day` (0: the day itself, or the next worked one)."""
        known = self._after.get((day, count))
        if known is None:
            known = self._after[day, count] = self._count_on(day, count)
        return known

    def _count_on(self, day: date, count: int) -> date:
        while count > 0 or not self.is_working(day):
            day += DAY
            if self.is_working(day):
                count -= 1
        return day

    def before(self, day: date, count: int) -> date:
        """The latest day after which `count` working days have passed by the end of `day`."""
        while count > 0:
            if self.is_working(day):
                count -= 1
            day -= DAY
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and including `last` (none if it is
        before)."""
        known = self._between.get((first, last))
        if known is None:
            days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
            known = self._between[first, last] = sum(self.is_working(day) for day in days)
        return known


class Calendars:
    """The calendars of all organisations, made from (path of the authority, day, is it worked)
    rows; the path of the country is empty."""

    def __init__(self, rows: Iterable[tuple[str, date, bool]]) -> None:
        self._declared: dict[str, dict[date, bool]] = {}
        # A path sorts after those of the authorities above it: the nearest comes last.
        for path, day, is_working in sorted(rows):
            self._declared.setdefault(path, {})[day] = is_working
        self._made: dict[tuple[str, ...], Calendar] = {}

    @classmethod
    def read(cls) -> "Calendars":
        """All special days, in one query."""
        rows = SpecialDay.objects.values_list("organisation__path", "day", "is_working")
        return cls((path or "", day, is_working) for path, day, is_working in rows)

    @property
    def tops(self) -> list[str]:
        """Paths of those that declared something; the country's is always among them."""
        return sorted({"", *self._declared})

    def with_days(self, path: str, days: Iterable[date], is_working: bool | None) -> "Calendars":
        """These calendars with days of one authority declared anew; None takes its word back."""
        rows = {
            (top, day): works for top, own in self._declared.items() for day, works in own.items()
        }
        for day in days:
            rows.pop((path, day), None)
            if is_working is not None:
                rows[path, day] = is_working
        return Calendars((top, day, works) for (top, day), works in rows.items())

    def of(self, path: str) -> Calendar:
        """The calendar of the organisation with this path; places with the same authorities that
        declared something share one."""
        above = tuple(top for top in self._declared if path.startswith(top))
        calendar = self._made.get(above)
        if calendar is None:
            special: dict[date, bool] = {}
            for top in above:
                special |= self._declared[top]
            calendar = self._made[above] = Calendar(special)
        return calendar


def calendar_of(organisation: Organisation) -> Calendar:
    """The calendar of one organisation, in one query."""
    above = [organisation.path[: i + 1] for i, c in enumerate(organisation.path) if c == "/"]
    found = _DECLARED(above=above)
    return Calendars((path or "", day, works) for path, day, works in found).of(organisation.path)


#: Authorities are looked up one by one, however many the planner takes the days for: joined, every
#: request would read all organisations.
_DECLARED = Ready(
    "special_days_of_a_place",
    lambda above: SpecialDay.objects.filter(
        Q(organisation=None)
        | Q(organisation__in=Organisation.objects.filter(path__any_of=above).values("pk"))
    ).values_list(
        Subquery(Organisation.objects.filter(pk=OuterRef("organisation")).values("path")),
        "day",
        "is_working",
    ),
    above="text[]",
)


def calendar_here(request: HttpRequest) -> Calendar:
    """The calendar of the acting post's organisation, read once for each request."""
    known = getattr(request, "_working_days", None)
    if known is None:
        post = getattr(request, "post", None)
        known = calendar_of(post.organisation) if post else Calendars.read().of("")
        request._working_days = known
    return known
