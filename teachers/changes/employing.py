"""Where a person works, as a change in force makes it: closed and opened, never overlapping."""

from datetime import date, datetime, timedelta

from django.db.models import F
from django.db.models.functions import Greatest, Least

from teachers.changes import kinds
from teachers.enums import ChangeKind, ChangeState, EmploymentKind, Role
from teachers.models import ChangeRequest, Employment, Organisation, Post, Teacher

IN_POST = "100"


def carry_out(change: ChangeRequest, teacher: Teacher, data: dict, *, at: datetime) -> None:
    """Close and open the employments of a change; sets `teacher.organisation`, saves no teacher.

    data: the document after the change. Periods are half-open: the day of the change is the first
    of the new employment and not of the old one.
    """
    kind, day = ChangeKind(change.kind), change.effective_date
    if kind in (*kinds.TRANSFERS, *kinds.ARRIVALS):
        _leave_all(teacher, day, at=at, keep=change.organisation)
        _begin(change, teacher, data)
        _move_account(teacher, change.organisation, day)
        teacher.organisation = change.organisation
    elif kind in kinds.EXITS:
        _leave_all(teacher, day, at=at)
    elif kind == ChangeKind.RETURN:
        _come_back(teacher, day, at=at)
    elif beside := kinds.ASKED[kind].beside:
        Employment.objects.create(
            teacher=teacher,
            organisation=change.counterpart,
            outside=change.outside,
            kind=beside,
            from_date=day,
            to_date=change.until_date,
            source=f"change/{change.pk}",
            **_post(data),
        )


def status_without(teacher: Teacher, ended: ChangeRequest) -> str:
    """The code of person_status once a loan or leave is over: that of one still running, or 100."""
    running = _running(teacher).exclude(pk=ended.pk).order_by("-effective_date", "-pk").first()
    return running.values["basic"]["person_status"] if running else IN_POST


def _running(teacher: Teacher):
    """Loans and leaves in force that nobody has ended yet."""
    return ChangeRequest.objects.filter(
        teacher=teacher,
        state=ChangeState.IN_FORCE,
        kind__in=[ChangeKind.SECONDMENT, ChangeKind.ROTATION, ChangeKind.LEAVE],
        ended_at=None,
    )


def _post(data: dict) -> dict:
    basic = data.get("basic") or {}
    return {
        "post_category": basic.get("post_category", ""),
        "established": basic.get("in_establishment") == "1",
    }


def _leave_all(
    teacher: Teacher, day: date, *, at: datetime, keep: Organisation | None = None
) -> None:
    """End every employment on a day, except the primary one at `keep`."""
    _come_back(teacher, day, at=at)
    primary = Employment.objects.filter(teacher=teacher, to_date=None).primary()
    if keep is not None:
        primary = primary.exclude(organisation=keep)
    primary.update(to_date=Greatest(F("from_date"), day))


def _come_back(teacher: Teacher, day: date, *, at: datetime) -> None:
    """End loans and leaves that still run."""
    _running(teacher).update(ended_at=at)
    beside = Employment.objects.filter(teacher=teacher).exclude(kind=EmploymentKind.PRIMARY)
    beside.filter(to_date=None).update(to_date=Greatest(F("from_date"), day))
    beside.filter(to_date__gt=day).update(
        to_date=Greatest(F("from_date"), Least(F("to_date"), day))
    )


def _begin(change: ChangeRequest, teacher: Teacher, data: dict) -> None:
    """Open the primary employment, unless the same school has reported the person meanwhile."""
    running = Employment.objects.filter(teacher=teacher, to_date=None).primary()
    if not running.exists():
        Employment.objects.create(
            teacher=teacher,
            organisation=change.organisation,
            from_date=change.effective_date,
            source=f"change/{change.pk}",
            **_post(data),
        )


def _move_account(teacher: Teacher, school: Organisation, day: date) -> None:
    """A teacher who signs in does so at the new school from that day on."""
    own = Post.objects.filter(user__teacher=teacher, role=Role.TEACHER, valid_to=None)
    for post in own.exclude(organisation=school):
        post.valid_to = max(day, post.valid_from + timedelta(days=1))
        post.save(update_fields=["valid_to"])
        Post.objects.get_or_create(
            user_id=post.user_id,
            organisation=school,
            role=Role.TEACHER,
            valid_to=None,
            defaults={"valid_from": day},
        )
