"""The seals of a campaign's ledger: what they hold, and the one of a stage."""

from datetime import datetime

from campaigns.models import Campaign
from workflows.models import Seal


def seals(campaign: Campaign, at: datetime) -> list[dict]:
    """Every seal until the moment, in order."""
    rows = Seal.objects.filter(campaign=campaign, at__lte=at).order_by("number")
    return [
        {
            "number": seal.number,
            "stage": seal.stage,
            "root": seal.root,
            "cases": seal.cases_count,
            "at": seal.at.isoformat(),
        }
        for seal in rows
    ]


def seal_of(found: list[dict], stage: str) -> dict | None:
    """The newest seal of the stage; a stage that has not been closed has none."""
    of_the_stage = [seal for seal in found if seal["stage"] == stage]
    return of_the_stage[-1] if of_the_stage else None
