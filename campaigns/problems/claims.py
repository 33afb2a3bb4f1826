"""Who claims whom: records of running campaigns and files of the register, brought together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import connection

from campaigns.problems.states import LEFT, RUNNING
from teachers.lookups import array_text


@dataclass(frozen=True)
class Claim:
    """One organisation says that a person works there (or has left it).

    person: the identity hash under which the register has the person now; identity_hash: the one
    that was entered (a former number, perhaps). record_id: the campaign's record; without one the
    register speaks. born is an ISO day or empty.
    """

    person: str
    identity_hash: str
    identity_mask: str
    identity_type: str
    identity_sealed: str
    organisation_id: int
    path: str
    school: str
    name: str
    sex: str
    born: str
    has_left: bool
    record_id: int | None
    teacher_id: int | None
    campaign_id: int | None


# Plan: with the persons given, one index probe a hash in each of the tables (record_identity,
# one_teacher_per_identity, one_person_per_former_identity); then primary keys.
_ALIASES = """
    WITH asked AS MATERIALIZED (
        SELECT id FROM teachers_teacher WHERE identity_hash = ANY(%(hashes)s)
    )
    SELECT former.identity_hash, holder.identity_hash
    FROM teachers_formeridentity AS former
    JOIN teachers_teacher AS holder ON holder.id = former.teacher_id
    WHERE former.identity_hash = ANY(%(hashes)s)
    UNION
    SELECT former.identity_hash, holder.identity_hash
    FROM teachers_formeridentity AS former
    JOIN teachers_teacher AS holder ON holder.id = former.teacher_id
    WHERE former.teacher_id = ANY(ARRAY(SELECT id FROM asked))
    UNION
    SELECT gone.identity_hash, holder.identity_hash
    FROM teachers_teacher AS gone
    JOIN teachers_teacher AS holder ON holder.id = gone.merged_into_id
    WHERE gone.id = ANY(ARRAY(SELECT id FROM asked))
    UNION
    SELECT gone.identity_hash, holder.identity_hash
    FROM teachers_teacher AS gone
    JOIN teachers_teacher AS holder ON holder.id = gone.merged_into_id
    WHERE gone.merged_into_id = ANY(ARRAY(SELECT id FROM asked))
"""
_CLAIMS = """
    SELECT record.identity_hash, record.identity_mask, record.identity_type,
           record.identity_sealed, submission.organisation_id, unit.path, unit.name, record.name,
           coalesce(record.data #>> '{basic,sex}', ''),
           coalesce(record.data #>> '{basic,birth_date}', ''),
           coalesce(record.data #>> '{basic,person_status}', '') LIKE '3%%',
           record.id, person.id, submission.campaign_id
    FROM (SELECT * FROM campaigns_record WHERE identity_hash = ANY(%(hashes)s) OFFSET 0) AS record
    JOIN campaigns_submission AS submission ON submission.id = record.submission_id
    JOIN campaigns_campaign AS campaign ON campaign.id = submission.campaign_id
    JOIN teachers_organisation AS unit ON unit.id = submission.organisation_id
    LEFT JOIN teachers_teacher AS person ON person.identity_hash = record.identity_hash
    WHERE campaign.state = ANY(%(running)s) AND submission.state <> 'cancelled'
    UNION ALL
    SELECT person.identity_hash, person.identity_mask, person.identity_type,
           person.identity_sealed, person.organisation_id, unit.path, unit.name, person.name,
           person.sex, person.birth_date::text, person.status = ANY(%(left)s),
           NULL, person.id, NULL
    FROM teachers_teacher AS person
    JOIN teachers_organisation AS unit ON unit.id = person.organisation_id
    WHERE person.identity_hash = ANY(%(hashes)s) AND person.status <> 'merged'
"""

# Plan: the index of identity_hash in both tables, one hash aggregate.
_CONTESTED = """
    SELECT identity_hash FROM (
        SELECT record.identity_hash, submission.organisation_id
        FROM campaigns_record AS record
        JOIN campaigns_submission AS submission ON submission.id = record.submission_id
        WHERE record.identity_hash = ANY(%(hashes)s)
        UNION ALL
        SELECT identity_hash, organisation_id FROM teachers_teacher
        WHERE identity_hash = ANY(%(hashes)s)
    ) AS claim
    GROUP BY identity_hash HAVING min(organisation_id) <> max(organisation_id)
"""


def contested(hashes: Iterable[str]) -> list[str]:
    """Those of these persons whom two organisations may claim: nearly all others are let through.

    Whoever has more than one number is among them. Two queries.
    """
    asked = sorted(set(hashes))
    aliases = aliases_of(asked)
    with connection.cursor() as cursor:
        cursor.execute(_CONTESTED, {"hashes": array_text(asked)})
        several = {person for (person,) in cursor.fetchall()}
    return sorted(several | aliases.keys() | set(aliases.values()))


def aliases_of(hashes: Iterable[str]) -> dict[str, str]:
    """Other numbers of these persons → the identity hash that the register uses now."""
    with connection.cursor() as cursor:
        cursor.execute(_ALIASES, {"hashes": array_text(set(hashes))})
        return dict(cursor.fetchall())


def claims_to(hashes: Iterable[str]) -> dict[str, list[Claim]]:
    """Every claim to these persons (under any of their numbers), by person.

    One claim an organisation: a record of the newest campaign before an older one, a record before
    the register. Three queries at most, whatever the number of persons.
    """
    asked = sorted(set(hashes))
    if not asked:
        return {}
    aliases = aliases_of(asked)
    asked = sorted({*asked, *aliases, *aliases.values()})
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS, {"hashes": array_text(asked), "running": RUNNING, "left": LEFT})
        found = [Claim(aliases.get(row[0], row[0]), *row) for row in cursor.fetchall()]
    return _one_an_organisation(found)


def _one_an_organisation(found: list[Claim]) -> dict[str, list[Claim]]:
    files = {claim.person: claim.teacher_id for claim in found if claim.record_id is None}
    best: dict[tuple[str, int], Claim] = {}
    for claim in sorted(found, key=lambda claim: (claim.campaign_id or 0, claim.record_id or 0)):
        known = claim.teacher_id or files.get(claim.person)
        best[claim.person, claim.organisation_id] = replace(claim, teacher_id=known)
    by_person = defaultdict(list)
    for (person, _unit), claim in sorted(best.items(), key=lambda item: item[1].path):
        by_person[person].append(claim)
    return dict(by_person)
