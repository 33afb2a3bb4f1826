"""Views of the inbox that people keep under a name: one set for each role a person works in."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from teachers.models import Post, User
from teachers.ready_queries import Ready
from teachers.refusals import Refusal
from workflows.inbox_filters import Filters
from workflows.models import SavedView

LONGEST_NAME, LONGEST_QUERY, MOST_VIEWS = 40, 500, 20


class BadName(Refusal):
    code = "bad_name"


class NameTaken(Refusal):
    code = "name_taken"


class TooManyViews(Refusal):
    code = "too_many_views"


class NothingToSave(Refusal):
    code = "nothing_to_save"


def of(user: User, post: Post) -> QuerySet[SavedView]:
    """The views that a person has kept for the role of a post, by name."""
    return SavedView.objects.filter(user=user, role=post.role).order_by("name", "pk")


def listed(user: User, post: Post) -> list[SavedView]:
    """The same, for the page of the inbox."""
    return _LISTED(user=user.pk, role=post.role)


_LISTED = Ready(
    "kept_views",
    lambda user, role: of(User(pk=user), Post(role=role)),
    user="bigint",
    role="text",
)


def save(
    *, name: str, filters: Filters, by: User, post: Post, at: datetime, overwrite: bool = False
) -> SavedView:
    """Keep a view under a name; with `overwrite` in place of the one that has the name.

    Raises BadName, NothingToSave, NameTaken, TooManyViews.
    """
    name, query = _checked(name, filters)
    own = of(by, post)
    if overwrite and own.filter(name=name).update(query=query, saved_at=at):
        return own.get(name=name)
    if own.count() >= MOST_VIEWS:
        raise TooManyViews(
            _("You keep %(most)d views already: delete one of them first.") % {"most": MOST_VIEWS}
        )
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                user=by, role=post.role, name=name, query=query, saved_at=at
            )
    except IntegrityError:
        raise NameTaken(
            _("There is a view “%(name)s” already: tick “Replace it”, or choose another name.")
            % {"name": name}
        ) from None


def forget(view: SavedView) -> None:
    """Delete a kept view; the tasks it shows are not touched."""
    view.delete()


def _checked(name: str, filters: Filters) -> tuple[str, str]:
    """The name without spare spaces, and the query. Raises BadName, NothingToSave."""
    name = " ".join(name.split())
    if not name:
        raise BadName(_("Give the view a name, for example “Overdue primary schools”."))
    if len(name) > LONGEST_NAME:
        raise BadName(
            _("The name “%(name)s…” has %(length)d characters: at most %(most)d fit.")
            % {"name": name[:12], "length": len(name), "most": LONGEST_NAME}
        )
    if not filters.narrowed:
        raise NothingToSave(_("No filter is chosen: this is the whole inbox, which needs no name."))
    if len(filters.query) > LONGEST_QUERY:
        raise NothingToSave(_("The words searched for are too long to be kept: shorten them."))
    return name, filters.query
