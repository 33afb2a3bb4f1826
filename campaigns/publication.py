"""From accepted submissions to the official files."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from teachers import publishing
from teachers.changes.people import hold_identities
from teachers.models import User


def publish(submissions: Iterable[int], *, by: User, at: datetime) -> publishing.Published:
    """Write the records of these submissions into the register, inside the caller's transaction.

    The same person in two of them would be refused by `check` before; should it happen all the
    same, the record entered last wins and the other stays with its submission as evidence.
    Sub-sets the campaign did not ask for stay in the file as they were. So do the fields that a
    change request has put in force after the record was entered: who entered it could not know of
    them. A record entered later is newer than the change and wins. A person is found by a former
    document number and through a merged file, too.
    Side effects: teachers, numbers, revisions; `Record.teacher` is filled.
    """
    ids = list(submissions)
    hold_identities(shared=True)
    publishing.open_intake()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO teachers_intake (identity_type, identity_hash, identity_sealed,
                identity_mask, organisation_id, index_version_id, data, source, entered_by_id,
                newer)
            SELECT DISTINCT ON (coalesce(person.identity_hash, record.identity_hash))
                   coalesce(person.identity_type, record.identity_type),
                   coalesce(person.identity_hash, record.identity_hash),
                   coalesce(person.identity_sealed, record.identity_sealed),
                   coalesce(person.identity_mask, record.identity_mask),
                   CASE WHEN newer.fields && %s::text[] THEN person.organisation_id
                        ELSE submission.organisation_id END,
                   campaign.index_version_id,
                   coalesce(file.data - ARRAY(
                       SELECT jsonb_array_elements_text(campaign.asked -> unit.school_kind)
                   ), '{}'::jsonb) || record.data,
                   'campaign/' || campaign.code || '/' || unit.code,
                   record.entered_by_id,
                   coalesce(newer.fields, '{}')
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
            LEFT JOIN teachers_dossierrevision AS file ON file.id = dossier.revision_id
            LEFT JOIN LATERAL (
                SELECT array_agg(DISTINCT field) AS fields
                FROM teachers_changerequest AS change
                JOIN teachers_dossierrevision AS revision ON revision.id = change.revision_id
                CROSS JOIN unnest(change.fields::text[] || CASE
                    WHEN change.kind IN ('hire', 'transfer_in')
                    THEN ARRAY(SELECT jsonb_object_keys(change.values))
                    ELSE '{}'::text[] END) AS field
                WHERE change.teacher_id = person.id AND change.state = 'in_force'
                  AND greatest(revision.accepted_at, change.ended_at) > record.entered_at
            ) AS newer ON true
            WHERE submission.id = ANY(%s)
            ORDER BY coalesce(person.identity_hash, record.identity_hash),
                     record.entered_at DESC, record.id DESC
            """,
            [publishing.SETTLED, ids],
        )
        published = publishing.publish_intake(by=by, at=at)
        cursor.execute(
            """
            UPDATE campaigns_record AS record SET teacher_id = person.id
            FROM campaigns_record AS entered
            LEFT JOIN teachers_teacher AS known ON known.identity_hash = entered.identity_hash
            LEFT JOIN teachers_formeridentity AS former
                ON former.identity_hash = entered.identity_hash AND known.id IS NULL
            JOIN teachers_teacher AS found ON found.id = coalesce(known.id, former.teacher_id)
            JOIN teachers_teacher AS person
                ON person.id = coalesce(found.merged_into_id, found.id)
            WHERE record.submission_id = ANY(%s) AND entered.id = record.id
              AND record.teacher_id IS DISTINCT FROM person.id
            """,
            [ids],
        )
    return published
