"""Teacher numbers: "62", nine digits of a serial, one check character (ISO 7064 MOD 11-2).

The same rule stands as an SQL function `teacher_number(serial)` in migration 0002, because numbers
are issued set-based; a test holds the two together.
"""

from functools import cache
from operator import mul

PREFIX = "62"
SERIAL_DIGITS = 9


def check_character(digits: str) -> str:
    """The ISO 7064 MOD 11-2 check character (0-9 or X) of a string of digits.

    The method of GB 11643, which offices know from identity cards.
    """
    total = sum(map(mul, _weights(len(digits)), map(int, digits)))
    return "0123456789X"[(12 - total) % 11]


@cache
def _weights(length: int) -> tuple[int, ...]:
    """What each digit counts: the last one twice, each one before it twice as much (modulo 11)."""
    return tuple(pow(2, length - place, 11) for place in range(length))


def teacher_number(serial: int) -> str:
    """Format a serial (1 to 999,999,999) as a twelve-character teacher number."""
    body = f"{PREFIX}{serial:0{SERIAL_DIGITS}d}"
    return body + check_character(body)


def is_teacher_number(text: str) -> bool:
    """Is this a well-formed number with the right check character?"""
    return (
        len(text) == len(PREFIX) + SERIAL_DIGITS + 1
        and text.startswith(PREFIX)
        and text[:-1].isascii()
        and text[:-1].isdigit()
        and text[-1] == check_character(text[:-1])
    )
