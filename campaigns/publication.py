"""From accepted submissions to the official files."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from campaigns.problems.blocking import IS_BLOCKED
from teachers import publishing
from teachers.changes.people import hold_identities
from teachers.models import User

# Plan: records by their submission, then primary keys; the register by the unique identity hash.
# `chosen` says which record counts and carries no document: what is sorted stays narrow. A document
# that takes nothing over from the file is handed on as it is stored, compressed as it is.
_INTAKE = f"""
    WITH chosen AS MATERIALIZED (
        SELECT DISTINCT ON (coalesce(person.identity_hash, record.identity_hash))
               record.id, record.entered_at, record.entered_by_id,
               coalesce(person.identity_type, record.identity_type) AS identity_type,
               coalesce(person.identity_hash, record.identity_hash) AS identity_hash,
               coalesce(person.identity_sealed, record.identity_sealed) AS identity_sealed,
               coalesce(person.identity_mask, record.identity_mask) AS identity_mask,
               person.id AS person_id, person.organisation_id AS works_at, dossier.revision_id,
               submission.organisation_id, campaign.index_version_id,
               campaign.asked -> unit.school_kind AS asked,
               'campaign/' || campaign.code || '/' || unit.code AS source
        FROM campaigns_record AS record
        JOIN campaigns_submission AS submission ON submission.id = record.submission_id
        JOIN campaigns_campaign AS campaign ON campaign.id = submission.campaign_id
        JOIN teachers_organisation AS unit ON unit.id = submission.organisation_id
        LEFT JOIN teachers_teacher AS known ON known.identity_hash = record.identity_hash
        LEFT JOIN teachers_formeridentity AS former
            ON former.identity_hash = record.identity_hash AND known.id IS NULL
        LEFT JOIN teachers_teacher AS found ON found.id = coalesce(known.id, former.teacher_id)
        LEFT JOIN teachers_teacher AS person
            ON person.id = coalesce(found.merged_into_id, found.id)
        LEFT JOIN teachers_dossier AS dossier ON dossier.teacher_id = person.id
        WHERE record.submission_id = ANY(%(submissions)s)
          AND (%(everybody)s OR record.id = ANY(%(records)s))
          AND NOT {IS_BLOCKED}
        ORDER BY coalesce(person.identity_hash, record.identity_hash),
                 record.entered_at DESC, record.id DESC
    ), newer AS (
        SELECT chosen.id, array_agg(DISTINCT field) AS fields
        FROM chosen
        JOIN teachers_changerequest AS change
            ON change.teacher_id = chosen.person_id AND change.state = 'in_force'
        JOIN teachers_dossierrevision AS revision ON revision.id = change.revision_id
        CROSS JOIN unnest(change.fields::text[] || CASE
            WHEN change.kind IN ('hire', 'transfer_in')
            THEN ARRAY(SELECT jsonb_object_keys(change.values))
            ELSE '{{}}'::text[] END) AS field
        WHERE greatest(revision.accepted_at, change.ended_at) > chosen.entered_at
        GROUP BY chosen.id
    )
    INSERT INTO teachers_intake (identity_type, identity_hash, identity_sealed,
        identity_mask, organisation_id, index_version_id, data, source, entered_by_id,
        newer)
    SELECT chosen.identity_type, chosen.identity_hash, chosen.identity_sealed,
           chosen.identity_mask,
           CASE WHEN newer.fields && %(settled)s::text[] THEN chosen.works_at
                ELSE chosen.organisation_id END,
           chosen.index_version_id,
           CASE WHEN rest <> '{{}}' THEN rest || record.data ELSE record.data END,
           chosen.source, chosen.entered_by_id, coalesce(newer.fields, '{{}}')
    FROM chosen
    JOIN campaigns_record AS record ON record.id = chosen.id
    LEFT JOIN newer ON newer.id = chosen.id
    LEFT JOIN teachers_dossierrevision AS file ON file.id = chosen.revision_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN file.id IS NOT NULL THEN file.data - (
            ARRAY(SELECT jsonb_array_elements_text(chosen.asked))
            || ARRAY(SELECT jsonb_object_keys(record.data))
        ) END AS rest OFFSET 0
    ) AS kept
"""  # noqa: S608 - constants only
_LINK = """
    UPDATE campaigns_record AS record SET teacher_id = entered.person_id
    FROM (
        SELECT entered.id, coalesce(known.merged_into_id, known.id, found.merged_into_id, found.id)
               AS person_id
        FROM campaigns_record AS entered
        LEFT JOIN teachers_teacher AS known ON known.identity_hash = entered.identity_hash
        LEFT JOIN teachers_formeridentity AS former
            ON former.identity_hash = entered.identity_hash AND known.id IS NULL
        LEFT JOIN teachers_teacher AS found ON found.id = former.teacher_id
        WHERE entered.submission_id = ANY(%(submissions)s)
          AND (%(everybody)s OR entered.id = ANY(%(records)s))
    ) AS entered
    WHERE record.id = entered.id AND entered.person_id IS NOT NULL
      AND record.teacher_id IS DISTINCT FROM entered.person_id
"""
# Plan: primary keys of the few records, then the revisions of their teachers.
_RELEASED = f"""
    SELECT record.id, record.submission_id
    FROM campaigns_record AS record
    JOIN campaigns_submission AS submission ON submission.id = record.submission_id
    JOIN campaigns_campaign AS campaign ON campaign.id = submission.campaign_id
    JOIN teachers_organisation AS unit ON unit.id = submission.organisation_id
    WHERE record.id = ANY(%(records)s) AND submission.state = 'approved' AND NOT {IS_BLOCKED}
      AND NOT EXISTS (
          SELECT FROM teachers_teacher AS person
          JOIN teachers_dossierrevision AS file ON file.teacher_id = person.id
          WHERE person.identity_hash = record.identity_hash
            AND file.source = 'campaign/' || campaign.code || '/' || unit.code
            AND file.accepted_at >= submission.approved_at
      )
"""  # noqa: S608 - constants only


def publish(submissions: Iterable[int], *, by: User, at: datetime) -> publishing.Published:
    """Write the records of these submissions into the register, inside the caller's transaction.

    Records that problem data keeps out stay with their submission; `publish_released` writes them
    when the case is settled. Should a person stand in two of the submissions all the same, the
    record entered last wins. Sub-sets the campaign did not ask for stay in the file as they were.
    So do the fields that a change request has put in force after the record was entered: who
    entered it could not know of them. A record entered later is newer than the change and wins. A
    person is found by a former document number and through a merged file, too.
    Side effects: teachers, numbers, revisions; `Record.teacher` is filled.
    """
    return _publish(list(submissions), None, by=by, at=at)


def publish_released(records: Iterable[int], *, by: User | None, at: datetime) -> int:
    """Write those of these records that are free now and whose submission was approved before.

    by: who settled the case; None when its facts were corrected and nobody had to. What was
    published since that approval is not written again. Returns how many files got a revision.
    """
    asked = sorted(set(records))
    if not asked:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_RELEASED, {"records": asked})
        released = cursor.fetchall()
    if not released:
        return 0
    ids = [record_id for record_id, _submission in released]
    submissions = sorted({submission for _record, submission in released})
    return _publish(submissions, ids, by=by, at=at).files


def _publish(
    submissions: list[int], records: list[int] | None, *, by: User | None, at: datetime
) -> publishing.Published:
    chosen = {
        "submissions": submissions,
        "records": records or [],
        "everybody": records is None,
        "settled": publishing.SETTLED,
    }
    hold_identities(shared=True)
    publishing.open_intake()
    with connection.cursor() as cursor:
        cursor.execute(_INTAKE, chosen)
        published = publishing.publish_intake(by=by, at=at)
        cursor.execute(_LINK, chosen)
    return published
