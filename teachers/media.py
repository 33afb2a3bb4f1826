"""What a file that somebody hands in really is: judged by its content, never by its name.

PDF, JPEG and PNG are taken. Pictures are decoded to the last line, PDFs are opened and their first
page is loaded; what carries scripts, files or programs is refused.
"""

import io
import re
import struct
import threading
from dataclasses import dataclass

import pypdfium2
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageFile

from teachers.enums import AttachmentKind
from teachers.refusals import Refusal

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
_BEGINNINGS = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_PDF_BEGINNING = re.compile(rb"%PDF-[12]\.[0-9]")
#: A PDF may begin with a few bytes of something else (ISO 32000-1, annex H.3.4.1).
_PDF_WITHIN = 1024
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
#: An A4 page scanned at 600 dpi has 35 million pixels.
MOST_PIXELS = 40_000_000
MOST_PAGES = 300

#: Photo of a file (index system, indicator 照片): 26 mm × 32 mm at 150 dpi or more.
PHOTO_MM = (26, 32)
LEAST_DPI = 150
LEAST_PIXELS = tuple(round(side / 25.4 * LEAST_DPI) for side in PHOTO_MM)
#: The sides may differ from 26:32 by so much (a cut of a pixel or two).
RATIO_TOLERANCE = 0.03

# pdfium keeps state of its own: one thread at a time.
_pdfium = threading.Lock()


class FileRefused(Refusal):
    """A file that cannot be taken; the message names it and says what to do."""

    code = "file_refused"


@dataclass(frozen=True)
class Media:
    """What a file was found to be. `width` and `height` in pixels, None for a PDF."""

    media_type: str
    width: int | None = None
    height: int | None = None


def inspect(content: bytes, *, name: str, kind: str) -> Media:
    """The type of a sound file that may be handed in as `kind`. Raises FileRefused."""
    most = settings.ATTACHMENT_MAX_BYTES[kind]
    if not content:
        raise FileRefused(_("“%(file)s” is empty. Choose the file again.") % {"file": name})
    if len(content) > most:
        raise FileRefused(too_large(name, most))
    media_type = sniff(content)
    if kind == AttachmentKind.PHOTO and media_type != JPEG:
        raise FileRefused(
            _("“%(file)s” is not a JPEG picture. Save the photo as .jpg and choose it again.")
            % {"file": name}
        )
    if media_type is None:
        raise FileRefused(
            _(
                "“%(file)s” is neither a PDF nor a JPEG or PNG picture."
                " Scan or save it as one of these."
            )
            % {"file": name}
        )
    if media_type == PDF:
        _inspect_pdf(content, name)
        return Media(PDF)
    found = _inspect_picture(content, media_type, name)
    if kind == AttachmentKind.PHOTO:
        _inspect_photo(found, name)
    return found


def too_large(name: str, most: int) -> str:
    """The sentence for a file above `most` bytes."""
    size = f"{most // 1024 // 1024} MB" if most >= 1024 * 1024 else f"{most // 1024} KB"
    return _("“%(file)s” is larger than %(most)s. Save it smaller and choose it again.") % {
        "file": name,
        "most": size,
    }


def sniff(content: bytes) -> str | None:
    """The media type by the first bytes; None for anything that is not taken."""
    for beginning, media_type in _BEGINNINGS:
        if content.startswith(beginning):
            return media_type
    return PDF if _PDF_BEGINNING.search(content[:_PDF_WITHIN]) else None


# --- Pictures --------------------------------------------------------------------------------


def _inspect_picture(content: bytes, media_type: str, name: str) -> Media:
    """Decode the whole picture, once its size is known to be bearable."""
    formats = ("JPEG",) if media_type == JPEG else ("PNG",)
    # For the whole process, since WeasyPrint, once it is loaded, lets half pictures pass.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(content), formats=formats) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise FileRefused(
                    _("“%(file)s” has too many pixels. Scan it at 300 dpi and choose it again.")
                    % {"file": name}
                )
            picture.load()
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
        raise FileRefused(_damaged(name)) from error
    return Media(media_type, width, height)


def _inspect_photo(found: Media, name: str) -> None:
    width, height = found.width or 0, found.height or 0
    wanted = {"file": name, "least": f"{LEAST_PIXELS[0]} × {LEAST_PIXELS[1]}"}
    if width < LEAST_PIXELS[0] or height < LEAST_PIXELS[1]:
        raise FileRefused(
            _(
                "“%(file)s” has %(found)s pixels; a photo of 26 × 32 mm needs at least"
                " %(least)s (150 dpi). Take a sharper one."
            )
            % {**wanted, "found": f"{width} × {height}"}
        )
    ratio = (width / height) / (PHOTO_MM[0] / PHOTO_MM[1])
    if abs(ratio - 1) > RATIO_TOLERANCE:
        raise FileRefused(
            _(
                "“%(file)s” has %(found)s pixels, which is not the shape of 26 × 32 mm."
                " Cut it to, for example, 260 × 320 pixels."
            )
            % {**wanted, "found": f"{width} × {height}"}
        )


# --- PDF -------------------------------------------------------------------------------------


def _inspect_pdf(content: bytes, name: str) -> None:
    if _ACTIVE.search(content):
        raise FileRefused(_active(name))
    try:
        with _pdfium:
            document = pypdfium2.PdfDocument(content)
            try:
                pages = len(document)
                if pages:
                    document[0].close()
                raw = pypdfium2.raw
                carries = raw.FPDFDoc_GetJavaScriptActionCount(document)
                carries += raw.FPDFDoc_GetAttachmentCount(document)
            finally:
                document.close()
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise FileRefused(
                _("“%(file)s” is protected by a password. Save it without one.") % {"file": name}
            ) from error
        raise FileRefused(_damaged(name)) from error
    if carries > 0:
        raise FileRefused(_active(name))
    if not 0 < pages <= MOST_PAGES:
        raise FileRefused(
            _("“%(file)s” has %(pages)s pages; between 1 and %(most)s are taken.")
            % {"file": name, "pages": pages, "most": MOST_PAGES}
        )


def _damaged(name: str) -> str:
    return _("“%(file)s” is incomplete or damaged. Scan or save it again.") % {"file": name}


def _active(name: str) -> str:
    return _(
        "“%(file)s” contains scripts or other files. Print it to a plain PDF and choose that."
    ) % {"file": name}
