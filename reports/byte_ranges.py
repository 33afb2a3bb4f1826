"""The Range header (RFC 9110, 14.2): which bytes of a file are asked for."""

import re
from typing import NamedTuple

ONE = re.compile(r"bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$", re.ASCII | re.IGNORECASE)
#: More digits than this cannot be a place in a file.
MOST_DIGITS = 18


class Span(NamedTuple):
    """From the first byte to the last one, both included."""

    first: int
    last: int


class Unsatisfiable(ValueError):
    """The file has none of the bytes that are asked for."""


def asked(header: str, size: int) -> Span | None:
    """The span of a Range header; None for the whole file, also where several spans are asked for
    or the header makes no sense (RFC 9110 lets a server ignore those). Raises Unsatisfiable."""
    found = ONE.match(header)
    if not found or not any(found.groups()) or max(map(len, found.groups())) > MOST_DIGITS:
        return None
    first, last = found.groups()
    if not first:
        if int(last) == 0 or size == 0:
            raise Unsatisfiable
        return Span(max(0, size - int(last)), size - 1)
    span = Span(int(first), min(int(last) if last else size - 1, size - 1))
    if last and int(last) < span.first:
        return None
    if span.first >= size:
        raise Unsatisfiable
    return span
