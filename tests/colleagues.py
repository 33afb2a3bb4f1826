"""More people at the desks of the cast, and delegations between them."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from teachers import notice
from teachers.enums import Role
from teachers.models import Delegation, Organisation, Post, User
from tests.cast import BEGAN
from workflows import actions

REVIEWER = Role.REVIEWER


def colleague(
    unit: Organisation, name: str = "同事", *, role: str = REVIEWER, user: User | None = None
) -> Post:
    """Another holder of a role at a unit; `user` gets the post if named."""
    user = user or User.objects.create(
        username=f"{name}-{User.objects.count()}", name=name, notice_version=notice.VERSION
    )
    return Post.objects.create(user=user, organisation=unit, role=role, valid_from=BEGAN)


def given(post: Post, to: User, at: datetime, **more) -> Delegation:
    """A delegation by the holder for the coming week, through the action."""
    first = more.pop("valid_from", timezone.localdate(at))
    return actions.delegate(
        post,
        to=to,
        valid_from=first,
        valid_to=more.pop("valid_to", first + timedelta(days=7)),
        reason=more.pop("reason", "出差"),
        by=more.pop("by", post.user),
        post=more.pop("under", post),
        at=at,
        **more,
    )


def acting(delegation: Delegation) -> Post:
    """The post as the delegate acts under it."""
    post = Post.objects.with_organisation().get(pk=delegation.post_id)
    post.delegation = delegation
    return post


def ended(post: Post, on: date) -> None:
    """The post ended as in the administration: nobody handed anything over."""
    Post.objects.filter(pk=post.pk).update(valid_to=on)
