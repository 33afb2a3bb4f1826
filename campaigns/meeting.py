"""Where a campaign's records and change requests meet: both sides are told."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.enums import FINAL, CampaignState
from campaigns.models import Record, Submission
from teachers.models import ChangeRequest, Post, Teacher
from teachers.ready_queries import Ready

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
    return _told(_meeting(records), post)[:MOST_SHOWN]


def changes_of_answer(submission: Submission, *, post: Post) -> list[ChangeRequest]:
    """The same for all records of an answer: one query, and one more if there are any."""
    met = [pk for (pk,) in _MET(submission=submission.pk)]
    return list(_told(ChangeRequest.objects.filter(pk__in=met), post)) if met else []


def _meeting(records: QuerySet[Record]) -> QuerySet[ChangeRequest]:
    known = records.exclude(teacher=None).values("teacher")
    numbers = records.values("identity_hash")
    return ChangeRequest.objects.on_the_way().filter(
        Q(teacher__in=known) | Q(identity_hash__in=numbers)
    )


def _told(changes: QuerySet[ChangeRequest], post: Post) -> QuerySet[ChangeRequest]:
    """The newest first, with what their lines say."""
    seen = ChangeRequest.objects.visible_to(post).filter(pk=OuterRef("pk"))
    rows = changes.annotate(is_seen=Exists(seen)).select_related("organisation")
    return rows.defer("values").order_by("-pk")


_MET = Ready(
    "changes_that_an_answer_meets",
    lambda submission: (
        _meeting(Record.objects.filter(submission=submission))
        .order_by("-pk")
        .values_list("pk")[:MOST_SHOWN]
    ),
    submission="bigint",
)
