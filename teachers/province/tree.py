"""The tree of organisations at a scale: which units there are and how many teachers each has.

The province is always drawn at full scale; a smaller one is an even sample of its schools, so that
a school keeps its code, its name and its staff at every scale.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from math import floor
from random import Random

from teachers.data_files import rows_of
from teachers.enums import OrganisationKind, OrganiserKind
from teachers.province.county import CountyPlan, School
from teachers.province.divisions import divisions

BEGAN = date(2000, 1, 1)
PROVINCE = "620000"


@dataclass(slots=True)
class Unit:
    """One node of the tree. Schools and universities have `staff`, authorities none.

    `id` and `branch` (the id of the unit right below the province on the way here) are given when
    the tree is written.
    """

    code: str
    name: str
    kind: str
    name_en: str = ""
    parent: str = ""
    path: str = ""
    depth: int = 0
    area_code: str = ""
    school_kind: str = ""
    school_type: str = ""
    organiser: str = ""
    organiser_kind: str = ""
    urban_rural: str = ""
    ethnic_area: bool = False
    staff: int = 0
    group: str = ""
    id: int = 0
    branch: int = 0

    @property
    def authority(self) -> str:
        """Who manages the staff: the parent, or a university itself."""
        return self.code if self.kind == OrganisationKind.UNIVERSITY else self.parent


@dataclass
class Tree:
    """Units from the root down; a parent stands before its children."""

    units: list[Unit]
    by_code: dict[str, Unit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_code = {unit.code: unit for unit in self.units}
        for unit in self.units:
            above = self.by_code.get(unit.parent)
            unit.path = f"{above.path if above else ''}{unit.code}/"
            unit.depth = above.depth + 1 if above else 0

    @property
    def reporting(self) -> list[Unit]:
        return [unit for unit in self.units if unit.school_kind]

    @property
    def teachers(self) -> int:
        return sum(unit.staff for unit in self.units)


def plant(scale: float, seed: int) -> Tree:
    """The tree at a scale (0 < scale ≤ 1): all prefectures and counties, a sample of schools."""
    universities = _even_sample(_universities(), max(2, round(45 * scale)))
    departments, affiliated = _affiliated(scale, {unit.code for unit in universities})
    schools = _sample(_schools(seed), scale)
    top = [_division(row) for row in divisions().values()]
    return Tree([*top, *departments, *universities, *affiliated, *schools])


def _division(row: dict[str, str]) -> Unit:
    kinds = {
        "province": OrganisationKind.PROVINCE,
        "prefecture": OrganisationKind.CITY,
        "county": OrganisationKind.COUNTY,
    }
    return Unit(
        code=row["code"],
        name=row["name_zh"],
        name_en=row["name_en"],
        kind=kinds[row["level"]],
        parent=row["parent"],
        area_code=row["code"],
        ethnic_area=row["ethnic_area"] == "1",
    )


def _universities() -> list[Unit]:
    return [
        Unit(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            kind=OrganisationKind.UNIVERSITY,
            parent=PROVINCE,
            area_code=row["area_code"],
            school_kind="H",
            school_type=row["school_type"],
            organiser=row["organiser"],
            organiser_kind=row["organiser_kind"],
            urban_rural="111",
            staff=int(row["staff"]),
            group="universities",
        )
        for row in rows_of("province", "universities.csv")
    ]


def _affiliated(scale: float, universities: set[str]) -> tuple[list[Unit], list[Unit]]:
    """Provincial departments, and the schools that they or universities run."""
    departments: dict[str, Unit] = {}
    schools: list[Unit] = []
    for number, row in enumerate(rows_of("province", "affiliated_schools.csv"), start=9001):
        by_university = row["authority"] in universities
        if not by_university and not row["authority_name"]:
            continue
        unit = Unit(
            code=f"{row['school_type'][:2]}6200{number}",
            name=row["name"],
            kind=OrganisationKind.SCHOOL,
            parent=row["authority"],
            area_code=row["area_code"],
            school_kind=row["school_kind"],
            school_type=row["school_type"],
            organiser="811" if by_university else "812",
            organiser_kind=OrganiserKind.GOVERNMENT,
            urban_rural="111",
            staff=int(row["staff"]),
            group="affiliated",
        )
        schools.append(unit)
        if not by_university:
            departments[unit.parent] = Unit(
                code=unit.parent,
                name=row["authority_name"],
                name_en=row["authority_name_en"],
                kind=OrganisationKind.DEPARTMENT,
                parent=PROVINCE,
            )
    kept = _even_sample(list(departments.values()), max(2, round(len(departments) * scale)))
    authorities = {unit.code for unit in kept} | universities
    schools = [school for school in schools if school.parent in authorities]
    if scale < 0.5:  # one school for each authority is enough
        schools = list({school.parent: school for school in reversed(schools)}.values())[::-1]
    return kept, schools


def _schools(seed: int) -> list[Unit]:
    """Every school of every county at full scale; city-run ones hang under the city."""
    units: list[Unit] = []
    serials: dict[str, int] = {}
    cities_seen: set[str] = set()
    for row in rows_of("province", "county_estimates.csv"):
        division = divisions()[row["code"]]
        is_city = division["level"] == "prefecture"
        city = division if is_city else divisions()[division["parent"]]
        seat = city["code"] not in cities_seen
        cities_seen.add(city["code"])
        plan = CountyPlan(Random(f"{seed}:{row['code']}"), row, division, seat=seat)
        for school in plan.draw():
            prefix = school.school_type[:2]
            serials[prefix] = serials.get(prefix, 0) + 1
            code = f"{prefix}62{serials[prefix]:06d}"
            units.append(_school(code, school, division, city, plan.name))
    return units


def _school(code: str, school: School, county: dict, city: dict, county_name: str) -> Unit:
    city_run = school.city_run and county["code"] != city["code"]
    name, organiser = school.name, school.organiser
    if city_run:
        city_name = city["name_zh"].replace("回族自治", "").replace("藏族自治", "")
        name = name.replace(county_name, city_name, 1)
    if organiser == "831" and (city_run or county["code"] == city["code"]):
        organiser = "821"
    return Unit(
        code=code,
        name=name,
        kind=OrganisationKind.SCHOOL,
        parent=city["code"] if city_run else county["code"],
        area_code=county["code"],
        school_kind=school.school_kind,
        school_type=school.school_type,
        organiser=organiser,
        organiser_kind=school.organiser_kind,
        urban_rural=school.urban_rural,
        ethnic_area=county["ethnic_area"] == "1",
        staff=school.staff,
        group=school.group,
    )


def _sample(schools: list[Unit], scale: float) -> list[Unit]:
    """An even sample of each group, completed so that no county and no city stands empty."""
    if scale >= 1:
        return schools
    groups: dict[str, list[Unit]] = {}
    for school in schools:
        groups.setdefault(school.group, []).append(school)
    chosen = {
        school.code
        for members in groups.values()
        for index, school in enumerate(members)
        if floor((index + 1) * scale + 0.5) > floor(index * scale + 0.5)
    }
    covered = {school.parent for school in schools if school.code in chosen}
    chosen |= _one_for_each_empty_parent(schools, covered)
    return [school for school in schools if school.code in chosen]


def _one_for_each_empty_parent(schools: Iterable[Unit], covered: set[str]) -> set[str]:
    """The smallest primary school of a county, the smallest school of a city."""
    smallest: dict[str, Unit] = {}
    for school in schools:
        if school.parent in covered or (
            school.group != "primary" and not school.parent.endswith("00")
        ):
            continue
        known = smallest.get(school.parent)
        if known is None or school.staff < known.staff:
            smallest[school.parent] = school
    return {school.code for school in smallest.values()}


def _even_sample(units: list[Unit], count: int) -> list[Unit]:
    count = min(count, len(units))
    return [units[index * len(units) // count] for index in range(count)]
