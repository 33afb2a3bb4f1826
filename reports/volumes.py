"""A PDF file written part by part, so that what has been written need not be kept in memory.

A library that puts PDF files together keeps all of their objects until the end: of a province's
pack a gigabyte. Here the objects of each part are written as the library spells them, under new
numbers; what is kept of each is where it lies in the file (ISO 32000-1, 7.5.7 and 7.5.8).
"""

import re
import struct
import zlib
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from pikepdf import Dictionary, Name, Object, Pdf, Stream

#: Strings as the library writes them (it escapes parentheses), so that a reference is never looked
#: for within one; then references.
SPELT = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9a-fA-F]*>|\b(\d+) 0 R\b", re.DOTALL)
PER_STREAM = 200
#: An entry of the cross references: kind, place or stream, place within the stream.
ENTRY = struct.Struct(">BQH")
FREE, PLAIN, PACKED = 0, 1, 2


class Volume:
    """A file in the making, of numbered objects. `stream`: empty, open for writing."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._entries = bytearray(ENTRY.pack(FREE, 0, 65535))
        self._waiting: list[tuple[int, bytes]] = []
        self._stream.write(b"%PDF-1.7\n%\xc2\xb5\xc2\xb6\n")

    def number(self) -> int:
        """A new object number, for an object that is put later."""
        self._entries += ENTRY.pack(FREE, 0, 0)
        return len(self._entries) // ENTRY.size - 1

    def take(self, part: Pdf, known: dict[int, int]) -> dict[int, int]:
        """Write the objects of a part, but for those that are known by a number of the volume.

        known: number in the part -> number here. Returns the same for all objects of the part.
        """
        objects = {
            each.objgen[0]: each
            for each in part.objects
            if each.objgen[0] not in known and _is_content(each)
        }
        numbers = known | {own: self.number() for own in objects}

        def renumbered(found: re.Match) -> bytes:
            own = found[1]
            return b"%d 0 R" % numbers[int(own)] if own else found[0]

        for own, each in objects.items():
            self._write(numbers[own], each, partial(SPELT.sub, renumbered))
        return numbers

    def put(self, number: int, content: bytes) -> None:
        """Write an object that is not a stream; it is packed together with its neighbours."""
        self._waiting.append((number, content))
        if len(self._waiting) == PER_STREAM:
            self._pack()

    def finish(self, *, root: int, info: int, identifier: bytes) -> None:
        """Write what is waiting, then the cross references. The file is complete."""
        self._pack()
        number, begin = self.number(), self._stream.tell()
        self._note(number, PLAIN, begin, 0)
        head = (
            b"/Type/XRef/W[1 8 2]/Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/Filter/FlateDecode"
            % (number + 1, root, info, identifier.hex().encode(), identifier.hex().encode())
        )
        self._put_stream(number, head, zlib.compress(bytes(self._entries)))
        self._stream.write(b"startxref\n%d\n%%%%EOF\n" % begin)

    def _write(self, number: int, each: Object, spelt: Callable[[bytes], bytes]) -> None:
        if isinstance(each, Stream):
            described = Dictionary(
                {key: value for key, value in each.stream_dict.items() if key != "/Length"}
            )
            head = spelt(described.unparse())
            self._put_stream(number, head[2:-2], each.read_raw_bytes())
        else:
            self.put(number, spelt(each.unparse(resolved=True)))

    def _pack(self) -> None:
        """Write the objects that are waiting as one object stream."""
        if not self._waiting:
            return
        number, places, at = self.number(), [], 0
        for place, (each, content) in enumerate(self._waiting):
            places.append(b"%d %d" % (each, at))
            self._note(each, PACKED, number, place)
            at += len(content) + 1
        index = b" ".join(places) + b"\n"
        content = index + b"\n".join(content for _number, content in self._waiting)
        head = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(places), len(index))
        self._waiting.clear()
        self._put_stream(number, head, zlib.compress(content))

    def _put_stream(self, number: int, head: bytes, content: bytes) -> None:
        self._note(number, PLAIN, self._stream.tell(), 0)
        self._stream.write(b"%d 0 obj\n<<%s/Length %d>>\n" % (number, head, len(content)))
        self._stream.write(b"stream\n")
        self._stream.write(content)
        self._stream.write(b"\nendstream\nendobj\n")

    def _note(self, number: int, *entry: int) -> None:
        ENTRY.pack_into(self._entries, number * ENTRY.size, *entry)


def _is_content(each: Object) -> bool:
    """Not the cross references and packed objects of the part's own file."""
    return not isinstance(each, Stream) or each.get("/Type") not in (Name.XRef, Name.ObjStm)
