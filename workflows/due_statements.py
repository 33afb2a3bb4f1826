"""What the due dates of a decision go by, in one statement, whatever its size."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from teachers.working_days import Calendars

_STAGES = """
    SELECT 'stage', stage.campaign_id, stage.kind, stage.ends_on, campaign.return_days, '', false
    FROM campaigns_campaignstage AS stage
    JOIN campaigns_campaign AS campaign ON campaign.id = stage.campaign_id
    WHERE stage.campaign_id = ANY(%(campaigns)s)
    UNION ALL
    SELECT 'extension', extension.campaign_id, extension.stage, extension.until, 0, unit.path, false
    FROM workflows_extension AS extension
    JOIN teachers_organisation AS unit ON unit.id = extension.organisation_id
    WHERE extension.campaign_id = ANY(%(campaigns)s) AND unit.path = ANY(%(paths)s)
"""
_DESKS = """
    SELECT 'desk', id, '', NULL::date, 0, path, false
    FROM teachers_organisation WHERE id = ANY(%(desks)s)
"""
_DAYS = """
    SELECT 'day', 0, '', special.day, 0, coalesce(unit.path, ''), special.is_working
    FROM teachers_specialday AS special
    LEFT JOIN teachers_organisation AS unit ON unit.id = special.organisation_id
    WHERE special.day >= %(since)s
"""


@dataclass(frozen=True)
class Timetables:
    """Read once for a decision.

    stages: (campaign, kind of stage) to its last day. return_days: campaign to the working days it
    gives to answer a return. extensions: (campaign, kind of stage) to (path of the unit, day).
    desks: organisation to its path. calendars: empty unless days had to be counted.
    """

    stages: dict[tuple[int, str], date] = field(default_factory=dict)
    return_days: dict[int, int] = field(default_factory=dict)
    extensions: dict[tuple[int, str], list[tuple[str, date]]] = field(default_factory=dict)
    desks: dict[int, str] = field(default_factory=dict)
    calendars: Calendars = field(default_factory=lambda: Calendars([]))


def read_timetables(
    *, campaigns: Iterable[int], paths: Iterable[str], desks: Iterable[int], since: date | None
) -> Timetables:
    """Stages and extensions of the campaigns, paths of the desks, special days from a day on.

    paths: of the units whose extensions may matter. since: None if nothing has to be counted. One
    statement, or none if nothing is asked; stages and extensions by their indexes on the campaign,
    desks by primary key, the few special days as they lie.
    """
    asked = {"campaigns": list(campaigns), "paths": list(paths), "desks": list(desks)}
    parts = [
        part
        for part, wanted in [
            (_STAGES, asked["campaigns"]),
            (_DESKS, asked["desks"]),
            (_DAYS, since),
        ]
        if wanted
    ]
    if not parts:
        return Timetables()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), {**asked, "since": since})
        return _sorted(cursor.fetchall())


def _sorted(rows: list[tuple]) -> Timetables:
    found, special = Timetables(), []
    for what, number, kind, day, count, path, flag in rows:
        if what == "stage":
            found.stages[number, kind] = day
            found.return_days[number] = count
        elif what == "extension":
            found.extensions.setdefault((number, kind), []).append((path, day))
        elif what == "desk":
            found.desks[number] = path
        else:
            special.append((path, day, flag))
    return Timetables(
        found.stages, found.return_days, found.extensions, found.desks, Calendars(special)
    )
