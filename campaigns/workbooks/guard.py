"""Looks at a file that claims to be a workbook before anything parses it.

Nothing is run and little is kept in memory: the parts of the archive are streamed once, counted,
and searched for what a school's workbook never needs.
"""

import io
import re
import zipfile
import zlib
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.workbooks.layout import MOST_ROWS
from teachers.refusals import Refusal

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
MOST_PARTS = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
#: Ratios are judged from this size on: small parts of a sound workbook pack very well.
RATIO_FROM = 10 * 1024 * 1024
MOST_RATIO = 200
PIECE = 1 << 20
#: A shared text longer than this (bytes) is no entry of a form.
LONGEST_TEXT = 20_000
#: Cells times longest text: what the sheets could grow to in memory.
MOST_TEXT = 2 << 30

_WRITTEN_ROW = re.compile(rb"""\br\s*=\s*["'][A-Z]{0,3}([0-9]{5,10})["']""")
_FAR_COLUMN = re.compile(rb"""\br\s*=\s*["'](?:[D-Z][A-Z]|[A-Z]{3,})[0-9]{1,10}["']""")
#: How Excel, WPS and every library write places and types: read fast. Any other spelling
#: (spaces, single quotes) that XML allows is read by the slower expressions above.
_USUAL_FAR = re.compile(
    rb' r="(?:[A-Z]{0,3}(?:[4-9][0-9]{4}|[0-9]{6,10})|(?:[D-Z][A-Z]|[A-Z]{3,})[0-9]{1,10})"'
)
_UNUSUAL = (b"='", b" =", b"\t=", b"\n=", b"\r=")
_FORMULA = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?f[\s>/]")
_END_OF_TEXT = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?si\s*>")
_SHARED_CELL = re.compile(rb"""\bt\s*=\s*["']s["']""")
_OVERLAP = 64
_MACRO_PARTS = re.compile(r"vbaproject|macrosheets/|activex/|embeddings/|ctrlprops/.*\.bin", re.I)
_LINKED_PARTS = re.compile(r"externallinks/|connections\.xml|querytables/", re.I)


class WorkbookRefused(Refusal):
    """The file as a whole cannot be taken; the message names it and says what to do."""

    code = "workbook_refused"


def inspect(content: bytes, name: str) -> None:
    """Raise WorkbookRefused unless `content` is a plain .xlsx workbook of bearable size."""
    if len(content) > settings.WORKBOOK_MAX_BYTES:
        raise WorkbookRefused(
            _("“%(file)s” is larger than %(most)s MB. Split it and import the parts.")
            % {"file": name, "most": settings.WORKBOOK_MAX_BYTES // 1024 // 1024}
        )
    if content[:8] == OLE_MAGIC:
        raise WorkbookRefused(_ole_text(content) % {"file": name})
    if content[:4] != b"PK\x03\x04":
        raise WorkbookRefused(
            _("“%(file)s” is not an Excel workbook. Fill in the template and save it as .xlsx.")
            % {"file": name}
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _inspect_names(archive, name)
            _inspect_parts(archive, name, len(content))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise WorkbookRefused(
            _("“%(file)s” is incomplete or damaged. Save it again in Excel and send it once more.")
            % {"file": name}
        ) from error


def _ole_text(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _("“%(file)s” is protected by a password. Remove the password and save it again.")
    return _("“%(file)s” is in the old .xls format. Save it as .xlsx and import that file.")


def _inspect_names(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    names = [part.filename.replace("\\", "/").lower() for part in parts]
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or len(set(names)) < len(names):
        raise WorkbookRefused(_too_big(name))
    if any(part.flag_bits & 0x1 for part in parts):
        raise WorkbookRefused(
            _("“%(file)s” is protected by a password. Remove the password and save it again.")
            % {"file": name}
        )
    if any(_MACRO_PARTS.search(part) for part in names):
        raise WorkbookRefused(_macros(name))
    if any(_LINKED_PARTS.search(part) for part in names):
        raise WorkbookRefused(
            _(
                "“%(file)s” is linked to other files or databases."
                " Copy the values into a fresh template."
            )
            % {"file": name}
        )
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise WorkbookRefused(
            _("“%(file)s” is not an Excel workbook. Fill in the template and save it as .xlsx.")
            % {"file": name}
        )


def _inspect_parts(archive: zipfile.ZipFile, name: str, packed: int) -> None:
    """Unpack every part once, piece by piece (which also checks its length and its CRC)."""
    unpacked, cells, longest = 0, 0, 0
    for part in archive.infolist():
        lower = part.filename.replace("\\", "/").lower()
        with archive.open(part) as stream:
            seen = _Seen(lower, name)
            for piece in _pieces(stream):
                unpacked += len(piece)
                if unpacked > MOST_UNPACKED or (
                    unpacked > RATIO_FROM and unpacked > packed * MOST_RATIO
                ):
                    raise WorkbookRefused(_too_big(name))
                seen.look(piece)
        cells, longest = cells + seen.shared_cells, max(longest, seen.longest_text)
    if longest > LONGEST_TEXT or cells * longest > MOST_TEXT:
        raise WorkbookRefused(_too_big(name))


def _pieces(stream: IO[bytes]):
    while piece := stream.read(PIECE):
        yield piece


class _Seen:
    """What one part has shown so far."""

    def __init__(self, part: str, file_name: str) -> None:
        self.part, self.file_name = part, file_name
        self.is_xml = part.endswith((".xml", ".rels"))
        self.is_sheet = self.is_xml and part.startswith("xl/worksheets/")
        self.is_texts = self.is_xml and part.startswith("xl/sharedstrings")
        self.shared_cells = self.longest_text = 0
        self._tail = b""
        self._since_text = 0

    def look(self, piece: bytes) -> None:
        window, overlap = self._tail + piece, len(self._tail)
        self._tail = window[-_OVERLAP:]
        if self.is_xml and (b"\0" in piece or b"<!DOCTYPE" in window or b"<!ENTITY" in window):
            raise WorkbookRefused(
                _(
                    "“%(file)s” was not written by Excel or WPS."
                    " Copy the values into a fresh template."
                )
                % {"file": self.file_name}
            )
        if self.part == "[content_types].xml" and b"macroenabled" in window.lower():
            raise WorkbookRefused(_macros(self.file_name))
        if self.is_sheet:
            self._look_at_cells(piece, window)
        if self.is_texts:
            self._look_at_texts(window, overlap)

    def _look_at_cells(self, piece: bytes, window: bytes) -> None:
        if (b"<f" in window or b":f" in window) and _FORMULA.search(window):
            raise WorkbookRefused(
                _("“%(file)s” contains formulas. Paste the values only and import it again.")
                % {"file": self.file_name}
            )
        # The first sign of each is rarely there: looking for it alone is much faster.
        usual = window.count(b"r=") == window.count(b' r="') and not any(
            sign[:1] in window and sign in window for sign in _UNUSUAL
        )
        if not (usual and _USUAL_FAR.search(window) is None) and _is_far(window):
            raise WorkbookRefused(
                _(
                    "“%(file)s” has entries far outside the form. Delete the columns and rows"
                    " behind the last entry and import it again."
                )
                % {"file": self.file_name}
            )
        self.shared_cells += piece.count(b' t="s"') if usual else len(_SHARED_CELL.findall(piece))

    def _look_at_texts(self, window: bytes, overlap: int) -> None:
        begin = overlap - self._since_text
        for end in _END_OF_TEXT.finditer(window):
            if end.end() <= overlap:
                continue
            self.longest_text = max(self.longest_text, end.end() - begin)
            begin = end.end()
        self._since_text = len(window) - begin
        self.longest_text = max(self.longest_text, self._since_text)


def _is_far(window: bytes) -> bool:
    """Whether a row or a column lies far outside any form."""
    if _FAR_COLUMN.search(window):
        return True
    return any(int(row) > MOST_ROWS * 2 for row in _WRITTEN_ROW.findall(window))


def _too_big(name: str) -> str:
    return _(
        "“%(file)s” unpacks to far more than a school's workbook can hold."
        " Copy the values into a fresh template."
    ) % {"file": name}


def _macros(name: str) -> str:
    return _(
        "“%(file)s” contains macros or embedded objects. Save it as a plain .xlsx"
        " workbook and import that file."
    ) % {"file": name}
