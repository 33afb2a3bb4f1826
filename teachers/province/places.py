"""Invented but plausible names of towns, villages, streets and private kindergartens."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from teachers.data_files import DATA

Parts = Sequence[Sequence[str]]


@cache
def _pools() -> dict:
    return json.loads((DATA / "province" / "place_names.json").read_text(encoding="utf-8"))


class Places:
    """Draws place names of one county; a name is never given out twice."""

    def __init__(self, rng: Random, area_code: str, seat: str) -> None:
        self._rng = rng
        self._taken = {seat}
        pools = _pools()
        self._towns: Parts = pools["towns"]["plain"]
        self._villages: Parts = pools["villages"]
        if area_code in pools["highland_counties"]:
            self._towns = pools["towns"]["highland"]
            self._villages = (self._towns[0], [f"{last}村" for last in self._towns[1]])
        elif area_code in pools["steppe_counties"]:
            self._towns = pools["towns"]["steppe"]

    def town(self) -> str:
        """A town ("石泉镇"), less often a township ("青岭乡")."""
        kind = "镇" if self._rng.random() < 0.62 else "乡"
        return self._fresh(lambda: self._pair(self._towns)) + kind

    def village(self) -> str:
        return self._fresh(lambda: self._pair(self._villages))

    def street(self) -> str:
        return self._fresh(lambda: self._pair(_pools()["streets"]))

    def brand(self) -> str:
        return self._fresh(lambda: self._pair(_pools()["brands"]))

    def _pair(self, parts: Parts) -> str:
        choice = self._rng.choice
        return choice(parts[0]) + choice(parts[1])

    def _fresh(self, draw: Callable[[], str]) -> str:
        for _attempt in range(40):
            name = draw()
            if name not in self._taken:
                break
        else:
            signs = "东西南北上下前后大小新老"
            name = next(sign + name for sign in signs if sign + name not in self._taken)
        self._taken.add(name)
        return name
