"""Numbers as people read them."""

#: Four digits are read at a glance; longer numbers are parted (GB/T 15835-2011).
PARTED_FROM = 10_000


def grouped(number: int) -> str:
    """A count with its thousands parted from five digits on: 9999, 10,000."""
    return f"{number:,}" if number >= PARTED_FROM else str(number)
