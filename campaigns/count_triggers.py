"""The triggers that keep the counts of submissions (see campaigns/models/counts.py)."""

from teachers.counters import MOMENT_SQL, counting_triggers

#: SQL for who answers for a school: the authority that manages its staff.
AUTHORITY_SQL = "CASE WHEN unit.kind = 'university' THEN unit.id ELSE unit.parent_id END"
#: A school is looked up by its key, however many rows the planner saw: a plan is kept as long as
#: its connection, and one made for a batch would read all schools for a single row.
_APPEND = f"""
INSERT INTO campaigns_submissioncountchange
    (campaign_id, organisation_id, state, change, at, is_folded)
SELECT moved.campaign_id, its.authority, moved.state, sum(moved.n), {MOMENT_SQL}, false
FROM (ROWS) AS moved CROSS JOIN LATERAL (
    SELECT {AUTHORITY_SQL} AS authority FROM teachers_organisation AS unit
    WHERE unit.id = moved.organisation_id OFFSET 0
) AS its
GROUP BY 1, 2, 3 HAVING sum(moved.n) <> 0;
RETURN NULL;
"""  # noqa: S608
_NEW = "SELECT campaign_id, organisation_id, state, 1 AS n FROM new_rows"
_OLD = "SELECT campaign_id, organisation_id, state, -1 AS n FROM old_rows"

TRIGGERS = counting_triggers(
    new="new_submissions_are_counted",
    changed="moved_submissions_are_counted",
    append=_APPEND,
    added=_NEW,
    taken=_OLD,
)

#: A school that comes under another authority takes its counts along (migration 0002).
MOVE_ALONG = f"""
CREATE FUNCTION counts_follow_their_school() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaigns_submissioncountchange
        (campaign_id, organisation_id, state, change, at, is_folded)
    SELECT submission.campaign_id, side.authority, submission.state, side.change, {MOMENT_SQL},
           false
    FROM campaigns_submission AS submission,
         (VALUES (OLD.parent_id, -1), (NEW.parent_id, 1)) AS side(authority, change)
    WHERE submission.organisation_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER counts_follow_their_school AFTER UPDATE OF parent_id ON teachers_organisation
FOR EACH ROW WHEN (OLD.parent_id <> NEW.parent_id AND NEW.kind <> 'university')
EXECUTE FUNCTION counts_follow_their_school();
"""  # noqa: S608
TAKE_BACK = "DROP FUNCTION counts_follow_their_school() CASCADE;"
