"""Who may decide what. Plain functions, asked alike by pages, API and batches."""

from campaigns.models import Campaign
from teachers.enums import OrganisationKind, Role
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


def draws_samples(post: Post | None) -> bool:
    """Whether the post is one that approves in bulk and so looks at a sample before: the reviewers
    and chiefs of authorities, and who acts for one on the whole desk."""
    if post is None or post.role not in {Role.REVIEWER, Role.CHIEF}:
        return False
    return not post.delegation or (
        post.handles(DocumentKind.SUBMISSION) and post.delegation.within_id is None
    )


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


def calendars_kept_by(post: Post | None) -> list[Organisation | None]:
    """Whose days a post may declare; None is the country, whose notice the province enters.

    Administrators and campaign managers of the province and of cities, for their own subtree; those
    of a county only where it is an ethnic autonomous area, which sets the holidays of its customs
    (全国年节及纪念日放假办法, article 4).
    """
    if post is None or post.role not in {Role.ADMINISTRATOR, Role.MANAGER} or post.delegation:
        return []
    own = post.organisation
    if own.kind == OrganisationKind.PROVINCE:
        return [None, own]
    if own.kind == OrganisationKind.CITY or (
        own.kind == OrganisationKind.COUNTY and own.ethnic_area
    ):
        return [own]
    return []


def changes_calendar(post: Post | None, organisation: Organisation | None, *, by: User) -> bool:
    """Whether a post may declare days for an organisation (None: the country)."""
    return organisation in calendars_kept_by(post) and acts_under(post, by)
