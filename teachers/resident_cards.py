"""Identity documents: the resident card of GB 11643 in full, the form of the others.

Region prefixes come from GB/T 2260 with its history: a card keeps the code of the place and the
time it was first issued for.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from teachers import identity
from teachers.data_files import rows_of
from teachers.numbers import check_character

RESIDENT_CARD = "1"
#: First six digits of residence permits for Hong Kong, Macau and Taiwan residents.
PERMIT_REGIONS = {"810000", "820000", "830000"}

_FORM = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_OLD_FORM = re.compile(r"[0-9]{15}", re.ASCII)
_PERMIT = r"|8[123]0000[0-9]{11}[0-9X]"
#: Identity document type (code list id_type) to the form of its number.
OTHER_FORMS = {
    "6": re.compile(
        r"H[0-9]{8}([0-9]{2})?|[HK][A-Z]?[0-9]{7,8}|[A-Z]{1,2}[0-9]{6}\([0-9A]\)" + _PERMIT
    ),
    "7": re.compile(r"M[0-9]{8}([0-9]{2})?|M[A-Z]?[0-9]{7}|[0-9]{7}\([0-9]\)" + _PERMIT),
    "8": re.compile(r"[0-9]{8}([0-9]{2})?|T?[0-9]{10}\(?[A-Z]?\)?" + _PERMIT),
    "A": re.compile(r"(?=[A-Z0-9]*[0-9])[A-Z0-9]{5,17}"),
}
_ANY_FORM = re.compile(r"\S{4,20}")


@dataclass(frozen=True, slots=True)
class ResidentCard:
    """What a sound number says. `region_is_known` is False for a code never listed in a
    prefecture that exists: worth a question, no error."""

    number: str
    region: str
    birth_date: date
    sex: str
    region_is_known: bool


class UnsoundNumber(ValueError):
    """Why a number cannot be a resident card: `rule` is a code of `teachers.rules`."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@cache
def _regions() -> tuple[frozenset[str], frozenset[str]]:
    """All codes that are or were in force, and their prefectures (first four digits)."""
    codes = frozenset(row["code"] for row in rows_of("code_lists", "gb2260_china.csv"))
    return codes, frozenset(code[:4] for code in codes)


def upgrade(number: str) -> str:
    """The 18-digit number of a first-generation card (15 digits, born 19xx); others unchanged."""
    if len(number) == 15 and _OLD_FORM.fullmatch(number):
        longer = f"{number[:6]}19{number[6:]}"
        return longer + check_character(longer)
    return number


@lru_cache(maxsize=1)  # what follows from a person's number and the rules ask one after the other
def read(number: str) -> ResidentCard:
    """Read a normalised 18-character number. Raises UnsoundNumber with the rule it breaks."""
    if not _FORM.fullmatch(number):
        raise UnsoundNumber("identity_form")
    if check_character(number[:17]) != number[17]:
        raise UnsoundNumber("identity_check_character")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise UnsoundNumber("identity_birth_date") from None
    if born.year < 1850:
        raise UnsoundNumber("identity_birth_date")
    codes, prefectures = _regions()
    region = number[:6]
    known = region in codes or region in PERMIT_REGIONS
    if not known and region[:4] not in prefectures:
        raise UnsoundNumber("identity_region")
    return ResidentCard(
        number=number,
        region=region,
        birth_date=born,
        sex="1" if int(number[16]) % 2 else "2",
        region_is_known=known,
    )


def as_entered(number: str, kind: str) -> str:
    """What is kept of a number as somebody typed it: normalised, an old card in 18 digits.

    A 15-digit number that is no sound card stays as it is, for the rules to find.
    """
    number = identity.normalise(number)
    if kind == RESIDENT_CARD:
        longer = upgrade(number)
        return longer if longer != number and is_sound(longer) else number
    return number


def is_sound(number: str) -> bool:
    """Whether `read` would accept a number."""
    try:
        read(number)
    except UnsoundNumber:
        return False
    return True


def has_form(kind: str, number: str) -> bool:
    """Whether a normalised number can belong to a document of this type (not the resident card)."""
    return OTHER_FORMS.get(kind, _ANY_FORM).fullmatch(number) is not None
