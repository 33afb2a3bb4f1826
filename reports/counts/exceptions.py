"""What departed from the rule: more time, exemptions, acting for others, duties not separated."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from campaigns.enums import CampaignState
from campaigns.models import Campaign
from teachers.models import Delegation, Organisation
from workflows.enums import Verdict
from workflows.models import Decision, Extension
from workflows.separation_statements import violations

#: Of each list so many are named; all are counted.
MOST_NAMED = 30


def extensions(campaign: Campaign, unit: Organisation, at: datetime) -> dict:
    """More time given to units of the subtree, and by those above for all of it; newest first."""
    above = [unit.path[: i + 1] for i, letter in enumerate(unit.path) if letter == "/"]
    reaches = Q(organisation__path__startswith=unit.path) | Q(organisation__path__in=above)
    rows = Extension.objects.filter(reaches, campaign=campaign, at__lte=at)
    named = rows.order_by("-at", "-pk").values_list(
        "organisation__code",
        "organisation__name",
        "organisation__name_en",
        "stage",
        "until",
        "reason",
    )
    return _counted(
        rows,
        [
            {
                "code": code,
                "name": name,
                "name_en": name_en,
                "stage": stage,
                "until": until.isoformat(),
                "reason": reason,
            }
            for code, name, name_en, stage, until, reason in named[:MOST_NAMED]
        ],
    )


def exemptions(campaign: Campaign, unit: Organisation, at: datetime) -> dict:
    """Units of which nothing more is asked, by a decision about each; none when the whole campaign
    was called off."""
    rows = Decision.objects.filter(
        case__campaign=campaign,
        case__organisation__path__startswith=unit.path,
        case__submission__state="cancelled",
        verdict=Verdict.CANCEL,
        at__lte=at,
    )
    if campaign.state == CampaignState.CANCELLED:
        rows = rows.none()
    named = rows.order_by("-at", "-pk").values_list(
        "case__organisation__code",
        "case__organisation__name",
        "case__organisation__name_en",
        "at",
        "words",
    )
    return _counted(
        rows,
        [
            {
                "code": code,
                "name": name,
                "name_en": name_en,
                "day": timezone.localdate(moment).isoformat(),
                "words": words,
            }
            for code, name, name_en, moment, words in named[:MOST_NAMED]
        ],
    )


def delegations(campaign: Campaign, unit: Organisation, at: datetime) -> dict:
    """Colleagues who acted for holders of posts of the subtree, with their decisions in the
    campaign; most decisions first."""
    made = Count(
        "decisions",
        filter=Q(decisions__case__campaign=campaign, decisions__at__lte=at),
    )
    rows = (
        Delegation.objects.filter(post__organisation__path__startswith=unit.path)
        .annotate(made=made)
        .filter(made__gt=0)
    )
    named = rows.order_by("-made", "pk").values_list(
        "post__organisation__code",
        "post__organisation__name",
        "post__organisation__name_en",
        "post__user__name",
        "to__name",
        "valid_from",
        "valid_to",
        "made",
    )
    listed = [
        {
            "code": code,
            "name": name,
            "name_en": name_en,
            "holder": holder,
            "to": to,
            "first": first.isoformat(),
            "until": until.isoformat(),
            "decisions": made_by,
        }
        for code, name, name_en, holder, to, first, until, made_by in named
    ]
    decisions = sum(row["decisions"] for row in listed)
    return {"count": len(listed), "decisions": decisions, "rows": listed[:MOST_NAMED]}


def separation(campaign: Campaign, unit: Organisation) -> dict:
    """Decisions that their makers should not have made (workflows/separation.py)."""
    found = violations(path=unit.path, campaign=campaign.code)
    return {
        "count": len(found),
        "rows": [
            {
                "unit": row.unit,
                "step": row.step,
                "person": row.person,
                "desk": row.organisation,
                "at": row.at.isoformat(),
                "rules": row.rules,
            }
            for row in found[:MOST_NAMED]
        ],
    }


def _counted(rows, named: list[dict]) -> dict:
    whole = rows.count() if len(named) == MOST_NAMED else len(named)
    return {"count": whole, "rows": named}
