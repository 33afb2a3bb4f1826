"""The trace that a search for a whole identity number leaves."""

from datetime import datetime

from teachers import access
from teachers.models import AccessEntry, Post, User
from teachers.search.finding import Page


def note(
    page: Page, *, by: User, post: Post, at: datetime, address: str | None = None
) -> AccessEntry:
    """Write into the access log that somebody was looked for by the whole number."""
    found = page.rows[0].teacher if page.rows else None
    return access.note(
        "search_identity",
        f"teacher {found.number or found.pk}" if found else "nobody found",
        by=by,
        post=post,
        at=at,
        address=address,
        teacher=found,
        organisation=page.place if found is None else None,
    )
