"""Who may do what with campaigns and their submissions. Plain functions of the acting post."""

from campaigns.models import Submission
from teachers.enums import Role
from teachers.models import Organisation, Post
from teachers.policies import oversees


def may_create_campaign(post: Post | None, organisation: Organisation) -> bool:
    """Only the campaign manager of the organisation that runs it."""
    return (
        post is not None and post.role == Role.MANAGER and post.organisation_id == organisation.pk
    )


def may_fill(post: Post | None, submission: Submission) -> bool:
    """Only the clerk of the school that answers."""
    return (
        post is not None
        and post.role == Role.CLERK
        and post.organisation_id == submission.organisation_id
        and post.handles("submission")
    )


def can_edit(post: Post | None, submission: Submission) -> bool:
    """May change records now: the right clerk, the submission at the school, the round running."""
    return (
        may_fill(post, submission)
        and submission.is_open_for_school
        and submission.campaign.accepts_work
    )


def may_preview(post: Post | None, organisation: Organisation) -> bool:
    """Those who oversee the organisation that runs the campaign, or one above it."""
    return oversees(post) and post.organisation.contains(organisation)
