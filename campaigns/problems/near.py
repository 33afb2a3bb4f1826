"""When two identity numbers are nearly the same, and how to find such pairs among sealed numbers.

Nearly the same: one character is another, missing or too many, or two neighbours are swapped. The
check character of a resident card follows from the rest (GB 11643 would catch every such slip), so
it is left out; a number with one digit wrong and a check character that fits is found too.

The search never compares open numbers: each number leaves keyed hashes of itself with one character
left out, and of itself ("symmetric delete"). Two near numbers share at least one of them:
    one other character: left out in both; one missing: left out in the longer, the shorter whole;
    two swapped: the first left out in one, the second in the other.
Sharing one is not yet being near (characters may be left out at two places), so the few pairs found
are looked at once more with `are_near`.
"""

import hashlib
import re
from functools import lru_cache

from django.conf import settings

_CARD = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
RESIDENT_CARD = "1"


def body(identity_type: str, number: str) -> str:
    """What is compared: a resident card without its check character, other numbers whole."""
    if identity_type == RESIDENT_CARD and _CARD.fullmatch(number):
        return number[:-1]
    return number


def are_near(one: str, other: str) -> bool:
    """Whether at most one edit, or one swap of neighbours, leads from one text to the other."""
    if len(one) > len(other):
        one, other = other, one
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    rest, longer = one[start:], other[start:]
    if len(one) + 1 == len(other):
        return rest == longer[1:]
    if len(one) != len(other):
        return False
    return rest[1:] == longer[1:] or (
        rest[:2] == longer[:2][::-1] and rest[2:] == longer[2:] and len(rest) > 1
    )


def neighbours(identity_type: str, number: str) -> list[int]:
    """Sorted keyed hashes (64 bits, signed) of the number whole and with one character left out."""
    text = body(identity_type, number)
    texts = {text[:place] + text[place + 1 :] for place in range(len(text))}
    texts.add(text)
    begun = _begun(identity_type, settings.IDENTITY_HASH_KEY).copy
    found = set()
    for part in texts:
        digest = begun()
        digest.update(part.encode())
        found.add(int.from_bytes(digest.digest(), signed=True))
    return sorted(found)


@lru_cache(maxsize=64)
def _begun(identity_type: str, key: str):
    """A hash that has taken in its key and the type of document: what every number begins with."""
    return hashlib.blake2b(
        f"{identity_type}:".encode(),
        digest_size=8,
        key=hashlib.sha256(key.encode()).digest(),
        person=b"near",
    )
