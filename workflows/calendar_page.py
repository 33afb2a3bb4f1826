"""The working-day calendar of one place, year by year, as its page shows it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from teachers.models import Organisation, SpecialDay
from teachers.working_days import SATURDAY, Calendars
from workflows.models import CalendarChange

CHANGES = 20
#: Years that the page turns to.
FIRST_YEAR, LAST_YEAR = 2020, 2099


@dataclass(frozen=True)
class Day:
    """One square of a month. `special` is what was declared for it, by the nearest authority."""

    day: date
    works: bool
    special: SpecialDay | None = None

    @property
    def css(self) -> str:
        if self.works:
            return "made-up" if self.day.weekday() >= SATURDAY else ""
        return "off" if self.special or self.day.weekday() < SATURDAY else "weekend"


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday; squares outside it are None. working: its working days."""

    first: date
    weeks: list[list[Day | None]]
    working: int


@dataclass(frozen=True)
class Span:
    """Days in a row that one authority declared under one name."""

    first: date
    last: date
    special: SpecialDay

    @property
    def name(self) -> str:
        return name_of(self.special)


def name_of(special: SpecialDay) -> str:
    """What the day is called, in the reader's language."""
    english = special.name_en if (get_language() or "").startswith("en") else ""
    return english or special.name


def line_of(organisation: Organisation) -> list[str]:
    """Paths of the organisation and of all above it."""
    return [organisation.path[: i + 1] for i, sign in enumerate(organisation.path) if sign == "/"]


def declared(organisation: Organisation, year: int) -> list[SpecialDay]:
    """What the country and the authorities above a place, and itself, declared for a year."""
    rows = SpecialDay.objects.filter(
        Q(organisation=None) | Q(organisation__path__in=line_of(organisation)), day__year=year
    )
    return list(rows.select_related("organisation").order_by("day", "organisation__depth", "pk"))


def months(organisation: Organisation, year: int, special: list[SpecialDay]) -> list[Month]:
    """The twelve months of a year as they are worked at a place."""
    rows = [(one.organisation.path if one.organisation else "", one) for one in special]
    calendar = Calendars((path, one.day, one.is_working) for path, one in rows).of(
        organisation.path
    )
    nearest = {one.day: one for _path, one in sorted(rows, key=lambda row: row[0])}
    return [_month(date(year, number, 1), calendar.is_working, nearest) for number in range(1, 13)]


def _month(first: date, works, nearest: dict[date, SpecialDay]) -> Month:
    squares: list[Day | None] = [None] * first.weekday()
    day = first
    while day.month == first.month:
        squares.append(Day(day, works(day), nearest.get(day)))
        day += timedelta(days=1)
    squares += [None] * (-len(squares) % 7)
    return Month(
        first,
        [squares[start : start + 7] for start in range(0, len(squares), 7)],
        sum(square is not None and square.works for square in squares),
    )


def spans(special: list[SpecialDay]) -> list[Span]:
    """The declared days, those in a row under one name taken together, in order."""
    found: list[Span] = []
    alike = sorted(special, key=lambda one: (one.organisation_id or 0, one.day))
    for one in alike:
        last = found[-1] if found else None
        if last and one.day == last.last + timedelta(days=1) and _same(one, last.special):
            found[-1] = Span(last.first, one.day, last.special)
        else:
            found.append(Span(one.day, one.day, one))
    return sorted(found, key=lambda span: (span.first, span.special.organisation_id or 0))


def _same(one: SpecialDay, other: SpecialDay) -> bool:
    return (one.organisation_id, one.is_working, one.name) == (
        other.organisation_id,
        other.is_working,
        other.name,
    )


def changes(organisation: Organisation, after: str) -> tuple[list[CalendarChange], int | None]:
    """The changes that touch a place or a part of it, the newest first, and the next page's key."""
    found = CalendarChange.objects.filter(
        Q(organisation=None)
        | Q(organisation__path__in=line_of(organisation))
        | Q(organisation__path__startswith=organisation.path)
    )
    if after.isascii() and after.isdigit() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    rows = list(_with_names(found).order_by("-pk")[: CHANGES + 1])
    return rows[:CHANGES], rows[CHANGES - 1].pk if len(rows) > CHANGES else None


def _with_names(rows: QuerySet[CalendarChange]) -> QuerySet[CalendarChange]:
    return rows.select_related("organisation", "by", "post__organisation")
