"""Write a whole synthetic province to an empty database, in one transaction."""

import time
from typing import TextIO

from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from teachers import reference
from teachers.enums import OrganisationKind
from teachers.models import (
    Dossier,
    DossierRevision,
    IndexVersion,
    Organisation,
    Post,
    Teacher,
    User,
)
from teachers.progress import Progress
from teachers.province import accounts, mistakes
from teachers.province.processes import batches
from teachers.province.rows import MOMENT, Order, copy, line, write_batch
from teachers.province.tree import BEGAN, Tree, plant
from teachers.refusals import Refusal

PASSWORD = "demo-Gansu-2026"  # noqa: S105 - printed on the first screen of the demonstration
ONE_BUILD_AT_A_TIME = 620_000  # key of the advisory lock
ORGANISATION_COLUMNS = (
    "id", "code", "name", "name_en", "kind", "parent_id", "path", "depth", "area_code",
    "school_kind", "school_type", "organiser", "organiser_kind", "urban_rural", "ethnic_area",
    "valid_from",
)  # fmt: skip


class ScaleOutOfRange(Refusal):
    """The scale is not above 0 and at most 1."""

    code = "scale_out_of_range"


class DatabaseNotEmpty(Refusal):
    """There are organisations, and they are not the province that was asked for."""

    code = "database_not_empty"


def build(
    *, scale: float = 1.0, seed: int = 7, password: str = PASSWORD, stream: TextIO | None = None
) -> dict:
    """Build the province and return its figures (`built` is False if it was there already).

    Everything is written in one transaction: a build that is killed leaves nothing, and running it
    again starts afresh. Raises ScaleOutOfRange or DatabaseNotEmpty.
    """
    began = time.monotonic()
    if not 0 < scale <= 1:
        raise ScaleOutOfRange(_("Give a scale above 0 and at most 1, such as 0.03."))
    reference.load()
    tree = plant(scale, seed)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_BUILD_AT_A_TIME])
        built = not _is_there(tree)
        if built:
            _write(tree, scale, seed, password, stream)
    if built:
        _analyse()
    return {
        "built": built,
        "scale": scale,
        "seed": seed,
        "organisations": len(tree.units),
        "schools": sum(unit.kind == OrganisationKind.SCHOOL for unit in tree.units),
        "universities": sum(unit.kind == OrganisationKind.UNIVERSITY for unit in tree.units),
        "teachers": tree.teachers,
        "users": User.objects.count(),
        "mistakes": mistakes.count(seed, tree.reporting),
        "seconds": round(time.monotonic() - began, 1),
    }


def _is_there(tree: Tree) -> bool:
    """Whether the database holds exactly these organisations; raises if it holds others."""
    stored = set(Organisation.objects.values_list("code", "name", "path"))
    if not stored:
        return False
    wanted = {(unit.code, unit.name, unit.path) for unit in tree.units}
    if stored == wanted and Teacher.objects.count() >= tree.teachers:
        return True
    raise DatabaseNotEmpty(
        _(
            "The database already holds %(count)s organisations that are not the province asked "
            "for; build it in an empty database."
        )
        % {"count": len(stored)}
    )


def _next_id(model: type[models.Model]) -> int:
    return (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


def _write(tree: Tree, scale: float, seed: int, password: str, stream: TextIO | None) -> None:
    orders = _orders(tree, seed)
    names: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        # References are checked table by table while the next people are drawn, not all at the end.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        copy(cursor, Organisation, ORGANISATION_COLUMNS, _organisation_rows(tree))
        with Progress(stream, "Teachers", tree.teachers) as progress:
            for batch in batches(orders, tree.teachers):
                write_batch(cursor, batch)
                names |= batch.names
                progress.advance(batch.count)
        _write_accounts(cursor, tree, names, _first_teachers(orders), scale, seed, password)
        for statement in connection.ops.sequence_reset_sql(
            no_style(), [Organisation, Teacher, DossierRevision, User, Post]
        ):
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _organisation_rows(tree: Tree) -> bytes:
    """Give every unit its id and its branch, and write it down (parents stand before children)."""
    lines = []
    for unit_id, unit in enumerate(tree.units, start=_next_id(Organisation)):
        unit.id = unit_id
        unit.branch = tree.by_code[unit.path.split("/")[1] or unit.code].id
        parent = tree.by_code[unit.parent].id if unit.parent else None
        lines.append(
            line(
                (
                    unit_id,
                    unit.code,
                    unit.name,
                    unit.name_en,
                    str(unit.kind),
                    parent,
                    unit.path,
                    unit.depth,
                    unit.area_code,
                    unit.school_kind,
                    unit.school_type,
                    unit.organiser,
                    str(unit.organiser_kind),
                    unit.urban_rural,
                    unit.ethnic_area,
                    BEGAN,
                )
            )
        )
    return "".join(lines).encode()


def _orders(tree: Tree, seed: int) -> list[Order]:
    """One order for each authority, with the ids its people will have."""
    groups: dict[str, list] = {}
    for unit in tree.reporting:
        groups.setdefault(unit.authority, []).append(unit)
    version = IndexVersion.objects.get(code=reference.CURRENT_VERSION)
    teacher_id, revision_id = _next_id(Teacher), _next_id(DossierRevision)
    orders = []
    for index, (authority, schools) in enumerate(groups.items()):
        orders.append(Order(seed, authority, index, schools, teacher_id, revision_id, version.pk))
        people = sum(school.staff for school in schools)
        teacher_id += people
        revision_id += people
    return orders


def _first_teachers(orders: list[Order]) -> dict[str, int]:
    """Id of the first teacher of each school, by its code."""
    first: dict[str, int] = {}
    for order in orders:
        teacher_id = order.first_teacher
        for school in order.schools:
            first[school.code] = teacher_id
            teacher_id += school.staff
    return first


def _write_accounts(cursor, tree, names, teacher_ids, scale, seed, password) -> None:
    hashed = make_password(password)
    user_id, post_id = _next_id(User), _next_id(Post)
    users, posts = [], []
    reviewers = 3 if scale >= 1 else 2
    made = accounts.accounts(tree, names, teacher_ids, seed, reviewers)
    for offset, account in enumerate(made):
        users.append(line(accounts.user_row(user_id + offset, account, hashed, MOMENT)))
        posts.append(line(accounts.post_row(post_id + offset, user_id + offset, account)))
    copy(cursor, User, accounts.USER_COLUMNS, "".join(users).encode())
    copy(cursor, Post, accounts.POST_COLUMNS, "".join(posts).encode())


def _analyse() -> None:
    """Tell the planner about the new rows."""
    tables = [
        f'"{model._meta.db_table}"'
        for model in (Organisation, Teacher, Dossier, DossierRevision, User, Post)
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")
