"""Who may decide what. Plain functions, asked alike by pages, API and batches."""

from campaigns.models import Campaign
from teachers.enums import Role
from teachers.models import Delegation, Organisation, Post, User
from teachers.policies import acts_under
from workflows import seats
from workflows.enums import DocumentKind, Verdict
from workflows.flows import Step
from workflows.seats import DESKS, STAFFS


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


def gives_time(post: Post | None, campaign: Campaign) -> bool:
    """Whether the post is one that gives units more time at all."""
    return post is not None and (
        post.role in {Role.REVIEWER, Role.CHIEF} or may_manage(post, campaign.organisation)
    )


def may_extend(post: Post | None, campaign: Campaign, unit: Organisation, *, by: User) -> bool:
    """The campaign's manager for any unit; a reviewer or chief for the units below the authority.

    A colleague who acts for a reviewer does it within the scope of the delegation.
    """
    if not gives_time(post, campaign) or not acts_under(post, by):
        return False
    if post.delegation and not post.delegation.covers(DocumentKind.SUBMISSION, unit.path):
        return False
    if may_manage(post, campaign.organisation):
        return post.organisation.contains(unit)
    return post.organisation_id != unit.pk and post.organisation.contains(unit)


def may_delegate(post: Post | None, held: Post, *, by: User) -> bool:
    """The holder passes the own post on; the manager or administrator above anybody's.

    Who acts for somebody passes nothing on: acting for is not transitive.
    """
    if post is None or post.delegation or post.user_id != by.pk:
        return False
    return held.user_id == by.pk or may_staff(post, held.organisation)


def may_end_delegation(post: Post | None, delegation: Delegation, *, by: User) -> bool:
    """Either side, and whoever may make one for this post."""
    return delegation.to_id == by.pk or may_delegate(post, delegation.post, by=by)


def may_staff(post: Post | None, organisation: Organisation) -> bool:
    """Sees to it that somebody works at the desks of a unit: its manager or administrator, or
    those of an authority above."""
    return (
        post is not None
        and not post.delegation
        and post.role in STAFFS
        and post.organisation.contains(organisation)
    )


def may_appoint(post: Post | None, organisation: Organisation) -> bool:
    """Enters new posts: administrators, who keep the accounts of the units below."""
    return may_staff(post, organisation) and post.role == Role.ADMINISTRATOR


def may_hand_over(post: Post | None, held: Post, *, by: User) -> bool:
    """Ends a post and passes its work on: the holder, who leads the desk, or the staff above."""
    if post is None or post.delegation or post.user_id != by.pk or held.role not in DESKS:
        return False
    leads = seats.leads(post, held.organisation_id, held.role) and post.role != held.role
    return held.user_id == by.pk or leads or may_staff(post, held.organisation)
