"""The pinyin initials of organisations: what a search for "dbzzxxx" goes by.

The rule of the spelling is that of migration 0003; a trigger fills the column however the row is
written.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION describe_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.initials := left((spell_name(NEW.name)).initials, 120);
    RETURN NEW;
END
$$;
CREATE TRIGGER a_new_organisation_is_described BEFORE INSERT ON teachers_organisation
FOR EACH ROW EXECUTE FUNCTION describe_organisation();
CREATE TRIGGER a_renamed_organisation_is_described BEFORE UPDATE ON teachers_organisation
FOR EACH ROW WHEN ((NEW.name, NEW.initials) IS DISTINCT FROM (OLD.name, OLD.initials))
EXECUTE FUNCTION describe_organisation();
"""
BACKWARD = """
DROP TRIGGER a_renamed_organisation_is_described ON teachers_organisation;
DROP TRIGGER a_new_organisation_is_described ON teachers_organisation;
DROP FUNCTION describe_organisation();
"""


class Migration(migrations.Migration):
    dependencies = [("teachers", "0004_quiet_history")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
