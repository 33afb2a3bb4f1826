"""Where a campaign's records and change requests meet: both sides are told."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.enums import FINAL, CampaignState
from campaigns.models import Record, Submission
from teachers.models import ChangeRequest, Post, Teacher

#: More are counted, not listed.
MOST_SHOWN = 5
RUNNING = (CampaignState.COLLECTING, CampaignState.IN_REVIEW)


def records_of(teacher: Teacher | None, identity_hash: str, *, post: Post) -> QuerySet[Record]:
    """Records of this person in answers that are still on their way (one query).

    Each says in `is_seen` whether the post may open its submission.
    """
    who = Q(identity_hash=identity_hash) if identity_hash else Q(pk=None)
    if teacher is not None:
        who |= Q(teacher=teacher) | Q(identity_hash=teacher.identity_hash)
    seen = Submission.objects.visible_to(post).filter(pk=OuterRef("submission"))
    return (
        Record.objects.filter(who, submission__campaign__state__in=RUNNING)
        .exclude(submission__state__in=FINAL)
        .annotate(is_seen=Exists(seen))
        .select_related("submission__campaign", "submission__organisation")
        .defer("data", "identity_sealed")
        .order_by("-pk")[:MOST_SHOWN]
    )


def changes_of(records: QuerySet[Record], *, post: Post) -> QuerySet[ChangeRequest]:
    """Change requests on their way about the persons of these records (one query).

    Each says in `is_seen` whether the post may open it.
    """
    known = records.exclude(teacher=None).values("teacher")
    numbers = records.values("identity_hash")
    seen = ChangeRequest.objects.visible_to(post).filter(pk=OuterRef("pk"))
    return (
        ChangeRequest.objects.on_the_way()
        .filter(Q(teacher__in=known) | Q(identity_hash__in=numbers))
        .annotate(is_seen=Exists(seen))
        .select_related("organisation")
        .defer("values")
        .order_by("-pk")[:MOST_SHOWN]
    )
