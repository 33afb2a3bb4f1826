"""The notice on personal data that everybody reads before the first page (PIPL Art 17, 35)."""

from datetime import datetime

from django.db import transaction

from teachers import access
from teachers.models import Post, User

#: Version of the text in templates/teachers/notice.html; a new one is shown to everybody once.
VERSION = "2026-1"


def has_read(user: User) -> bool:
    """Whether the present notice has been accepted."""
    return user.notice_version == VERSION


@transaction.atomic
def accept(*, by: User, post: Post | None, at: datetime, address: str | None) -> None:
    """Write down that `by` has read the present notice, with the account and in the access log.

    A second time changes nothing.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if has_read(user):
        return
    user.notice_version, user.notice_read_at = VERSION, at
    user.save(update_fields=["notice_version", "notice_read_at"])
    access.note("accept_notice", f"notice {VERSION}", by=user, post=post, at=at, address=address)
