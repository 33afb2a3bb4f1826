"""Code lists as look-up tables for a day, kept in the process.

A list changes on screen from the next day on at the earliest, and every process reads its lists
anew on a new day: so all of them agree, all day long, on what may be chosen.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

from teachers.data_files import rows_of
from teachers.models import Code, CodeList

_listings: dict[str, tuple[CodeList, list[Code]]] = {}
_tables: dict[tuple[str, date], "CodeTable"] = {}


@dataclass(frozen=True)
class CodeTable:
    """The values of one code list, as they stand on the day `on`.

    `by_code` keeps the order of the list and holds retired and coming values too. `by_name` holds
    every name once, a value in use before the others. `by_spelling` also knows the usual short
    names, the English names and the codes themselves, all folded by `fold`. `retired` says since
    which day a value can no longer be chosen, `coming` from which day on it can.
    """

    key: str
    name: str
    name_en: str
    by_code: dict[str, str] = field(repr=False, compare=False)
    by_name: dict[str, str] = field(repr=False, compare=False)
    by_spelling: dict[str, str] = field(repr=False, compare=False)
    english: dict[str, str] = field(repr=False, compare=False)
    on: date | None = field(default=None, compare=False)
    retired: dict[str, date] = field(default_factory=dict, repr=False, compare=False)
    coming: dict[str, date] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def width(self) -> int:
        """The length of the longest code."""
        return max(map(len, self.by_code), default=0)

    def same(self, code: str, other: str | None, name: str) -> bool:
        """Whether a code and what stood beside it ("01-汉族") mean the same value."""
        return other == code or fold(self.by_code.get(code, "")) == fold(name)

    def is_usable(self, code: str) -> bool:
        """Whether a value may be chosen on the day of the table."""
        return code in self.by_code and code not in self.retired and code not in self.coming

    def choices(self) -> list[tuple[str, str]]:
        """(code, name) of the values that may be chosen on the day, for drop-downs."""
        return [item for item in self.by_code.items() if self.is_usable(item[0])]

    def label(self, code: str, language: str = "zh-hans") -> str:
        """The name of a value in a language; the code itself if the list does not know it."""
        if language.startswith("en") and self.english.get(code):
            return self.english[code]
        return self.by_code.get(code, code)


def fold(text: str) -> str:
    """One spelling for all: half-width, no spaces, lower case ("ＭＨＫ 三级" becomes "mhk三级")."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


@cache
def _spellings() -> dict[str, dict[str, str]]:
    """List key to {folded spelling: code}, from the shipped file."""
    found: dict[str, dict[str, str]] = {}
    for row in rows_of("spellings.csv"):
        found.setdefault(row["code_list"], {})[fold(row["spelling"])] = row["code"]
    return found


def code_table(key: str, on: date) -> CodeTable:
    """One list as it stands on a day. KeyError if there is none."""
    return code_tables([key], on)[key]


def code_tables(keys: Iterable[str], on: date) -> dict[str, CodeTable]:
    """Lists by key as they stand on a day: two queries for those not yet known to the process,
    none for the others."""
    wanted, known = set(keys), dict(_listings)
    known |= _read(wanted - known.keys())
    found = {}
    for key in wanted:
        table = _tables.get((key, on)) or _table(*known[key], on)
        found[key] = _tables[key, on] = table
    return found


def _read(keys: set[str]) -> dict[str, tuple[CodeList, list[Code]]]:
    """Read lists with all their values, and keep them."""
    if not keys:
        return {}
    rows: dict[int, list[Code]] = {}
    for code in Code.objects.filter(code_list__key__in=keys).order_by("code_list_id", "position"):
        rows.setdefault(code.code_list_id, []).append(code)
    found = {
        listing.key: (listing, rows.get(listing.pk, []))
        for listing in CodeList.objects.filter(key__in=keys)
    }
    _listings.update(found)
    return found


def _table(listing: CodeList, rows: list[Code], on: date) -> CodeTable:
    retired = {row.code: row.valid_to for row in rows if row.valid_to and row.valid_to <= on}
    coming = {row.code: row.valid_from for row in rows if row.valid_from and row.valid_from > on}
    by_name: dict[str, str] = {}
    by_spelling: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row.code in retired or row.code in coming):
        by_name.setdefault(row.name, row.code)
        by_spelling.setdefault(fold(row.name), row.code)
        if row.name_en:
            by_spelling.setdefault(fold(row.name_en), row.code)
    by_spelling |= _spellings().get(listing.key, {})
    by_spelling |= {fold(row.code): row.code for row in rows}
    return CodeTable(
        key=listing.key,
        name=listing.name,
        name_en=listing.name_en or listing.name,
        by_code={row.code: row.name for row in rows},
        by_name=by_name,
        by_spelling=by_spelling,
        english={row.code: row.name_en for row in rows if row.name_en},
        on=on,
        retired=retired,
        coming=coming,
    )


def forget_tables() -> None:
    """Drop the lists kept in this process."""
    _tables.clear()
    _listings.clear()
