"""From frozen figures to a PDF. Needs no database: the same figures give the same bytes."""

import atexit
import functools
import gc
import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.template.loader import get_template, render_to_string
from django.utils.translation import override

from reports import charts, contents, structure
from reports.figures import fingerprint
from reports.page_progress import pages_told

TEMPLATES = "reports/document/"
#: For filing (ISO 19005-2) with tags for those who listen: level A.
ARCHIVAL = "pdf/a-2a"
FONTS = {"Report Sans": "NotoSansSC-Regular.otf", "Report Serif": "NotoSerifSC-Regular.otf"}


@dataclass(frozen=True)
class Document:
    """A PDF. `signed_as`: the name on the certificate that signed it, empty while unsigned."""

    content: bytes
    pages: int
    signed_as: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def pdf(
    figures: dict,
    *,
    issue: int,
    language: str,
    code: str = "",
    told: Callable[[int], None] | None = None,
) -> Document:
    """Draw the report. Raises what WeasyPrint or the chart engine raises; writes nothing.

    code: by which it is verified, printed on its last page. told: called with the number of each
    page when its layout begins (some are laid out twice); what it raises ends the drawing.
    """
    with override(language), pages_told(told):
        return printed(html(figures, issue=issue, code=code), fingerprint(figures))


def html(figures: dict, *, issue: int, code: str = "") -> str:
    """The document before it is laid out, in the active language."""
    return render_to_string(f"{TEMPLATES}report.html", contents.context(figures, issue, code))


@functools.cache
def _style(*sheets: str):
    """Style sheets, one after the other, and fonts, prepared once per process."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    atexit.register(_style.cache_clear)  # fontconfig must still be there when it is let go
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: 400; '
        f'src: url("{(charts.FONT_DIR / file).as_uri()}") }}\n'
        for family, file in FONTS.items()
    )
    source = "".join(get_template(f"{TEMPLATES}{sheet}").template.source for sheet in sheets)
    return CSS(string=faces + source, font_config=fonts, url_fetcher=_fetcher()), fonts


@functools.cache
def _fetcher():
    """Fonts from the disk and charts from the document itself; never the network."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=["file", "data"])


def printed(source: str, mark: str, *sheets: str) -> Document:
    """Lay a page of HTML out as a tagged PDF/A. `mark` makes the same content the same bytes.

    sheets: names of style sheets; that of the reports if none is named.
    """
    from weasyprint import HTML

    style, fonts = _style(*(sheets or ("report.css",)))

    def laid_out() -> Document:
        target = io.BytesIO()
        layout = HTML(string=source, url_fetcher=_fetcher()).render(
            stylesheets=[style], font_config=fonts, pdf_variant=ARCHIVAL
        )
        layout.write_pdf(
            target,
            finisher=structure.plain,
            pdf_variant=ARCHIVAL,
            pdf_identifier=mark.encode(),
            custom_metadata=False,
        )
        return Document(content=target.getvalue(), pages=len(layout.pages))

    with _nothing_collected():
        return laid_out()  # whose layout is let go before garbage is looked for again


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """A layout makes a million objects that all live until its end: looking through them for
    garbage on the way takes an eighth of the time and finds nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
