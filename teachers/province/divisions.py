"""The divisions of Gansu."""

from functools import cache

from teachers.data_files import rows_of


@cache
def divisions() -> dict[str, dict[str, str]]:
    """The province, its prefectures and counties, by code of GB/T 2260."""
    return {row["code"]: row for row in rows_of("gb2260_gansu.csv")}
