"""How an authority works at its own level: one step, or a chief who decides after the reviewer."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from teachers.enums import Role
from teachers.models import Organisation, Post, User
from teachers.refusals import NotAllowed, Refusal
from teachers.retrying import whole
from workflows.models import DeskSetting
from workflows.policies import may_set_desk


class NotForThisDesk(NotAllowed):
    code = "not_for_this_desk"


class NoChief(Refusal):
    code = "no_chief"


@whole
def set_desk(*, two_steps: bool, by: User, post: Post, at: datetime) -> DeskSetting:
    """Choose for the post's own authority; cases opened before keep the route they have.

    Raises NotForThisDesk, and NoChief when nobody holds the post of a chief there.
    """
    if not may_set_desk(post) or post.user_id != by.pk:
        raise NotForThisDesk(
            _("The administrator or the chief of an authority chooses how its desk works.")
        )
    desk = Organisation.objects.select_for_update(no_key=True).get(pk=post.organisation_id)
    if two_steps and not has_chief(desk, at):
        raise NoChief(
            _("Nobody holds the post of a chief at %(unit)s: give somebody the post first.")
            % {"unit": desk}
        )
    setting, _made = DeskSetting.objects.update_or_create(
        organisation=desk, defaults={"two_steps": two_steps, "changed_by": by, "changed_at": at}
    )
    return setting


def has_chief(desk: Organisation, at: datetime) -> bool:
    """Whether somebody holds the post of a chief there on that day."""
    posts = Post.objects.current(timezone.localdate(at))
    return posts.filter(organisation=desk, role=Role.CHIEF).exists()
