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
