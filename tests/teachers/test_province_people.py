"""Newcomers and corrections: what the demonstration round takes from the synthetic province."""

from collections import Counter
from datetime import date
from random import Random
from types import SimpleNamespace

import pytest
from django.db import transaction

from teachers import reference, resident_cards, rules, schema
from teachers.models import IndexVersion
from teachers.province import ethnic, mistakes
from teachers.province.identities import HIRED, IdentityNumbers
from teachers.province.names import draw_name
from teachers.province.people import new_person, staff_of

TODAY = date(2026, 11, 23)


def school(kind: str = "P", school_type: str = "211", area: str = "622926", **more):
    return SimpleNamespace(
        code="2162000001",
        name="锁南镇中心小学",
        school_kind=kind,
        school_type=school_type,
        area_code=area,
        urban_rural="210",
        organiser_kind="government",
        staff=60,
        **more,
    )


KINDS = [("K", "111"), ("P", "211"), ("P", "312"), ("P", "342"), ("S", "514"), ("V", "361")]
KINDS += [("H", "411"), ("H", "415")]


@pytest.fixture(scope="module")
def version(django_db_setup, django_db_blocker):
    """The index version, loaded once for this module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        reference.load()
        yield IndexVersion.objects.get(code=reference.CURRENT_VERSION)
        transaction.set_rollback(True)


def issues(version, unit, document: dict, number: str) -> list[str]:
    form = schema.form(version.pk, unit.school_kind)
    found = rules.check(form, document, identity=number, identity_type="1", on=TODAY)
    return [issue.rule for issue in found]


@pytest.mark.parametrize(("kind", "school_type"), KINDS)
def test_a_newcomer_brings_a_complete_file(version, kind, school_type):
    unit, rng, taken = school(kind, school_type), Random(5), set()
    hired = date(2026, 11, 2)

    for _ in range(25):
        document, number, identity_type = new_person(rng, unit, hired=hired, taken=taken)
        assert identity_type == "1"
        assert [
            rule for rule in issues(version, unit, document, number) if rule != "no_qualification"
        ] == []
        assert document["basic"]["school_start"] == document["basic"]["work_start"] == "2026-11"
        assert document["post"][0]["start"] == "2026-11"
        assert document["teaching"][0]["year"] == "2026-2027"
    assert len(taken) == 25


def test_the_same_random_state_brings_the_same_newcomer():
    assert new_person(Random(3), school()) == new_person(Random(3), school())


def test_newcomers_never_have_a_number_of_the_built_province():
    numbers = [new_person(Random(seed), school())[1] for seed in range(50)]

    assert all(int(number[14:17]) >= HIRED for number in numbers)


def test_numbers_of_two_authorities_never_meet():
    first, second = IdentityNumbers("622926", 0), IdentityNumbers("622901", 1)
    rng, born = Random(1), date(1985, 6, 15)

    dealt = [
        numbers.deal(rng, region, born, sex)
        for numbers in (first, second)
        for region in ("622926", "622901")
        for sex in "12"
        for _ in range(400)
    ]
    given = [number for number in dealt if number]

    assert len(given) == len(set(given)) == 2 * (300 + 4)
    assert {resident_cards.read(number).birth_date for number in given} == {born}


@pytest.mark.parametrize("mistake", sorted(set(mistakes.KINDS), key=lambda kind: kind.__name__))
def test_each_mistake_is_found(version, mistake):
    unit = school()
    document, life = staff_of(Random(9), unit, IdentityNumbers("622926", 0))[5]
    assert issues(version, unit, document, life.identity) == []

    mistake(document)

    assert len(issues(version, unit, document, life.identity)) == 1


def test_ethnic_groups_follow_the_area():
    def groups(area: str) -> Counter:
        people = staff_of(Random(4), school(area=area), IdentityNumbers(area, 0))
        return Counter(life.ethnic for _document, life in people)

    assert groups("622926").most_common(1)[0][0] == ethnic.DONGXIANG
    assert groups("623025").most_common(1)[0][0] == ethnic.TIBETAN
    assert groups("621022").most_common(1)[0][0] == ethnic.HAN


def test_bilingual_teachers_work_where_their_language_is_taught():
    def languages(area: str) -> set[str]:
        people = staff_of(Random(4), school(area=area), IdentityNumbers(area, 0))
        return {life.language[0] for _document, life in people if life.language}

    assert (languages("623025"), languages("620924"), languages("621022")) == (
        {"bo"},
        {"kk"},
        set(),
    )


def test_names_fit_the_ethnic_group():
    rng = Random(1)

    assert all("·" in draw_name(rng, ethnic.KAZAKH, "2", 1985) for _ in range(20))
    hui = [draw_name(rng, ethnic.HUI, "1", 1975) for _ in range(200)]
    assert sum(name.startswith("马") for name in hui) > 60


def test_nobody_works_before_school_or_after_retirement():
    unit = school("P", "342")

    for document, life in staff_of(Random(8), unit, IdentityNumbers("622926", 0)):
        basic, first = document["basic"], document["learning"][0]
        age = (date(2026, 9, 1) - life.born).days / 365.25
        assert 20 < age < (60 if basic["sex"] == "1" else 55)
        assert first["leave"] < basic["work_start"] <= basic["school_start"] <= "2026-08"
