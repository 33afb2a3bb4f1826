"""What somebody who searches asks for: the filters of the address bar, and the words in the box.

One box takes names, pinyin, initials, teacher numbers, the visible digits of an identity number and
whole numbers; `understand` tells them apart by their form, the list "Search by" overrules it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from django.db import models
from django.utils.translation import gettext_lazy as _

from teachers import identity, resident_cards
from teachers.enums import FileStatus
from teachers.numbers import is_teacher_number
from teachers.refusals import Refusal

LONGEST = 80


class By(models.TextChoices):
    """What the words are, said by the person who searches; without it their form decides."""

    NAME = "name", _("Name or pinyin")
    NUMBER = "number", _("Teacher number")
    IDENTITY = "identity", _("Identity number")


class Kind(models.TextChoices):
    """What the words were understood as."""

    NOTHING = "", _("Everybody")
    NAME = "name", _("Name begins with")
    LETTERS = "letters", _("Pinyin or initials begin with")
    NUMBER = "number", _("Teacher number")
    NUMBER_BEGINS = "number_begins", _("Teacher number begins with")
    VISIBLE = "visible", _("Visible digits of the identity number")
    DOCUMENT = "document", _("Whole identity number")


class TooFewDigits(Refusal):
    """An identity number is searched by its visible digits or whole, nothing between."""

    code = "too_few_digits"


@dataclass(frozen=True)
class Question:
    """The words, understood. `first` and `last` are the visible digits of an identity number."""

    kind: Kind
    words: str = ""
    first: str = ""
    last: str = ""

    @property
    def is_secret(self) -> bool:
        """Whether the words are a whole identity number, which no address or log may hold."""
        return self.kind == Kind.DOCUMENT

    @property
    def shown(self) -> str:
        """The words as they may be shown again."""
        return identity.mask(self.words) if self.is_secret else self.words


@dataclass(frozen=True)
class Filters:
    """What the address bar asks for; unknown values are ignored.

    unit: code of an authority or a school; school: words of a school's name, or its code; ethnic:
    code of GB/T 3304; after: the cursor of the last row seen.
    """

    q: str = ""
    by: str = ""
    unit: str = ""
    school: str = ""
    ethnic: str = ""
    status: str = ""
    after: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        asked = {
            f.name: str(query.get(f.name, "")).replace("\0", "").strip()[:LONGEST]
            for f in fields(cls)
        }
        for name, values in {"by": By.values, "status": FileStatus.values}.items():
            if asked[name] not in values:
                asked[name] = ""
        return cls(**asked)

    def address(self, **changes: str) -> str:
        """The query string of these filters with some changed; page one again."""
        then = replace(self, **({"after": ""} | changes))
        return "?" + urlencode([(f.name, v) for f in fields(then) if (v := getattr(then, f.name))])

    @property
    def narrowed(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self) if f.name not in ("after", "by"))

    @property
    def question(self) -> Question:
        """Raises TooFewDigits."""
        return understand(self.q, self.by)


_VISIBLE = re.compile(r"(?=.*[0-9X])([0-9]{6})?\*+([0-9]{3}[0-9X])?", re.ASCII)
_FIRST = re.compile(r"(?!6200)[0-9]{6}", re.ASCII)
_LAST = re.compile(r"(?!6200)[0-9]{3}[0-9X]", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,11}|[0-9]{11}[0-9X]", re.ASCII)
_CARD = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]", re.ASCII)
_OTHER_DOCUMENT = re.compile(r"[A-Z]{1,2}[0-9]{7,10}", re.ASCII)
_WHOLE = re.compile(r"(?=.*[0-9])[0-9A-Z()]{5,20}", re.ASCII)
_LETTERS = re.compile(r"[a-zü'’ ]+", re.IGNORECASE)


def understand(words: str, by: str = "") -> Question:
    """What the words ask for. Raises TooFewDigits if they shall be an identity number and cannot.

    Four digits are the last of an identity number, six the first (a teacher number's begin with
    6200); any others begin a teacher number.
    """
    words = " ".join(words.split())
    compact = identity.normalise(words)
    if not compact:
        return Question(Kind.NOTHING)
    if by == By.NAME:
        return _name(words)
    if by == By.NUMBER:
        return _number(compact)
    asked = _identity(compact, said=by == By.IDENTITY)
    if asked is not None:
        return asked
    if by == By.IDENTITY:
        raise TooFewDigits(
            _("Type the first six or the last four digits (as 620102*0031), or the whole number.")
        )
    return _number(compact) if _NUMBER.fullmatch(compact) else _name(words)


def _name(words: str) -> Question:
    if not _LETTERS.fullmatch(words):
        return Question(Kind.NAME, words)
    plain = re.sub(r"['’ ]", "", words.lower()).replace("ü", "v").replace("lyu", "lv")
    return Question(Kind.LETTERS, plain) if plain else Question(Kind.NOTHING)


def _number(compact: str) -> Question:
    kind = Kind.NUMBER if is_teacher_number(compact) else Kind.NUMBER_BEGINS
    return Question(kind, compact)


def _identity(compact: str, *, said: bool) -> Question | None:
    """The words as (part of) an identity number; None if they have no such form."""
    if found := _VISIBLE.fullmatch(compact):
        return Question(Kind.VISIBLE, compact, found[1] or "", found[2] or "")
    if _FIRST.fullmatch(compact):
        return Question(Kind.VISIBLE, compact, first=compact)
    if _LAST.fullmatch(compact):
        return Question(Kind.VISIBLE, compact, last=compact)
    if _CARD.fullmatch(compact):
        return Question(Kind.DOCUMENT, resident_cards.upgrade(compact))
    if _OTHER_DOCUMENT.fullmatch(compact) or (said and _WHOLE.fullmatch(compact)):
        return Question(Kind.DOCUMENT, compact)
    return None
