import pytest

from teachers.models import Organisation
from workflows import routes
from workflows.flows import Standing, SubmissionFlow, step_titles
from workflows.models import RouteStop


def stops(unit: Organisation) -> list[tuple[str, int | None]]:
    by_path = {u.path: u for u in Organisation.objects.all()}
    return [
        (s.step, s.organisation_id)
        for s in routes.trace(SubmissionFlow, Standing(own=routes.authorities_above(unit, by_path)))
    ]


OWN = [("fill", None), ("sign", None)]


def test_a_county_school_goes_to_county_city_and_province(cast):
    assert stops(cast.first_school) == [
        *OWN,
        ("county_review", cast.county.pk),
        ("city_review", cast.city.pk),
        ("province_review", cast.province.pk),
    ]


def test_a_city_run_school_skips_the_county(cast):
    assert stops(cast.city_school) == [
        *OWN,
        ("city_review", cast.city.pk),
        ("province_review", cast.province.pk),
    ]


@pytest.mark.parametrize(
    ("school", "authority"),
    [("attached_school", "university"), ("department_school", "department")],
)
def test_a_school_of_a_university_or_department_goes_through_it(cast, school, authority):
    assert stops(cast.units[school]) == [
        *OWN,
        ("authority_review", cast.units[authority].pk),
        ("province_review", cast.province.pk),
    ]


def test_a_university_goes_straight_to_the_province(cast):
    assert stops(cast.university) == [*OWN, ("province_review", cast.province.pk)]


def test_schools_of_one_authority_share_a_frozen_route(round):
    first, second = (
        round.submission(school).case.route_id
        for school in (round.cast.first_school, round.cast.second_school)
    )

    assert first == second
    with pytest.raises(Exception, match="stops_are_frozen"):
        RouteStop.objects.filter(route_id=first).update(position=9)


def test_the_steps_come_in_the_order_of_the_flow():
    assert list(step_titles()) == [
        "fill",
        "sign",
        "county_review",
        "county_chief_review",
        "city_review",
        "city_chief_review",
        "authority_review",
        "authority_chief_review",
        "province_review",
        "province_chief_review",
    ]
