"""From accepted submissions to the official files."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from teachers import publishing
from teachers.models import User


def publish(submissions: Iterable[int], *, by: User, at: datetime) -> publishing.Published:
    """Write the records of these submissions into the register, inside the caller's transaction.

    The same person in two of them would be refused by `check` before; should it happen all the
    same, the record entered last wins and the other stays with its submission as evidence.
    Sub-sets the campaign did not ask for stay in the file as they were.
    Side effects: teachers, numbers, revisions; `Record.teacher` is filled.
    """
    ids = list(submissions)
    publishing.open_intake()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO teachers_intake (identity_type, identity_hash, identity_sealed,
                identity_mask, organisation_id, index_version_id, data, source, entered_by_id)
            SELECT DISTINCT ON (record.identity_hash)
                   record.identity_type, record.identity_hash, record.identity_sealed,
                   record.identity_mask, submission.organisation_id, campaign.index_version_id,
                   coalesce(file.data - ARRAY(
                       SELECT jsonb_array_elements_text(campaign.asked -> unit.school_kind)
                   ), '{}'::jsonb) || record.data,
                   'campaign/' || campaign.code || '/' || unit.code,
                   record.entered_by_id
            FROM campaigns_record AS record
            JOIN campaigns_submission AS submission ON submission.id = record.submission_id
            JOIN campaigns_campaign AS campaign ON campaign.id = submission.campaign_id
            JOIN teachers_organisation AS unit ON unit.id = submission.organisation_id
            LEFT JOIN teachers_teacher AS person ON person.identity_hash = record.identity_hash
            LEFT JOIN teachers_dossier AS dossier ON dossier.teacher_id = person.id
            LEFT JOIN teachers_dossierrevision AS file ON file.id = dossier.revision_id
            WHERE submission.id = ANY(%s)
            ORDER BY record.identity_hash, record.entered_at DESC, record.id DESC
            """,
            [ids],
        )
        published = publishing.publish_intake(by=by, at=at)
        cursor.execute(
            """
            UPDATE campaigns_record AS record SET teacher_id = person.id
            FROM teachers_teacher AS person
            WHERE record.submission_id = ANY(%s)
              AND person.identity_hash = record.identity_hash
              AND record.teacher_id IS DISTINCT FROM person.id
            """,
            [ids],
        )
    return published
