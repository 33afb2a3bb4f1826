"""Who may decide what. Plain functions, asked alike by pages, API and batches."""

from teachers.enums import Role
from teachers.models import Organisation, Post
from workflows.enums import Verdict
from workflows.flows import Step


def verdicts_of(node: Step) -> tuple[Verdict, ...]:
    """What can be said at a step: the clerk submits, the head signs, a reviewer approves."""
    return node.verdicts


def may_decide(role: str, node: Step, verdict: Verdict) -> bool:
    return role == node.role and verdict in verdicts_of(node)


def may_manage(post: Post | None, organisation: Organisation) -> bool:
    """Campaign managers launch, move and cancel the campaigns of their own organisation."""
    return (
        post is not None and post.role == Role.MANAGER and post.organisation_id == organisation.pk
    )
