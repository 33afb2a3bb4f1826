"""What the pages about reports show."""

from campaigns.models import Campaign
from reports.models import Report
from teachers.enums import OrganisationKind
from teachers.models import Organisation, Post
from teachers.policies import oversees

PAGE = 30


def reports(
    post: Post | None,
    *,
    campaign: str = "",
    stage: str = "",
    unit: str = "",
    before: int | None = None,
) -> list[Report]:
    """Newest first, one more than a page, so that the caller sees whether there are older ones."""
    rows = Report.objects.visible_to(post).select_related("campaign", "organisation", "asked_by")
    if campaign:
        rows = rows.filter(campaign__code=campaign)
    if stage:
        rows = rows.filter(stage=stage)
    if unit:
        rows = rows.filter(organisation__code=unit)
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows.defer("figures").order_by("-pk")[: PAGE + 1])


def units(post: Post | None):
    """Authorities for which the post may ask, in the order of the tree."""
    if not oversees(post):
        return Organisation.objects.none()
    within = Organisation.objects.within(post.organisation)
    return within.exclude(kind=OrganisationKind.SCHOOL).order_by("path")


def campaigns(post: Post | None):
    return Campaign.objects.visible_to(post).order_by("-pk")
