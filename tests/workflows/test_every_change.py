"""Every kind of change request, from the clerk's desk to the file."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from teachers.enums import ChangeKind
from teachers.models import ChangeRequest, Employment, FieldLock, Teacher, TeacherNumber
from tests import changes, staff
from tests.invariants import violations
from tests.staff import card

Kind = ChangeKind
NOBODY: dict = {}


@dataclass(frozen=True)
class Scene:
    """One kind of change as it is played: who asks, who decides, and what it does.

    at: where the teacher is on file before ("" for nobody). way: the posts that say yes after the
    clerk, with the state that each yes leads to.
    """

    kind: Kind
    clerk: str
    at: str
    way: tuple[tuple[str, str], ...]
    asked: dict = field(default_factory=dict)
    status: str = "active"
    code: str = "100"
    school: str = "first_school"
    primary: tuple = ()
    beside: tuple = ()


DAY = date(2026, 11, 23)
BACK = date(2027, 7, 1)
COUNTY = (("school_head", "county_review"), ("county_reviewer", "in_force"))
FULL = (
    ("school_head", "county_review"),
    ("county_reviewer", "city_review"),
    ("city_reviewer", "province_review"),
    ("province_reviewer", "in_force"),
)
HERE = (("first_school", staff.BEGAN, None),)
ENDED = (("first_school", staff.BEGAN, DAY),)
NEW = (("first_school", DAY, None),)


def moved(origin: str) -> tuple:
    return ((origin, staff.BEGAN, DAY), ("first_school", DAY, None))


SCENES = [
    Scene(Kind.HIRE, "school_clerk", "", FULL, primary=NEW),
    Scene(
        Kind.CORRECTION,
        "school_clerk",
        "first_school",
        COUNTY,
        {"values": {"basic": {"marital": "10"}}},
        primary=HERE,
    ),
    Scene(
        Kind.KEY_CORRECTION,
        "school_clerk",
        "first_school",
        FULL,
        {"values": {"basic": {"name": "马小兰"}}, "identity": card(106), "reason": "户籍更正"},
        primary=HERE,
    ),
    Scene(
        Kind.TRANSFER_WITHIN,
        "school_clerk",
        "second_school",
        (
            ("school_head", "county_review"),
            ("county_reviewer", "releasing"),
            ("second_head", "in_force"),
        ),
        primary=moved("second_school"),
    ),
    Scene(
        Kind.TRANSFER_COUNTIES,
        "school_clerk",
        "neighbour_school",
        (
            ("school_head", "county_review"),
            ("county_reviewer", "releasing"),
            ("neighbour_head", "releasing_review"),
            ("neighbour_reviewer", "superior_review"),
            ("city_reviewer", "in_force"),
        ),
        primary=moved("neighbour_school"),
    ),
    Scene(
        Kind.TRANSFER_CITIES,
        "school_clerk",
        "attached_school",
        (
            ("school_head", "county_review"),
            ("county_reviewer", "releasing"),
            ("attached_head", "releasing_review"),
            ("university_reviewer", "superior_review"),
            ("province_reviewer", "in_force"),
        ),
        primary=moved("attached_school"),
    ),
    Scene(Kind.TRANSFER_IN, "school_clerk", "", FULL, {"outside": "青海省西宁市"}, primary=NEW),
    Scene(
        Kind.TRANSFER_OUT,
        "school_clerk",
        "first_school",
        FULL,
        {"outside": "青海省西宁市第二小学"},
        status="left",
        code="307",
        primary=ENDED,
    ),
    Scene(
        Kind.SECONDMENT,
        "school_clerk",
        "first_school",
        (
            ("school_head", "county_review"),
            ("county_reviewer", "releasing"),
            ("second_head", "in_force"),
        ),
        {"counterpart": "second_school", "until_date": BACK},
        code="202",
        primary=HERE,
        beside=(("second_school", DAY, BACK),),
    ),
    Scene(
        Kind.ROTATION,
        "school_clerk",
        "first_school",
        (
            ("school_head", "county_review"),
            ("county_reviewer", "releasing"),
            ("neighbour_head", "releasing_review"),
            ("neighbour_reviewer", "in_force"),
        ),
        {"counterpart": "neighbour_school", "until_date": BACK},
        code="205",
        primary=HERE,
        beside=(("neighbour_school", DAY, BACK),),
    ),
    Scene(
        Kind.LEAVE,
        "school_clerk",
        "first_school",
        COUNTY,
        {"values": {"basic": {"person_status": "204"}}, "until_date": BACK},
        status="away",
        code="204",
        primary=HERE,
    ),
    Scene(Kind.RETURN, "school_clerk", "first_school", COUNTY, primary=HERE),
    Scene(
        Kind.RETIREMENT,
        "school_clerk",
        "first_school",
        COUNTY,
        status="retired",
        code="301",
        primary=ENDED,
    ),
    Scene(
        Kind.RESIGNATION,
        "school_clerk",
        "first_school",
        COUNTY,
        status="left",
        code="306",
        primary=ENDED,
    ),
    Scene(
        Kind.DISMISSAL,
        "school_clerk",
        "first_school",
        COUNTY,
        {"reason": "处分决定"},
        status="left",
        code="308",
        primary=ENDED,
    ),
    Scene(
        Kind.DEATH,
        "school_clerk",
        "first_school",
        COUNTY,
        status="deceased",
        code="303",
        primary=ENDED,
    ),
]
each_kind = pytest.mark.parametrize("scene", SCENES, ids=[str(s.kind) for s in SCENES])


def cast_of(scene: Scene, cast, now) -> tuple[Teacher | None, dict]:
    """The person before the change, and what the clerk asks."""
    asked = dict(scene.asked)
    if "counterpart" in asked:
        asked["counterpart"] = cast.units[asked["counterpart"]]
    if not scene.at:
        return None, {**staff.newcomer(cast.first_school), **asked}
    teacher = staff.employed(cast.units[scene.at], now)
    if scene.kind == Kind.RETURN:
        leave = staff.ask(Kind.LEAVE, cast.school_clerk, now, teacher=teacher)
        changes.walk(leave, now, cast.school_clerk, cast.school_head, cast.county_reviewer)
        teacher.refresh_from_db()
    return teacher, asked


def ask(scene: Scene, cast, now, **more) -> ChangeRequest:
    teacher, asked = cast_of(scene, cast, now)
    clerk = cast.posts[scene.clerk]
    return staff.ask(scene.kind, clerk, now, teacher=teacher, **{**asked, **more})


def employments(teacher: Teacher, **those) -> tuple:
    rows = Employment.objects.filter(teacher=teacher, **those).order_by("from_date", "pk")
    return tuple((row.organisation, row.from_date, row.to_date) for row in rows)


def named(rows: tuple, cast) -> tuple:
    return tuple((cast.units[school], first, last) for school, first, last in rows)


@each_kind
def test_it_walks_its_route_and_changes_file_employment_and_status(scene, cast, now):
    change = ask(scene, cast, now)
    assert change.errors == []
    assert change.kind == scene.kind
    number = change.teacher.number if change.teacher else None

    states = changes.walk(
        change, now, cast.posts[scene.clerk], *[cast.posts[post] for post, _state in scene.way]
    )

    assert states == ["signing", *[state for _post, state in scene.way]]
    teacher = Teacher.objects.select_related("organisation").get(pk=change.teacher_id)
    assert teacher.dossier.revision == change.revision
    assert change.revision.source == f"change/{change.pk}"
    assert change.revision.effective_on == DAY
    assert change.revision.data["basic"]["person_status"] == scene.code
    assert (teacher.status, teacher.organisation) == (scene.status, cast.units[scene.school])
    assert employments(teacher, kind="primary") == named(scene.primary, cast)
    beside = Employment.objects.filter(teacher=teacher).exclude(kind="primary")
    assert employments(teacher, pk__in=beside) == named(scene.beside, cast)
    assert teacher.number == (number or teacher.numbers.get().number)
    assert TeacherNumber.objects.filter(teacher=teacher, is_live=True).count() == 1
    assert not FieldLock.objects.exists()
    assert violations() == {}
