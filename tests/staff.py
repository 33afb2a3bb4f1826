"""Teachers with a sound file, a number and an employment, and changes asked for about them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from teachers import identity, schema
from teachers.changes import kinds, people
from teachers.derive import derive
from teachers.enums import AttachmentKind, ChangeKind
from teachers.files import write_revision
from teachers.models import Attachment, ChangeRequest, Employment, Organisation, Post, Teacher
from teachers.numbers import check_character
from tests import documents
from workflows import actions

BEGAN = date(2015, 8, 1)


def card(serial: int = 2, born: str = "19900228") -> str:
    """A sound resident card of somebody from 东乡县; an odd serial is a man's."""
    body = f"622926{born}{serial:03d}"
    return body + check_character(body)


def employed(
    school: Organisation, at: datetime, *, serial: int = 102, name: str = "马晓兰", **basic
) -> Teacher:
    """A teacher in service since 2015 with a complete file and a number."""
    number = card(serial)
    form = schema.form(schema.current_version().pk, school.school_kind)
    sound = documents.sound(school.school_kind, name=name, sex="1" if serial % 2 else "2", **basic)
    data = derive(form, sound, identity=number)
    teacher = Teacher.objects.create(
        name=name,
        sex=data["basic"]["sex"],
        birth_date=date(1990, 2, 28),
        ethnic=data["basic"]["ethnic"],
        identity_type="1",
        identity_hash=identity.search_hash("1", number),
        identity_sealed=identity.seal(number),
        identity_mask=identity.mask(number),
        organisation=school,
        registered_at=at,
    )
    people.issue_number(teacher, at=at)
    Employment.objects.create(
        teacher=teacher,
        organisation=school,
        from_date=BEGAN,
        post_category="1",
        established=True,
        source="baseline",
    )
    write_revision(
        teacher,
        data=data,
        source="baseline",
        entered_by=None,
        accepted_by=None,
        at=at - timedelta(days=300),
        effective_on=BEGAN,
    )
    return Teacher.objects.get(pk=teacher.pk)


def evidence(post: Post, at: datetime, name: str = "证明.pdf") -> Attachment:
    """A stored piece of evidence of the post's school (its content does not matter here)."""
    return Attachment.objects.create(
        kind=AttachmentKind.EVIDENCE,
        name=name,
        media_type="application/pdf",
        size=1024,
        sha256="0" * 64,
        organisation=post.organisation,
        uploaded_by=post.user,
        uploaded_at=at,
    )


def newcomer(school: Organisation, *, serial: int = 104, name: str = "马新") -> dict:
    """What a clerk enters for somebody new: the document's sub-sets and the number."""
    data = documents.sound(school.school_kind, name=name, sex="1" if serial % 2 else "2")
    return {
        "values": {key: part for key, part in data.items() if key in kinds.HIRE_SETS},
        "identity": card(serial),
        "identity_type": "1",
    }


def ask(
    kind: ChangeKind,
    clerk: Post,
    at: datetime,
    *,
    teacher: Teacher | None = None,
    proof: Sequence[Attachment] | None = None,
    day: date | None = None,
    **more,
) -> ChangeRequest:
    """Ask as the clerk would, with evidence; it is meant to begin today unless told."""
    return actions.ask(
        kind=kind,
        teacher=teacher,
        effective_date=day or at.date(),
        evidence=[evidence(clerk, at)] if proof is None else proof,
        by=clerk.user,
        post=clerk,
        at=at,
        **more,
    )
