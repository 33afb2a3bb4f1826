"""What a record said at a moment: every version of it, from the history that the database keeps."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection

from campaigns.models import Record
from teachers.fields import SEALED_SETS


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


def differing_from_register(records: Iterable[int]) -> set[int]:
    """Those of these records that do not say what the official file says, of what was asked; who
    has no file is among them (one query).

    Sealed values are not compared: a seal never reads the same twice. Plan: records, teachers,
    dossiers and revisions by key.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, {"records": list(records), "sealed": list(SEALED_SETS)})
        return {key for (key,) in cursor.fetchall()}


_DIFFERING = """
    SELECT record.id
    FROM campaigns_record AS record
    JOIN campaigns_submission AS submission ON submission.id = record.submission_id
    JOIN campaigns_campaign AS campaign ON campaign.id = submission.campaign_id
    JOIN teachers_organisation AS unit ON unit.id = submission.organisation_id
    LEFT JOIN teachers_dossier AS dossier ON dossier.teacher_id = record.teacher_id
    LEFT JOIN teachers_dossierrevision AS file ON file.id = dossier.revision_id
    WHERE record.id = ANY(%(records)s)
      AND (file.id IS NULL OR EXISTS (
          SELECT FROM jsonb_array_elements_text(campaign.asked -> unit.school_kind) AS part(key)
          WHERE part.key <> ALL(%(sealed)s) AND CASE
              WHEN part.key = 'basic'
              THEN (record.data -> 'basic') - 'health'
                   IS DISTINCT FROM (file.data -> 'basic') - 'health'
              ELSE record.data -> part.key IS DISTINCT FROM file.data -> part.key END))
"""
