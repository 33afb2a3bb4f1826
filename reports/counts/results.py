"""What the campaign has left behind in the register: files published, numbers issued."""

from django.db import connection

from campaigns.models import Campaign
from teachers.models import Organisation

#: The revisions of the campaign once, hashed by part and teacher; of 330,000 no text is cut, but of
#: the units alone. A number belongs to the campaign when it was issued after the launch to one of
#: its files.
PUBLISHED = """
    WITH unit AS MATERIALIZED (
        SELECT id, split_part(substr(path, %(cut)s), '/', 1) AS part
        FROM teachers_organisation WHERE path LIKE %(below)s
    ), file AS (
        SELECT DISTINCT unit.part, revision.teacher_id
        FROM teachers_dossierrevision AS revision
        JOIN unit ON unit.id = revision.organisation_id
        WHERE starts_with(revision.source, %(source)s)
    ), issued AS (
        SELECT teacher_id, count(*) AS numbers FROM teachers_teachernumber
        WHERE issued_at >= %(launched_at)s GROUP BY teacher_id
    )
    SELECT file.part, count(*), coalesce(sum(issued.numbers), 0)
    FROM file LEFT JOIN issued USING (teacher_id) GROUP BY file.part ORDER BY file.part
"""


def source_of(campaign: Campaign) -> str:
    """How a file's revision names this campaign as its source."""
    return f"campaign/{campaign.code}/"


def results(campaign: Campaign, unit: Organisation) -> dict:
    """Files published by the campaign below the unit and numbers issued with them, by child."""
    with connection.cursor() as cursor:
        cursor.execute(
            PUBLISHED,
            {
                "cut": len(unit.path) + 1,
                "below": f"{unit.path}%",
                "source": source_of(campaign),
                "launched_at": campaign.launched_at,
            },
        )
        rows = cursor.fetchall()
    parts = {part: {"files": files, "numbers": int(numbers)} for part, files, numbers in rows}
    return {
        "files": sum(part["files"] for part in parts.values()),
        "numbers": sum(part["numbers"] for part in parts.values()),
        "parts": parts,
    }
