"""What schools and authorities wrote to each other about submissions."""

from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q

from campaigns.enums import SubmissionState
from campaigns.models import Campaign
from teachers.models import Organisation
from workflows.models import Remark


def questions(campaign: Campaign, unit: Organisation, at: datetime) -> dict:
    """Remarks on submissions of the subtree; one statement over the few that there are.

    asked: written by the schools, units: how many of them wrote, answered: those behind which an
    authority wrote to the school; told: written by authorities for the school, between: written for
    the other levels alone.
    """
    school = Q(post__organisation=F("case__organisation"))
    answer = Remark.objects.filter(
        case=OuterRef("case"), for_school=True, at__gt=OuterRef("at"), at__lte=at
    ).exclude(post__organisation=OuterRef("case__organisation"))
    return (
        Remark.objects.filter(
            case__campaign=campaign, case__organisation__path__startswith=unit.path, at__lte=at
        )
        .exclude(case__submission__state=SubmissionState.CANCELLED)
        .annotate(is_answered=Exists(answer))
        .aggregate(
            asked=Count("pk", filter=school),
            units=Count("case", filter=school, distinct=True),
            answered=Count("pk", filter=school & Q(is_answered=True)),
            told=Count("pk", filter=~school & Q(for_school=True)),
            between=Count("pk", filter=~school & Q(for_school=False)),
        )
    )
