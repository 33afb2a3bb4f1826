"""Who the recorded teachers are: counted by submission, kept while they do not change.

A submission that has been handed in keeps its records as they are until it is handed in again. So
what was counted of it is kept with its attempt (PeopleCount), and a report on a whole province
reads 15,400 small rows instead of 330,000 files. Of the others every change of a record is followed
by its checks, whose moment stands on the submission: what was counted well after that holds, too.
The rest is counted when it is asked for.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from campaigns.models import Campaign
from reports.counts.parts import cut_at, part_sql
from reports.measures import REACHED
from teachers.models import Organisation

#: Languages of ethnic groups in which is taught (GB/T 4880): Tibetan, Yi, Kazakh, Korean, Kirghiz,
#: Mongolian, Uygur, Zhuang.
LANGUAGES = ("bo", "ii", "kk", "ko", "ky", "mn", "ug", "za")
_SPEAKS = " || ".join(f'@ == "{code}"' for code in LANGUAGES)
#: What the teaching qualification is good for (Regulations on Teacher Qualifications, article 5:
#: the own level and those below it; senior secondary and vocational are equal; a practical
#: instructor's is for vocational schools), and what the stage taught or the school asks.
_HOLDS = """CASE WHEN kinds ? '7' THEN 5 WHEN kinds ?| '{4,5}' THEN 4
    WHEN kinds ? '6' AND school_kind = 'V' THEN 4 WHEN kinds ? '3' THEN 3 WHEN kinds ? '2' THEN 2
    WHEN kinds ? '1' THEN 1 ELSE 0 END"""
_NEEDS = """CASE WHEN school_kind = 'K' THEN 1 WHEN school_kind = 'V' THEN 4
    WHEN school_kind = 'H' THEN 5 WHEN school_kind = 'S' THEN 1
    WHEN stage = '1' THEN 1 WHEN stage = '2' THEN 2 WHEN stage IN ('3', '5') THEN 3
    WHEN stage IN ('4', '6', '7', '8') THEN 4
    WHEN school_type ~ '^(2|312|345)' THEN 2 WHEN school_type ~ '^(31|32|33|341)' THEN 3
    ELSE 4 END"""
#: A change is not seen before it is committed, and bears the moment at which it began: after so
#: long it has been either seen or given up.
_AT_REST = "interval '1 hour'"
_HOLDS_STILL = f"""kept.attempt = s.attempt AND (
    s.state = ANY(%(handed_in)s) OR kept.counted_at > s.checked_at + {_AT_REST})"""
#: The records of the submissions that are due, by their submission: mostly few, after the sweep.
TRAITS = f"""
    WITH due AS MATERIALIZED (
        SELECT s.id, s.attempt, o.school_kind, o.school_type
        FROM campaigns_submission s
        JOIN teachers_organisation o ON o.id = s.organisation_id
        LEFT JOIN reports_peoplecount kept ON kept.submission_id = s.id AND {_HOLDS_STILL}
        WHERE s.campaign_id = %(campaign)s AND s.state <> 'cancelled' AND o.path LIKE %(below)s
          AND kept.submission_id IS NULL
          AND (%(kept_at)s::timestamptz IS NULL OR s.state = ANY(%(handed_in)s)
               OR s.checked_at < %(kept_at)s::timestamptz - {_AT_REST})
    ), people AS MATERIALIZED (
        SELECT due.*, r.basic, r.kinds, r.stage, r.speaks, r.is_new
        FROM due CROSS JOIN LATERAL (
            SELECT record.data -> 'basic' AS basic, record.teacher_id IS NULL AS is_new,
                   jsonb_path_query_array(record.data, '$.qualification[*].kind') AS kinds,
                   jsonb_path_query_first(record.data, '$.teaching[last].stage') #>> '{{}}'
                       AS stage,
                   jsonb_path_exists(record.data, '$.skill[*].lang ? ({_SPEAKS})') AS speaks
            FROM campaigns_record record WHERE record.submission_id = due.id OFFSET 0
        ) AS r
    ), traits AS (
        SELECT id, attempt, trait, coalesce(value, '') AS value, count(*) AS n
        FROM people CROSS JOIN LATERAL (VALUES
            ('sex', basic ->> 'sex'),
            ('established', basic ->> 'in_establishment'),
            ('born', left(basic ->> 'birth_date', 4)),
            ('education', left(basic ->> 'top_education', 1)),
            ('title', right(nullif(basic ->> 'title', '999'), 1)),
            ('qualification', CASE
                WHEN basic ->> 'post_category' <> '1' THEN 'other'
                WHEN kinds = '[]' OR basic ->> 'post_category' IS NULL THEN 'unknown'
                WHEN {_HOLDS} = 0 THEN 'none'
                WHEN {_HOLDS} >= {_NEEDS} THEN 'fits' ELSE 'lower' END),
            ('ethnic', basic ->> 'ethnic'),
            ('bilingual', CASE WHEN speaks THEN 'yes' ELSE 'no' END),
            ('register', CASE WHEN is_new THEN 'new' ELSE 'known' END)
        ) AS listed(trait, value)
        GROUP BY 1, 2, 3, 4
    ), by_trait AS (
        SELECT id, attempt, trait, jsonb_object_agg(value, n) AS counts
        FROM traits GROUP BY 1, 2, 3
    )
    SELECT id, attempt, jsonb_object_agg(trait, counts)::text AS traits FROM by_trait GROUP BY 1, 2
"""  # noqa: S608
KEEP = f"""
    INSERT INTO reports_peoplecount (submission_id, attempt, traits, counted_at)
    SELECT id, attempt, traits, %(kept_at)s FROM ({TRAITS}) AS counted
    ON CONFLICT (submission_id) DO UPDATE
    SET attempt = excluded.attempt, traits = excluded.traits, counted_at = excluded.counted_at
"""  # noqa: S608
#: Every submission with what is kept of it and still holds: one pass, no document unpacked.
KEPT = f"""
    SELECT s.id, {part_sql("o.path")}, o.school_kind, o.school_type, kept.traits
    FROM campaigns_submission s
    JOIN teachers_organisation o ON o.id = s.organisation_id
    LEFT JOIN reports_peoplecount kept ON kept.submission_id = s.id AND {_HOLDS_STILL}
    WHERE s.campaign_id = %(campaign)s AND s.state <> 'cancelled' AND o.path LIKE %(below)s
"""  # noqa: S608


@dataclass
class People:
    """Teachers of one part: by trait, then by value; and by kind and type of their school."""

    traits: dict[str, Counter] = field(default_factory=dict)
    schools: Counter = field(default_factory=Counter)
    number: int = 0

    def add(self, traits: dict[str, dict[str, int]], school: tuple[str, str]) -> None:
        """One submission: what was counted of it, kind and type of its school."""
        records = sum(traits["sex"].values())
        for trait, counts in traits.items():
            self.traits.setdefault(trait, Counter()).update(counts)
        self.schools[school] += records
        self.number += records

    def of(self, trait: str) -> Counter:
        return self.traits.get(trait, Counter())


def keep(campaign: Campaign, unit: Organisation, at: datetime) -> None:
    """Count what was handed in or came to rest since the last time and keep it; a second call finds
    nothing to do. Must not run inside a read-only snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP, _asked(campaign, unit, kept_at=at))


def keep_running(at: datetime) -> None:
    """The same for every campaign that runs, so that no report has to count a whole province."""
    for campaign in Campaign.objects.running().select_related("organisation"):
        keep(campaign, campaign.organisation, at)


def people(campaign: Campaign, unit: Organisation) -> dict[str, People]:
    """Teachers by child code of the unit ("" for those of the unit itself)."""
    asked = {**_asked(campaign, unit), **cut_at(unit)}
    rows = _rows(KEPT, asked)
    rest = {}
    if any(traits is None for *_unit, traits in rows):
        rest = {pk: traits for pk, _attempt, traits in _rows(TRAITS, asked)}
    parts: dict[str, People] = {}
    for pk, part, kind, type_, kept in rows:
        found = kept or rest.get(pk)
        if found:
            parts.setdefault(part, People()).add(json.loads(found), (kind, type_))
    return parts


def together(parts: Iterable[People]) -> People:
    whole = People()
    for part in parts:
        for trait, counts in part.traits.items():
            whole.traits.setdefault(trait, Counter()).update(counts)
        whole.schools.update(part.schools)
        whole.number += part.number
    return whole


def _rows(statement: str, asked: dict) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return cursor.fetchall()


def _asked(campaign: Campaign, unit: Organisation, kept_at: datetime | None = None) -> dict:
    return {
        "campaign": campaign.pk,
        "below": f"{unit.path}%",
        "handed_in": [str(state) for state in REACHED["signed"]],
        "kept_at": kept_at,
    }
