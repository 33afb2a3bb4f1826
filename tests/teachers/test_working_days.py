from datetime import date

import pytest

from teachers import working_days


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        ("2026-11-23", 0, "2026-11-23"),  # a Monday
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-11-27", 1, "2026-11-30"),  # a Friday
        ("2026-11-28", 0, "2026-11-30"),  # a Saturday
        ("2026-11-28", 1, "2026-11-30"),
    ],
)
def test_saturdays_and_sundays_do_not_count(day, count, result):
    assert working_days.after(date.fromisoformat(day), count) == date.fromisoformat(result)
