"""How counts are written on pages."""

import pytest

from config.numbers import grouped


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (9_999, "9999"), (10_000, "10,000"), (1_234_567, "1,234,567")],
)
def test_a_count_of_five_digits_is_parted(number, written):
    assert grouped(number) == written
