"""The triggers that count the open tasks of authorities and keep what they are counted by."""

from teachers.counters import counting_triggers

SORT = (
    "organisation_id",
    "role",
    "kind",
    "campaign_id",
    "place_id",
    "school_kind",
    "is_again",
    "is_sent_down",
    "is_clean",
    "due_date",
)
_KEYS = ", ".join(SORT)
#: Condition on a task that is counted: open, and on the desk of an authority.
COUNTED_SQL = "finished IS NULL AND role NOT IN ('clerk', 'head')"
_NEW = f"SELECT {_KEYS}, 1 AS n FROM new_rows WHERE {COUNTED_SQL}"  # noqa: S608
_OLD = f"SELECT {_KEYS}, -1 AS n FROM old_rows WHERE {COUNTED_SQL}"  # noqa: S608
_APPEND = f"""
INSERT INTO workflows_deskcountchange ({_KEYS}, change)
SELECT {_KEYS}, sum(n) FROM (ROWS) AS seen GROUP BY {_KEYS} HAVING sum(n) <> 0;
RETURN NULL;
"""  # noqa: S608

TRIGGERS = counting_triggers(
    new="new_tasks_are_counted",
    changed="changed_tasks_are_counted",
    append=_APPEND,
    added=_NEW,
    taken=_OLD,
)

#: What the rules find, and who manages a school, change while a task waits (migration 0002).
FOLLOW = """
CREATE FUNCTION tasks_follow_the_findings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE workflows_task AS task SET is_clean = NEW.errors_count + NEW.warnings_count = 0
    FROM workflows_case AS kase
    WHERE kase.submission_id = NEW.id AND task.process_id = kase.id AND task.finished IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER tasks_follow_the_findings
AFTER UPDATE OF errors_count, warnings_count ON campaigns_submission
FOR EACH ROW
WHEN ((OLD.errors_count + OLD.warnings_count = 0) <> (NEW.errors_count + NEW.warnings_count = 0))
EXECUTE FUNCTION tasks_follow_the_findings();

CREATE FUNCTION tasks_follow_their_school() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE workflows_task AS task SET place_id = NEW.parent_id
    FROM workflows_case AS kase
    WHERE kase.organisation_id = NEW.id AND task.process_id = kase.id
      AND task.finished IS NULL AND task.place_id = OLD.parent_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER tasks_follow_their_school AFTER UPDATE OF parent_id ON teachers_organisation
FOR EACH ROW WHEN (OLD.parent_id <> NEW.parent_id)
EXECUTE FUNCTION tasks_follow_their_school();
"""
LET_GO = """
DROP FUNCTION tasks_follow_the_findings() CASCADE;
DROP FUNCTION tasks_follow_their_school() CASCADE;
"""
