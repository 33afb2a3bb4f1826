"""The ethnic mix of the teachers of an area (invented shares, shaped like the public picture)."""

from functools import cache
from itertools import accumulate

from teachers.data_files import rows_of

HAN, MONGOL, HUI, TIBETAN, MANCHU = "01", "02", "03", "04", "11"
KAZAKH, DONGXIANG, TU, SALAR, BONAN, YUGUR = "17", "26", "30", "35", "47", "48"

# What is spoken beside Putonghua at the bilingual schools of an area (GB/T 4880).
LANGUAGES = {TIBETAN: ("bo", "藏语文"), MONGOL: ("mn", "蒙古语文"), KAZAKH: ("kk", "哈萨克语文")}

_ELSEWHERE = {HUI: 0.012, TIBETAN: 0.003, MANCHU: 0.003, MONGOL: 0.001, TU: 0.001}


@cache
def _named() -> dict[str, dict[str, float]]:
    shares: dict[str, dict[str, float]] = {}
    for row in rows_of("province", "ethnic_mix.csv"):
        shares.setdefault(row["area_code"], {})[row["ethnic"]] = float(row["share"])
    return shares


@cache
def mix(area_code: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Codes of GB/T 3304 and their cumulative shares, for `random.choices(cum_weights=...)`."""
    shares = {**_ELSEWHERE, **_named().get(area_code, {})}
    shares[HAN] = 1 - sum(shares.values())
    return tuple(shares), tuple(accumulate(shares.values()))


@cache
def bilingual(area_code: str) -> frozenset[str]:
    """Ethnic groups whose language is a language of instruction in an area."""
    named = _named().get(area_code, {})
    return frozenset(code for code in LANGUAGES if named.get(code, 0) >= 0.15)
