"""The short code of a document, by which anybody may ask whether it is genuine."""

import secrets

#: No 0, O, 1, I and L: they are read wrong from paper.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code() -> str:
    """Twelve signs in three groups ("7F3A-91C2-4B5E"): 59 bits, not to be guessed."""
    signs = [secrets.choice(SIGNS) for _ in range(12)]
    return "-".join("".join(signs[start : start + 4]) for start in (0, 4, 8))
