"""Who works at a desk: those who hold a post there, and those who act for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from teachers.enums import Role
from teachers.models import Delegation, Organisation, Post, User
from workflows.enums import DocumentKind

#: Who leads the others at the desks of one organisation, and whose work is led.
LEADS = {Role.CHIEF: (Role.REVIEWER, Role.CHIEF), Role.HEAD: (Role.CLERK, Role.HEAD)}
#: Who sees to it that somebody works at every desk below the own organisation.
STAFFS = {Role.MANAGER, Role.ADMINISTRATOR}
#: Roles at whose desks tasks lie.
DESKS = (Role.CLERK, Role.HEAD, Role.REVIEWER, Role.CHIEF)


@dataclass(frozen=True)
class Seat:
    """One person at a desk. `post` has its `delegation` set where the person acts for another."""

    user: User
    post: Post

    @property
    def role(self) -> str:
        return self.post.role


def roles_of(post: Post) -> tuple[str, ...]:
    """The desks of its organisation that a post works at or leads."""
    return LEADS.get(Role(post.role), (post.role,) if post.role in DESKS else ())


def leads(post: Post, organisation_id: int, role: str) -> bool:
    """The chief leads the reviewers of an authority, the head the clerks of a school."""
    return post.organisation_id == organisation_id and role in LEADS.get(Role(post.role), ())


def at_desk(organisation: Organisation | int, roles: Iterable[str], on: date) -> list[Seat]:
    """Everybody who works at the desks of an organisation on a day (two queries).

    Own posts first, in the order of their beginning; a person may have several seats.
    """
    desks = Q(organisation=organisation, role__in=list(roles))
    posts = Post.objects.current(on).filter(desks, user__is_active=True).with_organisation()
    own = [Seat(post.user, post) for post in posts.order_by("pk")]
    given = (
        Delegation.objects.in_force(on)
        .filter(
            post__organisation=organisation,
            post__role__in=list(roles),
            post__valid_from__lte=on,
            to__is_active=True,
        )
        .select_related("to", "within", "post__user", "post__organisation")
    )
    return own + [Seat(one.to, acting(one)) for one in given.order_by("pk")]


def acting(delegation: Delegation) -> Post:
    """The post as the delegate acts under it."""
    post = delegation.post
    post.delegation = delegation
    return post


def covers(post: Post, kind: DocumentKind | str, path: str) -> bool:
    """Whether a document lies within what is done under a post: everything, or the scope."""
    return not post.delegation or post.delegation.covers(kind, path)
