"""Sign-in accounts of the demonstration: clerks, heads, reviewers, supervisors and the centre."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from teachers import notice
from teachers.enums import OrganisationKind, Role
from teachers.province import ethnic
from teachers.province.names import draw_name
from teachers.province.tree import PROVINCE, Tree, Unit

BEGAN = date(2020, 1, 1)
#: A city and a county of it where a chief decides after the reviewer.
WITH_CHIEF = {"622900", "622926"}
USER_COLUMNS = (
    "id", "password", "is_superuser", "username", "email", "is_staff", "is_active", "date_joined",
    "name", "phone", "teacher_id", "notice_version",
)  # fmt: skip
POST_COLUMNS = ("id", "user_id", "organisation_id", "role", "valid_from")


@dataclass(frozen=True, slots=True)
class Account:
    """A user who holds one post."""

    username: str
    name: str
    organisation: Unit
    role: str
    superuser: bool = False
    teacher_id: int | None = None


def accounts(
    tree: Tree, names: dict[str, list[str]], teacher_ids: dict[str, int], seed: int, reviewers: int
) -> Iterator[Account]:
    """All accounts: `names` and `teacher_ids` give the first staff of each school by its code.

    `reviewers` is how many reviewers a county and a city have. A school's head is the first of its
    staff, its clerk the second (or somebody lent to it, where the head is alone).
    """
    for unit in tree.units:
        rng = Random(f"{seed}:accounts:{unit.code}")
        if unit.school_kind:
            staff = names[unit.code]
            clerk = staff[1] if len(staff) > 1 else _name(rng, unit)
            yield Account(f"clerk-{unit.code}", clerk, unit, Role.CLERK)
            yield Account(f"head-{unit.code}", staff[0], unit, Role.HEAD)
        if unit.kind == OrganisationKind.PROVINCE:
            yield from _centre(rng, unit)
        elif unit.kind != OrganisationKind.SCHOOL:
            local = unit.kind in {OrganisationKind.CITY, OrganisationKind.COUNTY}
            for number in range(1, (reviewers if local else 1) + 1):
                name = _name(rng, unit)
                yield Account(f"reviewer-{unit.code}-{number}", name, unit, Role.REVIEWER)
            yield Account(f"supervisor-{unit.code}", _name(rng, unit), unit, Role.SUPERVISOR)
            if unit.code in WITH_CHIEF:
                yield Account(f"chief-{unit.code}", _name(rng, unit), unit, Role.CHIEF)
    yield _teacher(tree, names, teacher_ids)


def _centre(rng: Random, unit: Unit) -> Iterator[Account]:
    for number in (1, 2, 3):
        yield Account(f"reviewer-{PROVINCE}-{number}", _name(rng, unit), unit, Role.REVIEWER)
    for ending in ("", "-2"):
        yield Account(f"supervisor-{PROVINCE}{ending}", _name(rng, unit), unit, Role.SUPERVISOR)
    yield Account("manager", _name(rng, unit), unit, Role.MANAGER)
    yield Account("officer", _name(rng, unit), unit, Role.OFFICER)
    yield Account("administrator", "系统管理员", unit, Role.ADMINISTRATOR, superuser=True)


def _teacher(tree: Tree, names: dict[str, list[str]], teacher_ids: dict[str, int]) -> Account:
    """The demonstration teacher: the third on the staff of a primary school, if it can be."""
    schools = [unit for unit in tree.reporting if unit.school_type == "211" and unit.staff > 2]
    school = next((unit for unit in schools if unit.parent == "622926"), schools[0])
    return Account(
        "teacher-1",
        names[school.code][2],
        school,
        Role.TEACHER,
        teacher_id=teacher_ids[school.code] + 2,
    )


def _name(rng: Random, unit: Unit) -> str:
    codes, shares = ethnic.mix(unit.area_code)
    group = rng.choices(codes, cum_weights=shares)[0]
    return draw_name(rng, group, rng.choice("12"), rng.randint(1970, 1992))


def user_row(user_id: int, account: Account, password: str, moment: str) -> tuple:
    return (
        user_id,
        password,
        account.superuser,
        account.username,
        "",
        account.superuser,
        True,
        moment,
        account.name,
        "",
        account.teacher_id,
        notice.VERSION,
    )


def post_row(post_id: int, user_id: int, account: Account) -> tuple:
    return (post_id, user_id, account.organisation.id, str(account.role), BEGAN)
