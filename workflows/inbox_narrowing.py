"""The filters of the inbox that are columns of the task itself (a search: see inbox_search.py)."""

from datetime import date

from django.db.models import Q, QuerySet

from teachers.enums import OrganisationKind
from teachers.models import Organisation, Post
from workflows.desk_counts import WEEK, acting_id
from workflows.enums import DocumentKind
from workflows.inbox_filters import Filters
from workflows.models import Task
from workflows.models.tasks import NEEDS_EYES

ATTEMPTS = {
    "first": Q(is_again=False, is_sent_down=False),
    "down": Q(is_sent_down=True),
    "again": Q(is_again=True, is_sent_down=False),
}
LOOKS = {"look": NEEDS_EYES, "clean": ~NEEDS_EYES}


def narrowed_by(
    filters: Filters, rows: QuerySet[Task], *, post: Post, on: date, week: date | None = None
) -> QuerySet[Task]:
    """The tasks that the filters let through; one query more where a place is chosen.

    week: the last day of those due within a week, where it is not to be counted from `on`.
    """
    dues = {
        "overdue": Q(due_date__lt=on),
        "today": Q(due_date=on),
        "week": Q(due_date__gte=on, due_date__lte=week or on + WEEK),
    }
    me = acting_id(post)
    claims = {
        "me": Q(owner=me),
        "nobody": Q(owner=None),
        "colleague": Q(owner__isnull=False) & ~Q(owner=me),
    }
    choices = {"due": dues, "attempt": ATTEMPTS, "claimed": claims, "look": LOOKS}
    for name, conditions in choices.items():
        if chosen := getattr(filters, name):
            rows = rows.filter(conditions[chosen])
    return _of_documents(filters, _of_schools(filters, rows))


def _of_documents(filters: Filters, rows: QuerySet[Task]) -> QuerySet[Task]:
    if filters.what == DocumentKind.SUBMISSION:
        rows = rows.on_submissions()
    elif filters.what:
        rows = rows.on_other_documents().filter(kind=filters.what)
    if filters.matter:
        same = Q(process__change__kind=filters.matter) | Q(process__problem__kind=filters.matter)
        rows = rows.on_other_documents().filter(same)
    if filters.step:
        rows = rows.filter(step=filters.step)
    return rows.filter(campaign__code=filters.campaign) if filters.campaign else rows


def _of_schools(filters: Filters, rows: QuerySet[Task]) -> QuerySet[Task]:
    if filters.kind:
        rows = rows.filter(school_kind=filters.kind)
    return rows.filter(place__in=_places_within(filters.unit)) if filters.unit else rows


def _places_within(code: str) -> list[int]:
    """The authorities at and below a place (those that manage schools, and universities)."""
    place = Organisation.objects.filter(code=code).values_list("path", flat=True).first()
    if place is None:
        return []
    kinds = [kind for kind in OrganisationKind if kind != OrganisationKind.SCHOOL]
    below = Organisation.objects.filter(kind__in=kinds, path__startswith=place)
    return list(below.values_list("pk", flat=True))
