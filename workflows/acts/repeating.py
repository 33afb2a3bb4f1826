"""Trying again what an act could not do."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from teachers.models import Post, User
from workflows.actions.deciding import DECIDED_HERE, screen_all
from workflows.acts.asking import NothingSelected, NotYourAct, ask, of_own_desk
from workflows.enums import ActState, OutcomeKind, Verdict
from workflows.models import Act

#: Never tried again: what is done, and what somebody has to look at first.
LEFT_ALONE = ["", OutcomeKind.DONE, OutcomeKind.CHANGED]


def possible_now(act: Act, *, by: User, post: Post, at: datetime) -> list[int]:
    """The refused tasks of an act that would be decided now, in their order (two queries).

    Screened as a new decision by this person: an own part in one case or a claim of somebody else
    may not be in a colleague's way. What changed after the look is not among them.
    """
    if act.state != ActState.DONE or act.verdict not in DECIDED_HERE:
        return []
    refused = act.items.filter(task__finished=None).exclude(outcome__in=LEFT_ALONE)
    asked = list(refused.order_by("position").values_list("task_id", flat=True))
    if not asked:
        return []
    _found, screened = screen_all(
        asked,
        verdict=Verdict(act.verdict),
        by=by,
        post=post,
        at=at,
        return_to=act.return_to or None,
        seen=None,
        in_bulk=len(asked) > 1,
    )
    return [task for task, (kind, _target) in screened.items() if kind == OutcomeKind.DONE]


def retry(act: Act, *, key: UUID, by: User, post: Post, at: datetime) -> Act:
    """A new act over what the act could not do and what may go ahead now, with its grounds.

    The same key again is the same act. Raises NotYourAct, NothingSelected.
    """
    if not of_own_desk(act, post):
        raise NotYourAct(_("Only the desk that decided goes on with it."))
    known = Act.objects.visible_to(post).filter(key=key, by=by).first()
    if known is not None:
        return known
    tasks = possible_now(act, by=by, post=post, at=at)
    if not tasks:
        raise NothingSelected(_("Nothing of the rest can be done now."))
    return ask(
        key=key,
        verdict=Verdict(act.verdict),
        by=by,
        post=post,
        at=at,
        tasks=tasks,
        reasons=act.reasons,
        words=act.words,
        return_to=act.return_to,
    )
