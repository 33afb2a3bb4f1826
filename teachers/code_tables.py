"""Code lists as look-up tables, kept in the process."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property

from django.utils import timezone

from teachers.data_files import rows_of
from teachers.models import Code, CodeList

_tables: dict[str, "CodeTable"] = {}


@dataclass(frozen=True)
class CodeTable:
    """The values of one code list.

    `by_code` keeps the order of the list and holds retired values too. `by_name` holds every name
    once, a value in use before a retired one. `by_spelling` also knows the usual short names, the
    English names and the codes themselves, all folded by `fold`.
    """

    key: str
    name: str
    name_en: str
    by_code: dict[str, str] = field(repr=False, compare=False)
    by_name: dict[str, str] = field(repr=False, compare=False)
    by_spelling: dict[str, str] = field(repr=False, compare=False)
    english: dict[str, str] = field(repr=False, compare=False)
    retired: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    @cached_property
    def width(self) -> int:
        """The length of the longest code."""
        return max(map(len, self.by_code), default=0)

    def same(self, code: str, other: str | None, name: str) -> bool:
        """Whether a code and what stood beside it ("01-汉族") mean the same value."""
        return other == code or fold(self.by_code.get(code, "")) == fold(name)

    def choices(self) -> list[tuple[str, str]]:
        """(code, name) of the values that may be chosen today, for drop-downs."""
        return [item for item in self.by_code.items() if item[0] not in self.retired]

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


def code_table(key: str) -> CodeTable:
    """One list by its key; KeyError if there is none."""
    return code_tables([key])[key]


def code_tables(keys: Iterable[str]) -> dict[str, CodeTable]:
    """Lists by key: two queries for those not yet known to the process, none for the others."""
    wanted = set(keys)
    missing = wanted - _tables.keys()
    if missing:
        today = timezone.localdate()
        rows: dict[str, list[Code]] = {}
        for code in (
            Code.objects.filter(code_list__key__in=missing)
            .select_related("code_list")
            .order_by("code_list_id", "position")
        ):
            rows.setdefault(code.code_list.key, []).append(code)
        for listing in CodeList.objects.filter(key__in=missing):
            _tables[listing.key] = _table(listing, rows.get(listing.key, []), today)
    return {key: _tables[key] for key in wanted}


def _table(listing: CodeList, rows: list[Code], today) -> CodeTable:
    retired = frozenset(row.code for row in rows if row.valid_to and row.valid_to <= today)
    by_name: dict[str, str] = {}
    by_spelling: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row.code in retired):
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
        retired=retired,
    )


def forget_tables() -> None:
    """Drop the lists kept in this process."""
    _tables.clear()
