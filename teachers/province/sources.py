"""The data files the synthetic province is drawn from."""

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


def rows(*parts: str) -> list[dict[str, str]]:
    """Rows of a CSV file below `teachers/data/`."""
    with DATA.joinpath(*parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def divisions() -> dict[str, dict[str, str]]:
    """The province, its prefectures and counties, by code of GB/T 2260."""
    return {row["code"]: row for row in rows("gb2260_gansu.csv")}
