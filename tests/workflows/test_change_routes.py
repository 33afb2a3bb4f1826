"""The way of a change request, by the policy of its kind and where both schools stand."""

import pytest

from teachers.enums import Reach
from workflows import routes
from workflows.flows import ChangeFlow, ProblemFlow, Standing

OWN = ["prepare", "confirm"]


def way(asking, other=None, **policy) -> list[tuple[str, str]]:
    """Step and desk ("own" for the asking school) of a change between two schools."""
    both = [asking, *([other] if other else [])]
    by_path = routes.units_above(both)
    known = by_path | {unit.path: unit for unit in both}
    standing = Standing(
        own=routes.authorities_above(asking, by_path),
        other=routes.authorities_above(other, by_path) if other else {},
        counterpart=other,
        superior=known[routes.superior_of(asking, other)] if other else None,
        **policy,
    )
    names = {unit.pk: unit.code for unit in known.values()}
    return [
        (stop.step, names.get(stop.organisation_id, "own"))
        for stop in routes.trace(ChangeFlow, standing)
    ]


def test_a_change_of_the_schools_own_stays_in_the_school(cast):
    assert way(cast.first_school, reach=Reach.SCHOOL) == [("prepare", "own"), ("confirm", "own")]


def test_an_ordinary_change_goes_to_the_managing_authority_only(cast):
    assert way(cast.first_school, reach=Reach.NEAREST)[2:] == [("county_check", "622926")]
    assert way(cast.city_school, reach=Reach.NEAREST)[2:] == [("city_check", "622900")]
    assert way(cast.attached_school, reach=Reach.NEAREST)[2:] == [
        ("authority_check", cast.university.code)
    ]
    assert way(cast.university, reach=Reach.NEAREST)[2:] == [("province_check", "620000")]


def test_a_key_change_goes_the_whole_line(cast):
    assert way(cast.first_school, reach=Reach.FULL)[2:] == [
        ("county_check", "622926"),
        ("city_check", "622900"),
        ("province_check", "620000"),
    ]


def test_a_transfer_across_counties_asks_both_sides_and_their_city(cast):
    assert way(
        cast.first_school,
        cast.neighbour_school,
        reach=Reach.NEAREST,
        releasing=True,
        superior_decides=True,
    )[2:] == [
        ("county_check", "622926"),
        ("release", cast.neighbour_school.code),
        ("release_check", "622901"),
        ("superior_check", "622900"),
    ]


def test_a_transfer_under_one_authority_asks_it_once(cast):
    assert way(
        cast.first_school,
        cast.second_school,
        reach=Reach.NEAREST,
        releasing=True,
        superior_decides=True,
    )[2:] == [("county_check", "622926"), ("release", cast.second_school.code)]


def test_a_superior_that_has_approved_on_the_line_is_not_asked_again(cast):
    steps = way(
        cast.first_school,
        cast.attached_school,
        reach=Reach.FULL,
        releasing=True,
        superior_decides=True,
    )
    assert [step for step, _desk in steps].count("superior_check") == 0
    assert ("province_check", "620000") in steps


@pytest.mark.parametrize(
    ("one", "other", "above"),
    [
        ("first_school", "second_school", "county"),
        ("first_school", "neighbour_school", "city"),
        ("first_school", "city_school", "city"),
        ("first_school", "attached_school", "province"),
        ("university", "attached_school", "university"),
    ],
)
def test_the_lowest_common_superior(cast, one, other, above):
    assert routes.superior_of(cast.units[one], cast.units[other]) == cast.units[above].path


def test_problem_data_has_one_desk():
    assert [stop.step for stop in routes.trace(ProblemFlow, Standing())] == ["settle"]
