"""Set-based searches for persons to look at, over everybody or around a few. No facts yet.

"Everybody" are the files of the register that are not merged, and the records of running campaigns.
Each search over everybody is one statement; its plan is in the comment, its figures in the README.
"""

from collections.abc import Iterable

from django.db import connection

from campaigns.problems.states import RUNNING
from teachers.lookups import array_text

_EVERYBODY = """
    SELECT identity_hash, name, birth_date::text AS born, sex
    FROM teachers_teacher WHERE status <> 'merged'
    UNION
    SELECT record.identity_hash, record.name, record.data #>> '{basic,birth_date}',
           record.data #>> '{basic,sex}'
    FROM campaigns_record AS record
    JOIN campaigns_submission AS submission ON submission.id = record.submission_id
    JOIN campaigns_campaign AS campaign ON campaign.id = submission.campaign_id
    WHERE campaign.state = ANY(%(running)s) AND submission.state <> 'cancelled'
"""

# Plan: one pass over records of running campaigns, hash joins with the register and its former
# numbers, one hash aggregate by person.
_CLAIMED_TWICE = """
    WITH claim AS (
        SELECT coalesce(holder.identity_hash, heir.identity_hash, record.identity_hash) AS person,
               submission.organisation_id AS school,
               coalesce(holder.organisation_id, heir.organisation_id, own.organisation_id) AS home
        FROM campaigns_record AS record
        JOIN campaigns_submission AS submission ON submission.id = record.submission_id
        JOIN campaigns_campaign AS campaign ON campaign.id = submission.campaign_id
        LEFT JOIN teachers_teacher AS own ON own.identity_hash = record.identity_hash
        LEFT JOIN teachers_teacher AS heir ON heir.id = own.merged_into_id
        LEFT JOIN teachers_formeridentity AS former
               ON former.identity_hash = record.identity_hash
        LEFT JOIN teachers_teacher AS holder ON holder.id = former.teacher_id
        WHERE campaign.state = ANY(%(running)s) AND submission.state <> 'cancelled'
    )
    SELECT person FROM claim GROUP BY person
    HAVING min(school) <> max(school) OR bool_or(home <> school)
    ORDER BY person
"""

# Plan: hash aggregate over everybody by name, birth date and sex.
_TWINS = f"""
    SELECT array_agg(identity_hash ORDER BY identity_hash) FROM ({_EVERYBODY}) AS person
    WHERE born IS NOT NULL AND sex IS NOT NULL
    GROUP BY name, born, sex HAVING count(DISTINCT identity_hash) > 1
"""  # noqa: S608 - constants only

# Everybody who has the name of one of the persons asked, and those asked themselves. Plan: the
# index teachers_by_name_and_birth, or records_by_name, once a name asked: the arrays of names keep
# the planner from walking the whole register.
_AROUND = """
    asked AS MATERIALIZED (
        SELECT identity_hash, name, data #>> '{basic,birth_date}' AS born,
               data #>> '{basic,sex}' AS sex
        FROM campaigns_record WHERE identity_hash = ANY(%(hashes)s)
        UNION
        SELECT identity_hash, name, birth_date::text, sex
        FROM teachers_teacher WHERE identity_hash = ANY(%(hashes)s)
    ), around AS MATERIALIZED (
        SELECT identity_hash, name, born, sex, true AS is_asked FROM asked
        UNION
        SELECT identity_hash, name, birth_date::text, sex, false
        FROM teachers_teacher
        WHERE status <> 'merged' AND name = ANY(ARRAY(SELECT name FROM asked))
        UNION
        SELECT identity_hash, name, data #>> '{basic,birth_date}', data #>> '{basic,sex}', false
        FROM campaigns_record WHERE name = ANY(ARRAY(SELECT name FROM asked))
    )
"""

# Plan: one aggregate over those around, whatever the number of people who share a name.
_TWINS_OF = f"""
    WITH {_AROUND}, alike AS (
        SELECT array_agg(identity_hash) FILTER (WHERE is_asked) AS asked,
               array_agg(identity_hash) FILTER (WHERE NOT is_asked) AS others
        FROM around WHERE born IS NOT NULL AND sex IS NOT NULL
        GROUP BY name, born, sex HAVING min(identity_hash) <> max(identity_hash)
    )
    SELECT DISTINCT one, other FROM alike, unnest(asked) AS one, unnest(others) AS other
    WHERE one <> other
"""  # noqa: S608 - constants only

# Plan: hash join of everybody with the traces, every trace spread out to its eighteen keys, one
# hash aggregate by key and name. The name is folded into the key so that the groups stay narrow.
_NEAR = f"""
    WITH person AS (
        SELECT DISTINCT identity_hash, name FROM ({_EVERYBODY}) AS anybody
    ), numbered AS MATERIALIZED (
        SELECT row_number() OVER () AS n, person.identity_hash, trace.neighbours,
               hashtextextended(person.name, 0) AS folded
        FROM person JOIN campaigns_identitytrace AS trace USING (identity_hash)
    ), met AS (
        SELECT array_agg(n) AS members
        FROM numbered, unnest(neighbours) AS key
        GROUP BY key # folded HAVING count(*) > 1
    )
    SELECT DISTINCT one.identity_hash, other.identity_hash
    FROM met, unnest(members) AS a(n), unnest(members) AS b(n), numbered AS one, numbered AS other
    WHERE a.n < b.n AND one.n = a.n AND other.n = b.n
      AND one.identity_hash <> other.identity_hash
"""  # noqa: S608 - constants only

# Plan: as _AROUND by the name.
_NAMESAKES = """
    WITH asked AS MATERIALIZED (
        SELECT name FROM campaigns_record WHERE identity_hash = ANY(%(hashes)s)
        UNION
        SELECT name FROM teachers_teacher WHERE identity_hash = ANY(%(hashes)s)
    )
    SELECT identity_hash FROM teachers_teacher
    WHERE name = ANY(ARRAY(SELECT name FROM asked)) AND status <> 'merged'
    UNION
    SELECT identity_hash FROM campaigns_record WHERE name = ANY(ARRAY(SELECT name FROM asked))
"""

# Plan: as _AROUND; of each name that two persons have, every trace is spread out to its keys, and
# one hash aggregate over numbers finds the few keys that two of them have. Nobody is compared with
# everybody.
_NEAR_TO = f"""
    WITH {_AROUND}, shared AS (
        SELECT name FROM around GROUP BY name HAVING min(identity_hash) <> max(identity_hash)
    ), person AS MATERIALIZED (
        SELECT row_number() OVER () AS n, identity_hash, name, bool_or(is_asked) AS is_asked
        FROM around JOIN shared USING (name) GROUP BY identity_hash, name
    ), spread AS MATERIALIZED (
        SELECT n, key # hashtextextended(name, 0) AS key
        FROM person
        JOIN campaigns_identitytrace AS trace USING (identity_hash), unnest(neighbours) AS key
    ), met AS MATERIALIZED (
        SELECT key FROM spread GROUP BY key HAVING min(n) <> max(n)
    ), close AS (
        SELECT array_agg(n) AS members
        FROM spread WHERE key = ANY(ARRAY(SELECT key FROM met)) GROUP BY key
    )
    SELECT DISTINCT one.identity_hash, other.identity_hash
    FROM close, unnest(members) AS a(n), unnest(members) AS b(n), person AS one, person AS other
    WHERE one.n = a.n AND other.n = b.n AND one.is_asked
      AND one.identity_hash <> other.identity_hash
"""  # noqa: S608 - constants only

# Who of many may have a part in problem data at all: a number that is known elsewhere (to the
# register, to another submission, to a case), or a name that two numbers have. Plan: one index
# probe a number and a name in each table, one hash aggregate by name.
_NOT_ALONE = """
    WITH recorded AS MATERIALIZED (
        SELECT identity_hash, name FROM campaigns_record WHERE identity_hash = ANY(%(hashes)s)
    ), filed AS MATERIALIZED (
        SELECT identity_hash, name FROM teachers_teacher WHERE identity_hash = ANY(%(hashes)s)
    ), asked AS (
        SELECT identity_hash, name FROM recorded UNION ALL SELECT identity_hash, name FROM filed
    ), around AS (
        SELECT name, identity_hash FROM teachers_teacher
        WHERE name = ANY(ARRAY(SELECT name FROM asked))
        UNION ALL
        SELECT name, identity_hash FROM campaigns_record
        WHERE name = ANY(ARRAY(SELECT name FROM asked))
    ), shared AS (
        SELECT name FROM around GROUP BY name HAVING min(identity_hash) <> max(identity_hash)
    )
    SELECT identity_hash FROM filed
    UNION
    SELECT identity_hash FROM recorded GROUP BY identity_hash HAVING count(*) > 1
    UNION
    SELECT identity_hash FROM teachers_formeridentity WHERE identity_hash = ANY(%(hashes)s)
    UNION
    SELECT identity_hash FROM campaigns_problemparty WHERE identity_hash = ANY(%(hashes)s)
    UNION
    SELECT identity_hash FROM asked JOIN shared USING (name)
"""

# Plan: hash join of the register with the traces; by the two primary keys when persons are given.
_MISREAD = """
    SELECT person.identity_hash, person.birth_date::text, person.sex
    FROM teachers_teacher AS person
    JOIN campaigns_identitytrace AS trace USING (identity_hash)
    WHERE person.status <> 'merged' AND trace.birth_date IS NOT NULL
      AND (person.birth_date <> trace.birth_date OR person.sex <> trace.sex)
      AND (%(all)s OR person.identity_hash = ANY(%(hashes)s))
    ORDER BY person.identity_hash
"""


def claimed_twice() -> list[str]:
    """Persons whom a record claims while another school does too."""
    return [person for (person,) in _rows(_CLAIMED_TWICE)]


def twins() -> set[tuple[str, str]]:
    """Pairs of numbers with the same name, birth date and sex."""
    return {
        (one, other)
        for (group,) in _rows(_TWINS)
        for at, one in enumerate(group)
        for other in group[at + 1 :]
        if one != other
    }


def twins_of(hashes: Iterable[str]) -> set[tuple[str, str]]:
    """Those pairs in which one of these persons stands."""
    return set(_rows(_TWINS_OF, hashes))


def near() -> set[tuple[str, str]]:
    """Pairs of namesakes whose numbers share a neighbour (see near.py): to be looked at."""
    return set(_rows(_NEAR))


def namesakes(hashes: Iterable[str]) -> list[str]:
    """Everybody who has the name of one of these persons, themselves included."""
    return [person for (person,) in _rows(_NAMESAKES, hashes)]


def near_to(hashes: Iterable[str]) -> set[tuple[str, str]]:
    """Those pairs in which one of these persons stands."""
    return set(_rows(_NEAR_TO, hashes))


def not_alone(hashes: Iterable[str]) -> list[str]:
    """Those of these persons about whom there may be facts, or are cases: of a school's new
    teachers nearly nobody. Sorted."""
    return sorted(person for (person,) in _rows(_NOT_ALONE, hashes))


def misread(hashes: Iterable[str] | None) -> list[tuple[str, str, str]]:
    """Files (None: all) that differ from the resident card in birth date or sex."""
    return _rows(_MISREAD, hashes)


def _rows(statement: str, hashes: Iterable[str] | None = None) -> list[tuple]:
    values = {"running": RUNNING, "all": hashes is None, "hashes": array_text(set(hashes or ()))}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
