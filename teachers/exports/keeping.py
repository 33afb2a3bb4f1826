"""Workbooks that wait to be fetched: sealed piece by piece, so that none is ever whole in memory.

Each piece is sealed with its place and whether it is the last: pieces that are missing, exchanged
or cut off are noticed.
"""

import os
import struct
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from teachers import identity

PIECE = 1 << 20
_HEAD = struct.Struct(">QB")
_LENGTH = struct.Struct(">I")


class Damaged(ValueError):
    """The kept file is incomplete or was altered."""


def folder() -> Path:
    """Where the workbooks lie, and where they are made."""
    place = Path(settings.ATTACHMENTS_ROOT) / "exports"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def path_of(key: uuid.UUID) -> Path:
    return folder() / key.hex


def keep(source: Path, key: uuid.UUID) -> int:
    """Seal a file under a key; returns its size in bytes. Whole or not at all."""
    size, number = os.path.getsize(source), 0
    unfinished = path_of(key).with_suffix(".part")
    with source.open("rb") as plain, unfinished.open("wb") as kept:
        piece = plain.read(PIECE)
        while True:
            following = plain.read(PIECE)
            sealed = identity.seal_bytes(_HEAD.pack(number, not following) + piece)
            kept.write(_LENGTH.pack(len(sealed)) + sealed)
            if not following:
                break
            piece, number = following, number + 1
        kept.flush()
        os.fsync(kept.fileno())
    os.replace(unfinished, path_of(key))
    return size


def pieces(key: uuid.UUID) -> Iterator[bytes]:
    """The file again, piece by piece. Raises Damaged, FileNotFoundError."""
    with path_of(key).open("rb") as kept:
        number, is_last = 0, False
        while head := kept.read(_LENGTH.size):
            if len(head) < _LENGTH.size or is_last:
                raise Damaged(key)
            (length,) = _LENGTH.unpack(head)
            sealed = kept.read(length)
            if len(sealed) < length:
                raise Damaged(key)
            plain = identity.unseal_bytes(sealed)
            place, is_last = _HEAD.unpack_from(plain)
            if place != number:
                raise Damaged(key)
            number += 1
            yield plain[_HEAD.size :]
        if not is_last:
            raise Damaged(key)


def drop(key: uuid.UUID) -> None:
    """Delete a kept file, and what a broken attempt left of it."""
    path_of(key).unlink(missing_ok=True)
    path_of(key).with_suffix(".part").unlink(missing_ok=True)
