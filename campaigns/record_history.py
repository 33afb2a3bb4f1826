"""What a record said at a moment: every version of it, from the history that the database keeps."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps

from campaigns.models import Record


@dataclass(frozen=True)
class Version:
    """What was said from `entered_at` on, until the next version; `data` as Record.data."""

    data: dict
    entered_by_id: int
    entered_at: datetime


def versions(records: Iterable[Record]) -> dict[int, list[Version]]:
    """Record to its versions, the oldest first, the present one last (one query).

    An event holds the row as it was before a change. What was saved again at the same moment
    counts as one version.
    """
    records = list(records)
    found: dict[int, list[Version]] = defaultdict(list)
    events = (
        apps.get_model("campaigns", "RecordEvent")
        .objects.filter(pgh_obj__in=[record.pk for record in records], pgh_label="update")
        .order_by("pgh_id")
    )
    for event in events.only("pgh_obj_id", "data", "entered_by_id", "entered_at"):
        found[event.pgh_obj_id].append(_version(event))
    for record in records:
        found[record.pk].append(_version(record))
    return found


def _version(row) -> Version:
    return Version(row.data, row.entered_by_id, row.entered_at)


def as_of(known: list[Version], at: datetime) -> Version | None:
    """The version that stood at a moment; None before the first."""
    return next((one for one in reversed(known) if one.entered_at <= at), None)
