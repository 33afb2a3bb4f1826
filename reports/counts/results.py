"""What the campaign has left behind in the register: files published, numbers issued."""

from django.db.models import Count

from campaigns.models import Campaign
from reports.counts.parts import part_of
from teachers.models import DossierRevision, Organisation, TeacherNumber


def source_of(campaign: Campaign) -> str:
    """How a file's revision names this campaign as its source."""
    return f"campaign/{campaign.code}/"


def results(campaign: Campaign, unit: Organisation) -> dict:
    """Files published by the campaign below the unit and numbers issued with them, by child."""
    revisions = DossierRevision.objects.filter(
        source__startswith=source_of(campaign), organisation__path__startswith=unit.path
    )
    published = (
        revisions.annotate(part=part_of("organisation__path", unit))
        .values("part")
        .annotate(files=Count("teacher", distinct=True))
        .order_by("part")
    )
    parts = {row["part"]: {"files": row["files"], "numbers": 0} for row in published}
    for row in _numbers(campaign, unit):
        parts.setdefault(row["part"], {"files": 0, "numbers": 0})["numbers"] = row["numbers"]
    return {
        "files": sum(part["files"] for part in parts.values()),
        "numbers": sum(part["numbers"] for part in parts.values()),
        "parts": parts,
    }


def _numbers(campaign: Campaign, unit: Organisation):
    """A number belongs to the campaign when it was issued after the launch to one of its files."""
    if campaign.launched_at is None:
        return []
    return (
        TeacherNumber.objects.filter(
            issued_at__gte=campaign.launched_at,
            teacher__revisions__source__startswith=source_of(campaign),
            teacher__revisions__organisation__path__startswith=unit.path,
        )
        .annotate(part=part_of("teacher__revisions__organisation__path", unit))
        .values("part")
        .annotate(numbers=Count("number", distinct=True))
        .order_by("part")
    )
