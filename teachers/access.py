"""Looking at sealed identity numbers: possible, but never without a trace."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from teachers import identity
from teachers.models import AccessEntry, Post, User
from teachers.refusals import Refusal

LEAST_REASON = 4


class ReasonTooShort(Refusal):
    code = "reason_too_short"


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
) -> str:
    """Unseal a number and write who saw it, when, from where and why into the access log.

    `subject` names the record or teacher without any personal data. Raises ReasonTooShort.
    """
    reason = " ".join(reason.split())[:200]
    if len(reason) < LEAST_REASON:
        raise ReasonTooShort(
            _("Say in a few words why you need to see the number: it is kept in the access log.")
        )
    AccessEntry.objects.create(
        at=at,
        user=by,
        post=post,
        action="reveal_identity",
        subject=subject,
        reason=reason,
        address=address,
    )
    return identity.unseal(sealed)
