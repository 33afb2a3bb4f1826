"""Fictional resident identity numbers (GB 11643): valid, and unique without asking anybody.

Numbers of one region and day differ in three digits (even: women, odd: men). They are dealt out so
that authorities drawn in different processes never meet: 000-299 go to people born in the county
that manages their school, four numbers from 300 up to each authority for people born elsewhere,
and 930-999 to people hired after the build.
"""

from datetime import date
from random import Random

from teachers.numbers import check_character

ELSEWHERE, PER_AUTHORITY, HIRED = 300, 4, 930


class IdentityNumbers:
    """Deals numbers of one authority; `authority_index` is its place among all authorities."""

    def __init__(self, home: str, authority_index: int) -> None:
        self._home = home
        self._first = ELSEWHERE + PER_AUTHORITY * authority_index
        if self._first + PER_AUTHORITY > HIRED:
            raise ValueError("There are more authorities than ranges of identity numbers.")
        self._taken: set[str] = set()

    def deal(self, rng: Random, region: str, born: date, sex: str) -> str | None:
        """A number not dealt before, or None if that day is used up there (draw another day)."""
        first, count = (0, 300) if region == self._home else (self._first, PER_AUTHORITY)
        return _deal(rng, region, born, sex, first, count, self._taken)


def deal_hired(rng: Random, region: str, born: date, sex: str, taken: set[str]) -> str | None:
    """A number of the range kept for people hired after the build; `taken` is added to."""
    return _deal(rng, region, born, sex, HIRED, 1000 - HIRED, taken)


def _deal(rng, region, born, sex, first, count, taken) -> str | None:
    odd = 1 if sex == "1" else 0
    slots = count // 2
    start = rng.randrange(slots)
    front = f"{region}{born:%Y%m%d}"
    for step in range(slots):
        body = f"{front}{first + 2 * ((start + step) % slots) + odd:03d}"
        if body not in taken:
            taken.add(body)
            return body + check_character(body)
    return None
