"""The pieces of which the texts of messages are made."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language


@dataclass(frozen=True)
class Line:
    """One line of a message; tone: "bad", "warn" or "", for the eye; address: where it leads."""

    words: str
    tone: str = ""
    note: str = ""
    address: str = ""


def name_of(names: Mapping | None) -> str:
    """A name in the reader's language."""
    if not names:
        return ""
    english = names.get("name_en") if (get_language() or "").startswith("en") else ""
    return english or names.get("name", "")


def address_of(page: str, **arguments) -> str:
    """The address of a page; "" when there is none of this name (any more)."""
    try:
        return reverse(page, kwargs=arguments)
    except NoReverseMatch:
        return ""
