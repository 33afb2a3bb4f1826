"""The access log, and looking at sealed identity numbers: never without a trace in it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from teachers import identity
from teachers.models import AccessEntry, Organisation, Post, Teacher, User
from teachers.refusals import Refusal

LEAST_REASON = 4


class ReasonTooShort(Refusal):
    code = "reason_too_short"


def note(
    action: str,
    subject: str,
    *,
    by: User,
    post: Post | None,
    at: datetime,
    reason: str = "",
    address: str | None = None,
    teacher: Teacher | None = None,
    sets: Iterable[str] = (),
    organisation: Organisation | None = None,
) -> AccessEntry:
    """Add one line to the access log. `subject` names a number or a key, never an identity.

    teacher: whose file, where the register knows the person. sets: keys of the sub-sets shown.
    organisation: the unit whose people were shown (default: the teacher's school).
    """
    if organisation is None and teacher is not None:
        unit = teacher.organisation_id
    else:
        unit = organisation and organisation.pk
    return AccessEntry.objects.create(
        at=at,
        user=by,
        post=post,
        action=action,
        subject=subject[:120],
        teacher=teacher,
        organisation_id=unit,
        sets=sorted(sets),
        reason=reason[:200],
        address=address or None,
    )


@transaction.atomic
def reveal(
    sealed: str,
    *,
    subject: str,
    reason: str,
    by: User,
    post: Post,
    at: datetime,
    address: str | None,
    teacher: Teacher | None = None,
    organisation: Organisation | None = None,
) -> str:
    """Unseal a number and write who saw it, when, from where and why into the access log.

    `subject` names the record or teacher without any personal data; `teacher` and `organisation`
    as for `note`. Raises ReasonTooShort.
    """
    reason = " ".join(reason.replace("\0", "").split())[:200]
    if len(reason) < LEAST_REASON:
        raise ReasonTooShort(
            _("Say in a few words why you need to see the number: it is kept in the access log.")
        )
    note(
        "reveal_identity",
        subject,
        by=by,
        post=post,
        at=at,
        reason=reason,
        address=address,
        teacher=teacher,
        organisation=organisation,
    )
    return identity.unseal(sealed)
