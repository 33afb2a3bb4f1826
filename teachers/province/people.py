"""People of the synthetic province: the staff of a school, and newcomers between campaigns."""

from datetime import date
from random import Random

from teachers.province import documents, life
from teachers.province.identities import IdentityNumbers, deal_hired
from teachers.resident_cards import RESIDENT_CARD


def staff_of(rng: Random, school, numbers: IdentityNumbers) -> list[tuple[dict, life.Life]]:
    """Document and life of every member of staff of a school, the head first."""
    deputies = 0 if school.staff < 25 else 1 if school.staff < 60 else 2
    people = []
    for index in range(school.staff):
        position = "01" if index == 0 else "02" if index <= deputies else "00"
        person = life.draw(rng, school, numbers.deal, position=position)
        document = documents.write(rng, school, person)
        document["basic"]["staff_no"] = f"{index + 1:04d}"
        people.append((document, person))
    return people


def new_person(
    rng: Random, organisation, *, hired: date = life.DAY, taken: set[str] | None = None
) -> tuple[dict[str, object], str, str]:
    """A newcomer to a school: `(document, identity number, identity type)`.

    `organisation` is an Organisation or anything with its attributes. The same state of `rng` gives
    the same person; pass one `taken` set through all calls of a round, so that no number comes
    twice. Nobody of the built province has a number of this range.
    """
    seen = set() if taken is None else taken
    person = life.draw(rng, organisation, lambda *args: deal_hired(*args, seen), hired=hired)
    return documents.write(rng, organisation, person), person.identity, RESIDENT_CARD
