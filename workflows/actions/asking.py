"""Asking for a change: drawing it up and opening its case are one act."""

from datetime import datetime

from teachers.changes import editing
from teachers.models import ChangeRequest, Post, User
from teachers.reorganising import hold_tree
from teachers.retrying import whole
from workflows.actions.documents import open_change


@whole
def ask(*, by: User, post: Post, at: datetime, **asked) -> ChangeRequest:
    """Draw up a change request of the post's school and put it on the clerk's desk.

    asked: what `teachers.changes.editing.draft` takes beside the actor. Raises what it raises.
    """
    hold_tree(shared=True)
    change = editing.draft(organisation=post.organisation, by=by, post=post, at=at, **asked)
    open_change(change, by=by, post=post, at=at)
    return change
