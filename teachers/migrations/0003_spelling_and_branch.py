"""What the register keeps about each teacher for the search: spelling of the name, and branch.

A trigger fills `pinyin`, `initials` and `branch_id` of every row that comes without them, and
mends them whenever the name or the school changes: single saves and bulk statements are covered alike.
The rule of the spelling is that of teachers/pinyin.py.
"""

from django.db import migrations

from teachers import pinyin

FORWARD = """
CREATE TABLE teachers_reading (
    sign text COLLATE "C" NOT NULL,
    as_surname boolean NOT NULL,
    reading text COLLATE "C" NOT NULL,
    PRIMARY KEY (sign, as_surname)
);
COMMENT ON TABLE teachers_reading IS 'Readings of characters; from teachers/data/pinyin';

CREATE FUNCTION spell_name(name text, OUT pinyin text, OUT initials text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    rest text;
    word text;
BEGIN
    pinyin := '';
    initials := '';
    SELECT reading, substr(name, length(sign) + 1) INTO word, rest FROM teachers_reading
    WHERE sign IN (left(name, 2), left(name, 1)) AND as_surname
    ORDER BY length(sign) DESC LIMIT 1;
    IF FOUND THEN
        pinyin := replace(word, ' ', '');
        initials := left(word, 1) || left(split_part(word, ' ', 2), 1);
    ELSE
        rest := name;
    END IF;
    WHILE rest <> '' LOOP
        word := CASE WHEN ascii(rest) < 128 THEN substring(rest from '^[A-Za-z]+') END;
        IF word IS NULL THEN
            SELECT reading INTO word FROM teachers_reading
            WHERE sign = left(rest, 1) AND NOT as_surname;
            rest := substr(rest, 2);
        ELSE
            rest := substr(rest, length(word) + 1);
            word := lower(word COLLATE "C");
        END IF;
        pinyin := pinyin || coalesce(word, '');
        initials := initials || coalesce(left(word, 1), '');
    END LOOP;
END
$$;

CREATE FUNCTION branch_of(organisation bigint) RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(top.id, here.id)
    FROM teachers_organisation AS here
    LEFT JOIN teachers_organisation AS top ON top.code = split_part(here.path, '/', 2)
    WHERE here.id = organisation
$$;

CREATE FUNCTION describe_teacher() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    spelt record;
BEGIN
    IF TG_OP = 'INSERT' OR NEW.name <> OLD.name OR NEW.pinyin <> OLD.pinyin
            OR NEW.initials <> OLD.initials THEN
        spelt := spell_name(NEW.name);
        NEW.pinyin := spelt.pinyin;
        NEW.initials := spelt.initials;
    END IF;
    NEW.branch_id := branch_of(NEW.organisation_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER a_new_teacher_is_described BEFORE INSERT ON teachers_teacher
FOR EACH ROW WHEN (NEW.pinyin = '' OR NEW.branch_id IS NULL) EXECUTE FUNCTION describe_teacher();
CREATE TRIGGER a_changed_teacher_is_described BEFORE UPDATE ON teachers_teacher
FOR EACH ROW WHEN (
    (NEW.name, NEW.pinyin, NEW.initials, NEW.organisation_id, NEW.branch_id) IS DISTINCT FROM
    (OLD.name, OLD.pinyin, OLD.initials, OLD.organisation_id, OLD.branch_id)
) EXECUTE FUNCTION describe_teacher();

CREATE FUNCTION move_teachers_with_their_school() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE teachers_teacher SET branch_id = branch_of(NEW.id)
    WHERE organisation_id = NEW.id AND branch_id IS DISTINCT FROM branch_of(NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER teachers_move_with_their_school AFTER UPDATE OF path ON teachers_organisation
FOR EACH ROW WHEN (NEW.path <> OLD.path) EXECUTE FUNCTION move_teachers_with_their_school();
"""
BACKWARD = """
DROP TRIGGER teachers_move_with_their_school ON teachers_organisation;
DROP TRIGGER a_changed_teacher_is_described ON teachers_teacher;
DROP TRIGGER a_new_teacher_is_described ON teachers_teacher;
DROP FUNCTION move_teachers_with_their_school();
DROP FUNCTION describe_teacher();
DROP FUNCTION branch_of(bigint);
DROP FUNCTION spell_name(text);
DROP TABLE teachers_reading;
"""


def load_readings(apps, editor) -> None:  # noqa: ARG001 - the signature is the framework's
    """Fill the table of readings from the data files."""
    signs = [(sign, False, syllable) for sign, syllable in pinyin.readings().items()]
    signs += [(surname, True, reading) for surname, reading in pinyin.surnames().items()]
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO teachers_reading SELECT * FROM unnest(%s::text[], %s::boolean[], %s::text[])",
            [list(column) for column in zip(*signs, strict=True)],
        )


class Migration(migrations.Migration):
    dependencies = [("teachers", "0002_teacher_numbers")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(load_readings, migrations.RunPython.noop),
    ]
