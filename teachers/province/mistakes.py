"""Mistakes of the kind a clerk finds and corrects, put into a few files on purpose.

Most are errors, which block signing; the last two kinds are warnings, which must be explained.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random

SHARE = 0.025

Document = dict[str, dict | list]


def picks(seed: int, school_code: str, staff: int) -> Iterator[Callable[[Document], None] | None]:
    """For each member of staff in turn: the mistake to make in the file, or None.

    Asks only the seed and the school, so that mistakes can be counted without drawing the people.
    """
    rng = Random(f"{seed}:mistakes:{school_code}")
    for _index in range(staff):
        yield rng.choice(KINDS) if rng.random() < SHARE else None


def count(seed: int, schools) -> int:
    """How many files of these schools carry a mistake."""
    return sum(
        mistake is not None
        for school in schools
        for mistake in picks(seed, school.code, school.staff)
    )


def birth_date_is_not_that_of_the_identity_number(document: Document) -> None:
    born = date.fromisoformat(document["basic"]["birth_date"])
    document["basic"]["birth_date"] = (born + timedelta(days=10)).isoformat()


def mobile_is_missing(document: Document) -> None:
    del document["contact"]["mobile"]


def came_to_the_school_before_working(document: Document) -> None:
    year, rest = document["basic"]["work_start"].split("-")
    document["basic"]["school_start"] = f"{int(year) - 2}-{rest}"


def neither_established_nor_employed_in_a_form(document: Document) -> None:
    document["basic"]["in_establishment"] = "0"
    document["basic"].pop("employment_form", None)


def left_college_before_entering(document: Document) -> None:
    row = document["learning"][0]
    row["enter"], row["leave"] = row["leave"], row["enter"]


def staff_category_is_missing(document: Document) -> None:
    del document["basic"]["category"]


def certificate_without_a_number(document: Document) -> None:
    row = document["qualification"][0]
    if row["kind"] == "0":
        mobile_is_missing(document)
    else:
        del row["cert_no"]


def more_hours_than_a_week_has_room_for(document: Document) -> None:
    document["teaching"][0]["hours"] = 46


def established_without_a_contract(document: Document) -> None:
    basic = document["basic"]
    basic["in_establishment"], basic["contract"] = "1", "0"
    basic.pop("employment_form", None)


KINDS = (
    birth_date_is_not_that_of_the_identity_number,
    birth_date_is_not_that_of_the_identity_number,
    mobile_is_missing,
    mobile_is_missing,
    came_to_the_school_before_working,
    neither_established_nor_employed_in_a_form,
    left_college_before_entering,
    staff_category_is_missing,
    certificate_without_a_number,
    more_hours_than_a_week_has_room_for,
    established_without_a_contract,
)
