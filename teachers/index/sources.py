"""Where the values of a code list come from, in the reader's language."""

from django.utils.translation import gettext_lazy as _

#: `CodeList.source` in words; the name of a standard alone reads the same in every language.
SOURCES = {
    "Names as in public import templates; codes proposed": _(
        "Names as in public import templates; codes proposed"
    ),
    "Codes and names as in public implementations of the national system": _(
        "Codes and names as in public implementations of the national system"
    ),
    "Defined for this system": _("Defined for this system"),
    "General knowledge, unverified": _("General knowledge, unverified"),
    "National standard (type of institution attended)": _(
        "National standard (type of institution attended)"
    ),
    "Names sourced; codes proposed": _("Names sourced; codes proposed"),
    "Names of the ten tables of the national system; codes proposed": _(
        "Names of the ten tables of the national system; codes proposed"
    ),
    "00 and 99 as in public implementations; the rest proposed": _(
        "00 and 99 as in public implementations; the rest proposed"
    ),
    "0 and 2 as in public implementations; the rest proposed": _(
        "0 and 2 as in public implementations; the rest proposed"
    ),
    "GB/T 2260, present and former codes": _("GB/T 2260, present and former codes"),
    "First digits, 998 and 999 as in public implementations; the rest by rule": _(
        "First digits, 998 and 999 as in public implementations; the rest by rule"
    ),
}


def source_text(source: str) -> str:
    """What the shipped files say of a source, translated where it is a sentence."""
    return str(SOURCES.get(source, source))
