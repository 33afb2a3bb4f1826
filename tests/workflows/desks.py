"""Desks with something of every kind on them, for the tests of the inbox."""

from datetime import datetime

from campaigns import problems
from campaigns.models import Problem, Record
from teachers.enums import ChangeKind
from teachers.models import ChangeRequest
from tests import changes, rounds, staff
from tests.cast import Cast
from workflows import actions


def hand_in(here: rounds.Round, cast: Cast, *names: str) -> None:
    """Let schools hand in, each through its clerk and head."""
    who = {
        "first_school": "school",
        "second_school": "second",
        "kindergarten": "kindergarten",
        "neighbour_school": "neighbour",
        "city_school": "city_school",
    }
    for name in names:
        clerk, head = cast.posts[f"{who[name]}_clerk"], cast.posts[f"{who[name]}_head"]
        here.hand_in(cast.units[name], clerk, head)


def change(
    cast: Cast, at: datetime, *, serial: int = 102, name: str = "马晓兰", kind=ChangeKind.RETIREMENT
) -> ChangeRequest:
    """A change about a teacher of the first school, on the county's desk."""
    person = staff.employed(cast.first_school, at, serial=serial, name=name)
    asked = staff.ask(kind, cast.school_clerk, at, teacher=person)
    changes.walk(asked, at, cast.school_clerk, cast.school_head)
    return asked


def problem(here: rounds.Round, cast: Cast, number: int = 0) -> Problem:
    """A person of the first school whom the second school claims, too; on the county's desk."""
    records = here.submission(cast.first_school).records.order_by("pk")
    known = records[number] if records.count() > number else None
    if known is None:
        here.add_people(cast.first_school, cast.school_clerk, number + 1 - records.count())
        known = records.order_by("pk")[number]
    Record.objects.create(
        submission=here.submission(cast.second_school),
        name=known.name,
        identity_hash=known.identity_hash,
        identity_sealed=known.identity_sealed,
        identity_mask=known.identity_mask,
        data=known.data,
        entered_by=cast.second_clerk.user,
        entered_at=here.at,
    )
    problems.look_at([known.identity_hash], found_on="save", at=here.at)
    actions.open_problems(at=here.at)
    return Problem.objects.latest("pk")
