"""Merkle trees by SHA-256 as in RFC 6962, section 2.1.

A leaf's hash is that of the byte 0 and its content, a node's that of the byte 1 and the hashes of
its two parts, so that no node can be passed off as a leaf. A tree of n > 1 leaves is split behind
the largest power of two smaller than n. The root of no leaves is the hash of nothing.
"""

import hashlib
from collections.abc import Iterable, Sequence


def leaf(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over the hashes of leaves in their order; keeps one hash a level at a time."""
    whole: list[tuple[int, bytes]] = []  # finished subtrees by size, the largest first
    for top in leaves:
        size = 1
        while whole and whole[-1][0] == size:
            size, top = size * 2, node(whole.pop()[1], top)  # noqa: PLW2901
        whole.append((size, top))
    if not whole:
        return hashlib.sha256(b"").digest()
    top = whole.pop()[1]
    while whole:
        top = node(whole.pop()[1], top)
    return top


def path_to(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """What has to be hashed with a leaf on the way to the root, from the leaf upwards."""
    if len(leaves) < 2:
        return []
    split = _split(len(leaves))
    lower, upper = leaves[:split], leaves[split:]
    if index < split:
        return [*path_to(index, lower), root_of(upper)]
    return [*path_to(index - split, upper), root_of(lower)]


def root_by_path(top: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root of a tree of that size that has this leaf at this place; None if the path does not
    fit the place."""
    if not 0 <= index < size or (size == 1) != (not path):
        return None
    if size == 1:
        return top
    split, (*rest, sibling) = _split(size), path
    if index < split:
        below = root_by_path(top, index=index, size=split, path=rest)
        return below and node(below, sibling)
    below = root_by_path(top, index=index - split, size=size - split, path=rest)
    return below and node(sibling, below)


def _split(size: int) -> int:
    """The largest power of two smaller than size."""
    return 1 << ((size - 1).bit_length() - 1)
