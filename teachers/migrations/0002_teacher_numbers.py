"""The serial of teacher numbers and the function that formats it (see teachers/numbers.py)."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE teacher_number_serial AS bigint MINVALUE 1 MAXVALUE 999999999 NO CYCLE;

CREATE FUNCTION teacher_number(serial bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    total bigint := 6 * 2048 + 2 * 1024;  -- the weights of the two digits in front
    rest bigint := serial;
BEGIN
    FOR place IN 1..9 LOOP
        total := total + (rest % 10 << place);
        rest := rest / 10;
    END LOOP;
    RETURN '62' || lpad(serial::text, 9, '0')
        || substr('0123456789X', ((12 - total % 11) % 11)::int + 1, 1);
END
$$;
"""
BACKWARD = "DROP FUNCTION teacher_number(bigint); DROP SEQUENCE teacher_number_serial;"


class Migration(migrations.Migration):
    dependencies = [("teachers", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
