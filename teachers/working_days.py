"""Working days: Monday to Friday."""

from datetime import date, timedelta

SATURDAY = 5


def after(day: date, count: int) -> date:
    """The day that lies `count` working days after `day` (0: the day itself, if it is one)."""
    while count > 0 or day.weekday() >= SATURDAY:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            count -= 1
    return day


def between(first: date, last: date) -> int:
    """How many working days lie after `first` up to and including `last`."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(day.weekday() < SATURDAY for day in days)
