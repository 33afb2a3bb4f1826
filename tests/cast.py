"""The fixed cast: a small tree of organisations and the people who hold posts in it.

甘肃省 620000 ── 临夏州 622900 ── 东乡县 622926 ── first_school, second_school (P), kindergarten (K)
              │               ├─ 临夏市 622901 ── neighbour_school          (the neighbour county)
              │               └─ city_school                              (run by the city)
              ├─ university 4162010730 ── attached_school
              └─ department 62D001 ── department_school
"""

from dataclasses import dataclass, field
from datetime import date

from teachers import notice
from teachers.enums import OrganisationKind, OrganiserKind, Role, SchoolKind
from teachers.models import Organisation, Post, User

BEGAN = date(2020, 1, 1)
PASSWORD = "correct-horse-9"


@dataclass
class Cast:
    """Organisations by name in `units`, posts by name in `posts`; both also as attributes."""

    units: dict[str, Organisation] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)

    def __getattr__(self, name: str):
        for shelf in (self.__dict__.get("units", {}), self.__dict__.get("posts", {})):
            if name in shelf:
                return shelf[name]
        raise AttributeError(name)


def _unit(cast: Cast, name: str, code: str, title: str, kind: str, parent=None, **more) -> None:
    cast.units[name] = Organisation.objects.create(
        code=code,
        name=title,
        kind=kind,
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        depth=parent.depth + 1 if parent else 0,
        valid_from=BEGAN,
        **more,
    )


def _post(cast: Cast, name: str, unit: str, role: str, title: str) -> None:
    user = User(username=name, name=title, notice_version=notice.VERSION)
    user.set_password(PASSWORD)
    user.save()
    cast.posts[name] = Post.objects.create(
        user=user, organisation=cast.units[unit], role=role, valid_from=BEGAN
    )


def gather() -> Cast:
    """Create the cast in the database (organisations and posts; passwords are PASSWORD)."""
    cast, kind = Cast(), OrganisationKind
    school = {
        "kind": kind.SCHOOL,
        "organiser": "831",
        "organiser_kind": OrganiserKind.GOVERNMENT,
        "urban_rural": "121",
    }
    primary = {"school_kind": SchoolKind.PRIMARY_SECONDARY, "school_type": "211", **school}
    _unit(
        cast,
        "province",
        "620000",
        "甘肃省",
        kind.PROVINCE,
        area_code="620000",
        name_en="Gansu Province",
    )
    _unit(cast, "city", "622900", "临夏回族自治州", kind.CITY, cast.province, area_code="622900")
    _unit(
        cast,
        "county",
        "622926",
        "东乡族自治县",
        kind.COUNTY,
        cast.city,
        area_code="622926",
        ethnic_area=True,
    )
    _unit(cast, "neighbour_county", "622901", "临夏市", kind.COUNTY, cast.city, area_code="622901")
    _unit(
        cast,
        "first_school",
        "2162002291",
        "锁南镇第二小学",
        parent=cast.county,
        area_code="622926",
        **primary,
    )
    _unit(
        cast,
        "second_school",
        "2162002318",
        "达板镇中心小学",
        parent=cast.county,
        area_code="622926",
        **primary,
    )
    _unit(
        cast,
        "kindergarten",
        "1162004410",
        "唐汪镇幼儿园",
        parent=cast.county,
        area_code="622926",
        school_kind=SchoolKind.KINDERGARTEN,
        school_type="111",
        **school,
    )
    _unit(
        cast,
        "neighbour_school",
        "2162009001",
        "临夏市城关小学",
        parent=cast.neighbour_county,
        area_code="622901",
        **primary,
    )
    _unit(
        cast,
        "city_school",
        "3462002005",
        "临夏州民族中学",
        parent=cast.city,
        area_code="622901",
        **{**primary, "school_type": "342"},
    )
    _unit(
        cast,
        "university",
        "4162010730",
        "兰州大学",
        kind.UNIVERSITY,
        cast.province,
        area_code="620102",
        school_kind=SchoolKind.HIGHER,
        school_type="411",
        organiser="811",
        organiser_kind=OrganiserKind.GOVERNMENT,
    )
    _unit(
        cast,
        "attached_school",
        "3462000001",
        "兰州大学附属中学",
        parent=cast.university,
        area_code="620102",
        **{**primary, "school_type": "342"},
    )
    _unit(cast, "department", "62D001", "甘肃省卫生健康委员会", kind.DEPARTMENT, cast.province)
    _unit(
        cast,
        "department_school",
        "3662000087",
        "甘肃省卫生职业学校",
        parent=cast.department,
        area_code="620102",
        school_kind=SchoolKind.VOCATIONAL,
        school_type="362",
        **school,
    )
    for name, unit, role, title in [
        ("school_clerk", "first_school", Role.CLERK, "汪晓梅"),
        ("school_head", "first_school", Role.HEAD, "马成龙"),
        ("second_clerk", "second_school", Role.CLERK, "马玉兰"),
        ("second_head", "second_school", Role.HEAD, "唐文学"),
        ("kindergarten_clerk", "kindergarten", Role.CLERK, "赵丽"),
        ("kindergarten_head", "kindergarten", Role.HEAD, "孙敏"),
        ("neighbour_clerk", "neighbour_school", Role.CLERK, "何军"),
        ("neighbour_head", "neighbour_school", Role.HEAD, "何平"),
        ("city_school_clerk", "city_school", Role.CLERK, "周琴"),
        ("city_school_head", "city_school", Role.HEAD, "周强"),
        ("university_clerk", "university", Role.CLERK, "李静"),
        ("university_head", "university", Role.HEAD, "严教授"),
        ("attached_clerk", "attached_school", Role.CLERK, "王芳"),
        ("attached_head", "attached_school", Role.HEAD, "王建"),
        ("department_clerk", "department_school", Role.CLERK, "陈红"),
        ("department_head", "department_school", Role.HEAD, "陈刚"),
        ("county_reviewer", "county", Role.REVIEWER, "马建国"),
        ("neighbour_reviewer", "neighbour_county", Role.REVIEWER, "何志远"),
        ("city_reviewer", "city", Role.REVIEWER, "妥明"),
        ("university_reviewer", "university", Role.REVIEWER, "张岩"),
        ("department_reviewer", "department", Role.REVIEWER, "刘洋"),
        ("province_reviewer", "province", Role.REVIEWER, "王海燕"),
        ("manager", "province", Role.MANAGER, "李国栋"),
        ("county_supervisor", "county", Role.SUPERVISOR, "马文斌"),
        ("province_supervisor", "province", Role.SUPERVISOR, "高峰"),
        ("officer", "province", Role.OFFICER, "安慧"),
        ("county_officer", "county", Role.OFFICER, "安宁"),
        ("administrator", "province", Role.ADMINISTRATOR, "系统管理员"),
        ("teacher", "first_school", Role.TEACHER, "马晓兰"),
    ]:
        _post(cast, name, unit, role, title)
    return cast
