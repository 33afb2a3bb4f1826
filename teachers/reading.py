"""Values as people type them, and as the system keeps them.

`read_value` takes what a spreadsheet cell or a web form gives; `show_value` gives the text of a
kept value. What is shown can be read again: read(show(value)) == value.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from teachers import identity, resident_cards
from teachers.code_tables import CodeTable, fold
from teachers.enums import ValueType
from teachers.schema import FILE_REFERENCE_LENGTH, Field

Value = str | int | float | list[str]

#: Whole numbers above this lose digits in a spreadsheet (15 significant digits).
EXACT = 10**15
#: Day 0 of spreadsheets, and the serial numbers taken for dates: 1927 to 2099.
EPOCH = date(1899, 12, 30)
SERIALS = range(10_000, 73_051)
YEARS = range(1900, 2100)

_FULL_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94) if chr(0x21 + n).isalnum()} | {0x3000: " "}
_CODE_AND_NAME = re.compile(r"\s*([0-9A-Za-z]{1,12})\s*[-–—－_:：.．\s]\s*(\S.*)", re.DOTALL)
_SEPARATORS = re.compile(r"[、,，;；|/\n]+")
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]{2}")
_DAY = re.compile(
    r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?"
    r"(?:[T\s]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_MONTH = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*月?(?:份)?")
_YEAR = re.compile(r"([0-9]{4})\s*年?度?")
_SCHOOL_YEAR = re.compile(
    r"([0-9]{4})\s*学?年?度?\s*[-–—－~～/至到]+\s*([0-9]{4}|[0-9]{2})\s*(?:学年|年)?度?"
)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_NOT_IN_NUMBERS = str.maketrans("", "", ",， ¥￥元")


class Unreadable(ValueError):
    """A value that cannot be taken: `rule` is a code of `teachers.rules`, `params` its text."""

    def __init__(self, rule: str, field: Field, raw: object, **more: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.params = {
            "field": field.name,
            "field_en": field.name_en or field.name,
            "value": str(raw)[:60],
            **more,
        }


def read_value(field: Field, raw: object) -> Value | None:
    """The value to keep, or None for an empty cell. Raises Unreadable.

    Length and range of numbers are left to the rules; a text that is too long is refused here.
    """
    if raw is None:
        return None
    if isinstance(raw, str):
        raw = clean(raw)
        if not raw:
            return None
    elif isinstance(raw, float):
        if math.isnan(raw):
            return None
        if math.isinf(raw):
            raise Unreadable("not_a_number", field, raw)
    elif isinstance(raw, list | tuple) and not raw:
        return None
    return _READERS[field.value_type](field, raw)


def clean(text: str) -> str:
    """Trimmed, digits and letters half-width, no control or invisible characters."""
    if not text.isprintable():
        text = "".join(_visible(sign) for sign in text)
    elif text.isascii():
        return text.strip()
    return text.translate(_FULL_WIDTH).strip()


def _visible(sign: str) -> str:
    if sign in "\n\r\t\u00a0\u2028\u2029":
        return " " if sign != "\n" else "\n"
    return "" if unicodedata.category(sign) in ("Cc", "Cf", "Cs") else sign


def plain_number(raw: object) -> str | None:
    """The digits of a cell that holds a whole number: 12.0 becomes "12"; None for anything else."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return str(raw)
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return None


# --- Text ------------------------------------------------------------------------------------


def _read_text(field: Field, raw: object) -> str:
    text = raw if isinstance(raw, str) else _cell_text(field, raw)
    if field.is_sealed:
        if _ROUNDED.fullmatch(text):
            raise Unreadable("digits_lost", field, raw)
        text = _lengthened(identity.normalise(text))
    elif "\n" in text or "  " in text:
        text = " ".join(text.split())
    if " " in text and field.key in ("name", "former_name") and not text.isascii():
        text = _without_padding(text)
    longest = field.length or FILE_REFERENCE_LENGTH
    if len(text) > longest:
        raise Unreadable("too_long", field, text, most=longest)
    return text


def _lengthened(number: str) -> str:
    """A first-generation resident number becomes the 18 digits that replaced it."""
    longer = resident_cards.upgrade(number)
    return longer if longer != number and resident_cards.is_sound(longer) else number


def _without_padding(name: str) -> str:
    """ "张 三" is padded to the width of three signs; "Anna 李" keeps its space."""
    return (
        name if any(sign.isascii() and sign.isalpha() for sign in name) else name.replace(" ", "")
    )


def _cell_text(field: Field, raw: object) -> str:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if abs(raw) >= EXACT:
            raise Unreadable("digits_lost", field, raw)
        return plain_number(raw) or repr(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    raise Unreadable("not_text", field, raw)


# --- Codes -----------------------------------------------------------------------------------


def _read_code(field: Field, raw: object) -> str:
    if isinstance(raw, str) and raw in field.codes.by_code:
        return raw
    code = _code(field.codes, raw)
    if code is None:
        raise Unreadable(
            "unknown_code", field, raw, list=field.codes.name, list_en=field.codes.name_en
        )
    return code


def _code(table: CodeTable, raw: object) -> str | None:
    """Code, name, usual short name or "code-name"; None when it is none of them or they differ."""
    if isinstance(raw, bool):
        raw = str(raw)
    text = raw if isinstance(raw, str) else plain_number(raw)
    if text is None:
        return None
    found = table.by_name.get(text) or table.by_spelling.get(fold(text))
    if found is not None:
        return found
    if text.isdigit() and text.isascii():
        return _padded(table, text)
    both = _CODE_AND_NAME.fullmatch(text)
    if both is None:
        return None
    code = table.by_spelling.get(fold(both[1])) or _padded(table, both[1])
    named = table.by_spelling.get(fold(both[2]))
    return code if code is not None and table.same(code, named, both[2]) else None


def _padded(table: CodeTable, digits: str) -> str | None:
    """A spreadsheet turns "01" into 1: put the zeros back, if that names one code."""
    for width in range(len(digits) + 1, table.width + 1):
        if (code := digits.zfill(width)) in table.by_code:
            return code
    return None


def _read_codes(field: Field, raw: object) -> list[str]:
    if isinstance(raw, list | tuple | set | frozenset):
        parts = [part for part in raw if part not in (None, "")]
    elif isinstance(raw, str) and _code(field.codes, raw) is None:
        parts = [part for part in (piece.strip() for piece in _SEPARATORS.split(raw)) if part]
    else:
        parts = [raw]
    return sorted({_read_code(field, part) for part in parts})


# --- Dates -----------------------------------------------------------------------------------


def _read_date(field: Field, raw: object) -> str:
    found = _day(raw)
    if found is None:
        if isinstance(raw, str) and (_MONTH.fullmatch(raw) or re.fullmatch(r"[0-9]{6}", raw)):
            raise Unreadable("day_missing", field, raw)
        raise Unreadable("not_a_date", field, raw)
    return found.isoformat()


def _day(raw: object) -> date | None:
    """A day from a date cell, a serial number, or one of the usual spellings; None if none."""
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return raw if raw.year in YEARS else None
    text = raw.strip() if isinstance(raw, str) else plain_number(raw)
    if text is None:
        return _serial(raw)
    if match := _DAY.fullmatch(text):
        return _existing(match[1], match[2], match[3])
    if text.isascii() and text.isdigit():
        if len(text) == 8:
            return _existing(text[:4], text[4:6], text[6:])
        if not isinstance(raw, str):
            return _serial(raw)
    return None


def _serial(raw: object) -> date | None:
    """A spreadsheet's day number (a date cell whose format was lost)."""
    if isinstance(raw, int | float) and not isinstance(raw, bool) and int(raw) in SERIALS:
        return EPOCH + timedelta(days=int(raw))
    return None


def _existing(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _read_month(field: Field, raw: object) -> str:
    text = raw if isinstance(raw, str) else plain_number(raw)
    if text is None and isinstance(raw, float) and int(raw) in YEARS:
        # 2024.1 was typed as 2024.1 or as 2024.10: nobody can tell.
        if round(raw * 10, 6).is_integer():
            raise Unreadable("month_ambiguous", field, raw)
        text = f"{raw:.2f}"
    if isinstance(raw, int | float) and text and len(text) == 5 and int(text[:4]) in YEARS:
        # 20243 may be March 2024, or the spreadsheet's number of a day in 1955.
        raise Unreadable("month_ambiguous", field, raw)
    found = None
    if text is not None:
        if match := _MONTH.fullmatch(text):
            found = _existing(match[1], match[2], "1")
        elif len(text) == 6 and text.isascii() and text.isdigit():
            found = _existing(text[:4], text[4:], "1")
    found = found or _day(raw)
    if found is None:
        raise Unreadable("not_a_month", field, raw)
    return f"{found.year:04d}-{found.month:02d}"


def _read_year(field: Field, raw: object) -> str:
    if field.length == 9:
        return _read_school_year(field, raw)
    if isinstance(raw, date):
        raw = raw.year
    text = raw if isinstance(raw, str) else plain_number(raw)
    match = _YEAR.fullmatch(text) if text else None
    if match is None or int(match[1]) not in YEARS:
        raise Unreadable("not_a_year", field, raw)
    return match[1]


def _read_school_year(field: Field, raw: object) -> str:
    match = _SCHOOL_YEAR.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise Unreadable("not_a_school_year", field, raw)
    first = match[1]
    second = match[2] if len(match[2]) == 4 else first[:2] + match[2]
    if int(first) not in YEARS or int(second) not in YEARS:
        raise Unreadable("not_a_school_year", field, raw)
    return f"{first}-{second}"


# --- Numbers ---------------------------------------------------------------------------------


def _number(field: Field, raw: object) -> int | float:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return raw
    text = raw.translate(_NOT_IN_NUMBERS) if isinstance(raw, str) else ""
    if not _NUMBER.fullmatch(text):
        raise Unreadable("not_a_number", field, raw)
    number = float(text)
    return int(number) if number.is_integer() else number


def _read_whole(field: Field, raw: object) -> int:
    number = _number(field, raw)
    if number != int(number):
        raise Unreadable("not_whole", field, raw)
    return int(number)


def _read_number(field: Field, raw: object) -> int | float:
    """Rounded to the decimals of the indicator: a spreadsheet computes with more."""
    number = round(_number(field, raw), field.decimals)
    return int(number) if number == int(number) else number


_READERS: dict[str, Callable[[Field, Any], Value]] = {
    ValueType.TEXT: _read_text,
    ValueType.FILE: _read_text,
    ValueType.CODE: _read_code,
    ValueType.YES_NO: _read_code,
    ValueType.CODES: _read_codes,
    ValueType.DATE: _read_date,
    ValueType.MONTH: _read_month,
    ValueType.YEAR: _read_year,
    ValueType.WHOLE: _read_whole,
    ValueType.NUMBER: _read_number,
}


# --- Showing ---------------------------------------------------------------------------------


def show_value(field: Field, value: Value | None, language: str = "zh-hans") -> str:
    """The text of a kept value for screens and documents; an empty text for no value."""
    if value is None:
        return ""
    if field.codes is not None:
        if isinstance(value, list):
            mark = ", " if language.startswith("en") else "、"
            return mark.join(field.codes.label(code, language) for code in value)
        return field.codes.label(str(value), language)
    if field.value_type == ValueType.NUMBER and isinstance(value, int | float):
        return f"{value:,.{field.decimals}f}"
    return str(value)
