"""Who may ask for a report and who may have it."""

from teachers.enums import OrganisationKind
from teachers.models import Organisation, Post
from teachers.policies import oversees


def may_ask(post: Post | None, organisation: Organisation) -> bool:
    """Those who oversee the unit itself or an authority above it; never for a single school."""
    if not oversees(post) or not post.organisation.contains(organisation):
        return False
    return organisation.kind != OrganisationKind.SCHOOL


def has_pack(organisation: Organisation) -> bool:
    """A pack joins the reports of a unit and of all authorities below it."""
    return organisation.kind in {OrganisationKind.PROVINCE, OrganisationKind.CITY}


def has_ethnic_report(organisation: Organisation) -> bool:
    """The province and the autonomous prefectures report on ethnic education."""
    if organisation.kind == OrganisationKind.CITY:
        return organisation.ethnic_area
    return organisation.kind == OrganisationKind.PROVINCE
