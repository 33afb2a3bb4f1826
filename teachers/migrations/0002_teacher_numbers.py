"""The serial of teacher numbers and the function that formats it (see teachers/numbers.py)."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE teacher_number_serial AS bigint MINVALUE 1 MAXVALUE 999999999 NO CYCLE;

CREATE FUNCTION teacher_number(serial bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT body || substr('0123456789X', ((12 - total % 11) % 11)::int + 1, 1)
    FROM (
        SELECT body, sum(substr(body, place, 1)::int * (2 ^ (12 - place))::int) AS total
        FROM (SELECT '62' || lpad(serial::text, 9, '0') AS body) AS formatted,
             generate_series(1, 11) AS place
        GROUP BY body
    ) AS weighted
$$;
"""
BACKWARD = "DROP FUNCTION teacher_number(bigint); DROP SEQUENCE teacher_number_serial;"


class Migration(migrations.Migration):
    dependencies = [("teachers", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
