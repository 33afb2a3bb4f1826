"""History without a subtransaction for each row.

The function by which django-pghistory finds its context asks for settings that are not there and
catches the error: a subtransaction for every row, and the end of each looks at all that the
transaction still has to check at its end, so that a statement over n rows takes time in the square
of n. This one asks whether they are there. (config/database.py does the same for django-pgtrigger.)
"""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE
LANGUAGE plpgsql AS $$
DECLARE
    context uuid := nullif(current_setting('pghistory.context_id', true), '');
    said jsonb := nullif(current_setting('pghistory.context_metadata', true), '');
BEGIN
    IF context IS NULL OR said IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
    VALUES (context, said, now(), now())
    ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, updated_at = excluded.updated_at
        WHERE pghistory_context.metadata <> excluded.metadata;
    RETURN context;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("teachers", "0003_spelling_and_branch"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
