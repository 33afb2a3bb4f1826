"""Which form a school answers in a campaign."""

from campaigns.models import Campaign, Submission
from teachers import schema


def form_for(campaign: Campaign, school_kind: str) -> schema.Form:
    """The sub-sets this campaign asks of this kind of school, compiled (cached by the register)."""
    return schema.form(campaign.index_version_id, school_kind, sets_asked(campaign, school_kind))


def form_of(submission: Submission) -> schema.Form:
    """The form of one submission (its campaign and organisation should be loaded)."""
    return form_for(submission.campaign, submission.organisation.school_kind)


def sets_asked(campaign: Campaign, school_kind: str) -> tuple[str, ...]:
    return tuple(campaign.asked.get(school_kind, ()))
