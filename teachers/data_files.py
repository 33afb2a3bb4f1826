"""The CSV files shipped in `teachers/data/`."""

import csv
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


def rows_of(*parts: str) -> Iterator[dict[str, str]]:
    """Rows of one file below `teachers/data/`, by column name."""
    with DATA.joinpath(*parts).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
