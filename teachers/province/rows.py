"""Rows in the text format of PostgreSQL's COPY, and the statement that takes them in."""

import gc
import io
import json
from dataclasses import dataclass, field
from random import Random

from django.db import models
from django.db.backends.utils import CursorWrapper

from teachers import identity, pinyin
from teachers.enums import FileStatus
from teachers.fields import sealed_document
from teachers.models import Dossier, DossierRevision, Employment, Teacher
from teachers.province import mistakes
from teachers.province.identities import IdentityNumbers
from teachers.province.people import staff_of
from teachers.province.tree import Unit
from teachers.resident_cards import RESIDENT_CARD

MOMENT = "2026-09-01 00:00:00+08"
DAY = "2026-09-01"
SOURCE = "baseline"
_ACTIVE = str(FileStatus.ACTIVE)

TEACHER_COLUMNS = (
    "id", "name", "sex", "birth_date", "ethnic", "identity_type", "identity_hash",
    "identity_sealed", "identity_mask", "organisation_id", "branch_id", "status", "pinyin",
    "initials", "registered_at",
)  # fmt: skip
DOSSIER_COLUMNS = ("teacher_id", "revision_id", "revisions")
REVISION_COLUMNS = (
    "id", "teacher_id", "sequence", "index_version_id", "organisation_id", "data", "source",
    "accepted_at", "effective_on",
)  # fmt: skip
EMPLOYMENT_COLUMNS = (
    "teacher_id", "organisation_id", "kind", "post_category", "established", "from_date", "source",
)  # fmt: skip
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Order:
    """What one call of `staff_rows` shall draw: the schools of one authority."""

    seed: int
    home: str
    index: int
    schools: list[Unit]
    first_teacher: int
    first_revision: int
    index_version: int


@dataclass
class Batch:
    """The answer: COPY data of four tables, and the first names of each school's staff."""

    teachers: bytes
    dossiers: bytes
    revisions: bytes
    employments: bytes
    count: int
    names: dict[str, list[str]] = field(default_factory=dict)


def line(values: tuple) -> str:
    """One row of COPY text; None is NULL, and what the format reserves is escaped."""
    return "\t".join([r"\N" if value is None else _escaped(value) for value in values]) + "\n"


def _escaped(value: object) -> str:
    if value is True or value is False:
        return "t" if value else "f"
    text = str(value)
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def copy(cursor: CursorWrapper, model: type[models.Model], columns: tuple, data: bytes) -> None:
    """Write rows to the table of a model. Triggers and constraints are in force."""
    quoted = ", ".join(f'"{column}"' for column in columns)
    statement = f'COPY "{model._meta.db_table}" ({quoted}) FROM STDIN'
    cursor.copy_expert(statement, io.BytesIO(data))


def write_batch(cursor: CursorWrapper, batch: Batch) -> None:
    """Write the people of one authority."""
    copy(cursor, Teacher, TEACHER_COLUMNS, batch.teachers)
    copy(cursor, DossierRevision, REVISION_COLUMNS, batch.revisions)
    copy(cursor, Dossier, DOSSIER_COLUMNS, batch.dossiers)
    copy(cursor, Employment, EMPLOYMENT_COLUMNS, batch.employments)


def staff_rows(order: Order) -> Batch:
    """Draw the staff of an authority's schools. Runs in a process of its own, without database.

    The collector of reference cycles rests meanwhile: there are many objects here and no cycles.
    """
    resting = gc.isenabled()
    gc.disable()
    try:
        return _draw(order)
    finally:
        if resting:
            gc.enable()


def _draw(order: Order) -> Batch:
    numbers = IdentityNumbers(order.home, order.index)
    teachers, dossiers, revisions, employments = [], [], [], []
    names: dict[str, list[str]] = {}
    teacher_id, revision_id = order.first_teacher, order.first_revision
    for school in order.schools:
        rng = Random(f"{order.seed}:{school.code}")
        staff = staff_of(rng, school, numbers)
        names[school.code] = [life.name for _document, life in staff[:3]]
        wrong = mistakes.picks(order.seed, school.code, school.staff)
        for (document, life), mistake in zip(staff, wrong, strict=True):
            if mistake is not None:
                mistake(document)
            teachers.append(_teacher(teacher_id, document, life, school))
            dossiers.append(f"{teacher_id}\t{revision_id}\t1\n")
            revisions.append(
                f"{revision_id}\t{teacher_id}\t1\t{order.index_version}\t{school.id}\t"
                f"{_escaped(_encode(sealed_document(document)))}\t{SOURCE}\t{MOMENT}\t{DAY}\n"
            )
            employments.append(_employment(teacher_id, document["basic"], school))
            teacher_id += 1
            revision_id += 1
    return Batch(
        "".join(teachers).encode(),
        "".join(dossiers).encode(),
        "".join(revisions).encode(),
        "".join(employments).encode(),
        teacher_id - order.first_teacher,
        names,
    )


def _teacher(teacher_id: int, document: dict, life, school: Unit) -> str:
    """A row of TEACHER_COLUMNS; nothing in it needs escaping."""
    number = life.identity
    spelling, initials = pinyin.spell(life.name)
    return (
        f"{teacher_id}\t{life.name}\t{life.sex}\t{document['basic']['birth_date']}\t{life.ethnic}\t"
        f"{RESIDENT_CARD}\t{identity.search_hash(RESIDENT_CARD, number)}\t{identity.seal(number)}\t"
        f"{identity.mask(number)}\t{school.id}\t{school.branch}\t{_ACTIVE}\t{spelling}\t"
        f"{initials}\t{MOMENT}\n"
    )


def _employment(teacher_id: int, basic: dict, school: Unit) -> str:
    """A row of EMPLOYMENT_COLUMNS; it began in the month the person came to the school."""
    established = "t" if basic.get("in_establishment") == "1" else "f"
    return (
        f"{teacher_id}\t{school.id}\tprimary\t{basic.get('post_category', '')}\t{established}\t"
        f"{basic['school_start']}-01\t{SOURCE}\n"
    )
