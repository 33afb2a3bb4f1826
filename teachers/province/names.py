"""Personal names that fit the ethnic group, the sex and the generation."""

import json
from collections.abc import Callable
from functools import cache
from itertools import accumulate
from random import Random

from teachers.data_files import DATA
from teachers.province.ethnic import BONAN, DONGXIANG, HUI, KAZAKH, MONGOL, SALAR, TIBETAN, YUGUR

Drawing = Callable[[Random, str, int], str]
YOUNGER_FROM = 1982


@cache
def _pools() -> dict:
    return json.loads((DATA / "province" / "personal_names.json").read_text(encoding="utf-8"))


@cache
def _surnames(group: str) -> tuple[list[str], list[int]]:
    weights = _pools()["surnames"][group]
    return list(weights), list(accumulate(weights.values()))


def draw_name(rng: Random, ethnic: str, sex: str, born: int) -> str:
    """A name for an ethnic group (GB/T 3304), a sex (1 male, 2 female) and a birth year."""
    drawing = _BY_GROUP.get(ethnic)
    if drawing:
        return drawing(rng, sex, born)
    return _surname(rng, "han") + _given(rng, sex, born)


def _surname(rng: Random, group: str) -> str:
    names, weights = _surnames(group)
    return rng.choices(names, cum_weights=weights)[0]


def _given(rng: Random, sex: str, born: int) -> str:
    younger = born >= YOUNGER_FROM
    signs = _pools()["signs"]["younger" if younger else "older"][sex]
    return _signs(rng, signs, 0.3 if younger else 0.22)


def _signs(rng: Random, signs: str, single: float) -> str:
    """One sign or two; some signs only ever stand first."""
    only_first = _pools()["signs"]["only_first"]
    last = rng.choice(signs)
    while last in only_first:
        last = rng.choice(signs)
    if rng.random() < single:
        return last
    return rng.choice(signs) + last


def _muslim(group: str, koranic: float) -> Drawing:
    """Names of Hui, Dongxiang, Bonan and Salar: a share of the given names is Koranic."""

    def draw(rng: Random, sex: str, born: int) -> str:
        if rng.random() < koranic:
            return _surnames(group)[0][0] + rng.choice(_pools()["koranic"][sex])
        surname = _surname(rng, group)
        if born >= 1990 and rng.random() < 0.4:
            return surname + _given(rng, sex, born)
        return surname + _signs(rng, _pools()["signs"]["hui"][sex], 0.2)

    return draw


def _tibetan(rng: Random, sex: str, born: int) -> str:
    if rng.random() < 0.22:
        return _surname(rng, "tibetan") + _given(rng, sex, born)
    pools = _pools()["tibetan"]
    first, second = rng.choice(pools["first"]), rng.choice(pools[sex])
    return second if first == second else first + second


def _mongol(rng: Random, sex: str, born: int) -> str:
    if rng.random() < 0.3:
        return _surname(rng, "han") + _given(rng, sex, born)
    pool = _pools()["mongolian"][sex]
    first, second = rng.choice(pool), rng.choice(pool)
    return first if first == second or rng.random() < 0.6 else first + second


def _kazakh(rng: Random, sex: str, _born: int) -> str:
    pools = _pools()["kazakh"]
    return f"{rng.choice(pools[sex])}·{rng.choice(pools['fathers'])}"


def _yugur(rng: Random, sex: str, born: int) -> str:
    return _surname(rng, "yugur") + _given(rng, sex, born)


_BY_GROUP: dict[str, Drawing] = {
    HUI: _muslim("hui", 0.06),
    DONGXIANG: _muslim("dongxiang", 0.14),
    BONAN: _muslim("bonan", 0.1),
    SALAR: _muslim("salar", 0.12),
    TIBETAN: _tibetan,
    MONGOL: _mongol,
    KAZAKH: _kazakh,
    YUGUR: _yugur,
}
