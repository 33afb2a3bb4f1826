"""Who may decide what. Plain functions, asked alike by pages, API and batches."""

from campaigns.models import Campaign
from teachers.enums import OrganisationKind, Role
from teachers.models import Organisation, Post, User
from teachers.policies import acts_under
from workflows.enums import DocumentKind, Verdict
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


def may_set_desk(post: Post | None) -> bool:
    """The administrator or the chief of an authority, for its own level."""
    return (
        post is not None
        and post.role in {Role.ADMINISTRATOR, Role.CHIEF}
        and post.organisation.kind != OrganisationKind.SCHOOL
        and post.delegation is None
    )


def may_reorganise(
    post: Post | None, units: list[Organisation], target: Organisation | None = None
) -> bool:
    """The administrator of an authority above all of the units; the target may be it itself, as
    their new authority."""
    if not keeps_units(post):
        return False
    own = post.organisation
    above = all(own.contains(unit) and own.pk != unit.pk for unit in units)
    return above and (target is None or own.contains(target))


def keeps_units(post: Post | None) -> bool:
    """Whether the post is one that reorganises units at all."""
    return (
        post is not None
        and post.role == Role.ADMINISTRATOR
        and post.organisation.kind != OrganisationKind.SCHOOL
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
