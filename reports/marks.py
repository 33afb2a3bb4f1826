"""What makes a document verifiable on paper: its short code and a QR code of its public page."""

import re

import segno
from django.conf import settings
from django.urls import reverse

from reports.verification_codes import SIGNS

#: Where `make demo` serves; a production site without SITE_URL prints the code alone.
AT_HOME = "http://127.0.0.1:8000"
#: What people type between the groups of a code.
BETWEEN = str.maketrans("", "", "- \t\u2013\u2014\u2212\uff0d")


def site() -> str:
    """The address of the site as it is frozen with the figures: "https://…", or empty."""
    return settings.SITE_URL or ("" if settings.PRODUCTION else AT_HOME)


def address(site: str, code: str) -> str:
    """Where the document is verified: https://…/verify/7F3A-91C2-4B5E/."""
    return site + reverse("reports:verify_code", args=[code])


def qr(text: str) -> str:
    """A QR code as the data address of an SVG: the same text gives the same image.

    A quarter of it may be soiled and it still reads (level Q).
    """
    return segno.make(text, error="q", micro=False).svg_data_uri(border=2, dark="#000")


def verification(site: str, code: str) -> dict:
    """What the last page says about verifying the document; an empty `qr` without a site."""
    return {
        "code": code,
        "page": f"{site}{reverse('reports:verify')}" if site else "",
        "qr": qr(address(site, code)) if site else "",
    }


def as_printed(typed: str) -> str:
    """A code as people type it ("7f3a91c24b5e", full-width dashes) in the form that is printed.

    Returns an empty text for what cannot be a code.
    """
    signs = typed.strip().translate(BETWEEN).upper()
    if not re.fullmatch(f"[{SIGNS}]{{12}}", signs):
        return ""
    return "-".join(signs[start : start + 4] for start in (0, 4, 8))
