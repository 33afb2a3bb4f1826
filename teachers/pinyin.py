"""How names are spelt in pinyin, without tones: what a search for "maxiaolan" or "mxl" goes by.

"马晓兰" is ("maxiaolan", "mxl"); ü is written v, as it is typed. The first character, or the first
two, take their reading as a surname (单 shan, 尉迟 yuchi); every other takes its usual one. Latin
letters of a name stay, a run of them counts as one word; everything else (dots, spaces) is left
out.

The same rule stands as an SQL function `spell_name(name)` in migration 0003, because a trigger
fills the columns of every teacher however the row is written; a test holds the two together.
"""

import re
from functools import cache

from teachers.data_files import rows_of

_WORDS = re.compile(r"[A-Za-z]+|[^A-Za-z]", re.DOTALL)


@cache
def readings() -> dict[str, str]:
    """Every character and its usual reading."""
    return {
        sign: row["syllable"] for row in rows_of("pinyin", "readings.csv") for sign in row["signs"]
    }


@cache
def surnames() -> dict[str, str]:
    """Surnames (one or two characters) that are read otherwise; syllables apart by a space."""
    return {row["surname"]: row["reading"] for row in rows_of("pinyin", "surnames.csv")}


def spell(name: str) -> tuple[str, str]:
    """The pinyin of a name and its initials, as the database writes them."""
    words = syllables(name)
    return "".join(words), "".join([word[0] for word in words])


def syllables(name: str) -> list[str]:
    """The words of which the pinyin of a name is made."""
    special, usual = surnames(), readings()
    for length in (2, 1):
        if name[:length] in special:
            words = special[name[:length]].split()
            rest = name[length:]
            break
    else:
        words, rest = [], name
    for word in _WORDS.findall(rest):
        if word.isascii() and word.isalpha():
            words.append(word.lower())
        elif word in usual:
            words.append(usual[word])
    return words
