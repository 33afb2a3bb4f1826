"""What the pages about reports show."""

from campaigns.models import Campaign
from reports.models import Download, Pack, PackFile, Report
from teachers.enums import OrganisationKind
from teachers.models import Organisation, Post
from teachers.policies import oversees

PAGE = 30
#: So many packs stand above the reports.
PACKS = 6


def reports(
    post: Post | None,
    *,
    campaign: str = "",
    kind: str = "",
    stage: str = "",
    unit: str = "",
    before: int | None = None,
) -> list[Report]:
    """Newest first, one more than a page, so that the caller sees whether there are older ones."""
    rows = Report.objects.visible_to(post).select_related("campaign", "organisation", "asked_by")
    wanted = {
        "campaign__code": campaign,
        "kind": kind,
        "stage": stage,
        "organisation__code": unit,
        "pk__lt": before,
    }
    rows = rows.filter(**{key: value for key, value in wanted.items() if value})
    return list(rows.defer("figures").order_by("-pk")[: PAGE + 1])


def packs(post: Post | None, *, campaign: str = "", stage: str = "", unit: str = "") -> list[Pack]:
    """The newest packs, each with its files (without their content) as `ready`, by form."""
    rows = Pack.objects.visible_to(post).select_related("campaign", "organisation", "asked_by")
    wanted = {"campaign__code": campaign, "stage": stage, "organisation__code": unit}
    rows = rows.filter(**{key: value for key, value in wanted.items() if value})
    found = list(rows.order_by("-pk")[:PACKS])
    files = PackFile.objects.filter(pack__in=[pack.pk for pack in found]).defer("content")
    ready: dict[int, dict] = {}
    for file in files.order_by("pk"):
        ready.setdefault(file.pack_id, {})[file.form] = file
    for pack in found:
        pack.ready = ready.get(pack.pk, {})
    return found


def downloads(*, before: int | None = None, **of) -> list[Download]:
    """Who has had a report or a pack, newest first, one more than a page."""
    rows = Download.objects.filter(**of).select_related("by", "post__organisation")
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: PAGE + 1])


def units(post: Post | None):
    """Authorities for which the post may ask, in the order of the tree."""
    if not oversees(post):
        return Organisation.objects.none()
    within = Organisation.objects.within(post.organisation)
    return within.exclude(kind=OrganisationKind.SCHOOL).order_by("path")


def campaigns(post: Post | None):
    return Campaign.objects.visible_to(post).order_by("-pk")
