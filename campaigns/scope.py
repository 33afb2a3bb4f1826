"""Whom a campaign asks."""

from datetime import date

from django.db.models import Q

from campaigns.models import Campaign
from teachers.models import Organisation
from teachers.models.organisations import OrganisationQuerySet


def units_in_scope(campaign: Campaign, on: date) -> OrganisationQuerySet:
    """Schools and universities below a root of the scope, of a kind asked, valid on the day."""
    below = Q(pk__in=[])
    for path in campaign.scope.values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return (
        Organisation.objects.reporting()
        .valid_on(on)
        .filter(
            below,
            school_kind__in=campaign.school_kinds,
            organiser_kind__in=campaign.organiser_kinds,
        )
    )
