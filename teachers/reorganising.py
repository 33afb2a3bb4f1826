"""The tree of organisations changes: units move, merge, close; new ones are founded.

Set-based, one statement for a unit with all below it. Who may do it, and what becomes of the cases
on their way, is for the caller.
"""

from datetime import date

from django.db import connection

from teachers.models import Organisation

_LOCK = 0x54524545  # "TREE": keeps this advisory lock apart from all others


def hold_tree(*, shared: bool = False) -> None:
    """Keep the tree as it is until the transaction ends.

    Whoever opens cases, whose routes follow from the tree, holds it shared; whoever changes the
    tree holds it alone: no case is opened by a tree that is just becoming the former one. To be
    taken before all other locks.
    """
    with connection.cursor() as cursor:
        name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        cursor.execute(f"SELECT {name}(%s)", [_LOCK])


def relocate(unit: Organisation, under: Organisation) -> None:
    """Put a unit, and all below it, under another authority; refreshes `unit`.

    One range of the path index. The codes stay, so no path can be taken. A trigger moves the
    teachers' branch along.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE teachers_organisation SET
                path = %(new)s || substr(path, length(%(old)s) + 1),
                depth = depth + %(deeper)s,
                parent_id = CASE WHEN id = %(unit)s THEN %(under)s ELSE parent_id END
            WHERE path >= %(old)s AND path < %(end)s
            """,
            {
                "unit": unit.pk,
                "under": under.pk,
                "old": unit.path,
                "end": unit.path[:-1] + "0",  # the character after "/"
                "new": under.path_below(unit.code),
                "deeper": under.depth + 1 - unit.depth,
            },
        )
    unit.refresh_from_db()


def merge_into(unit: Organisation, successor: Organisation, *, on: date, source: str) -> None:
    """End a unit on a day; its people, their files and their accounts go on at the successor.

    Employments that run are ended and go on there under `source`; the posts of those who worked at
    the desk end. Units below it must have been moved before.
    """
    values = {"unit": unit.pk, "to": successor.pk, "on": on, "source": source}
    with connection.cursor() as cursor:
        for statement in (_HOLD_TEACHERS, _EMPLOY, _MOVE_TEACHERS, _MOVE_ACCOUNTS, _END_POSTS):
            cursor.execute(statement, values)
    end(unit, on=on)


def end(unit: Organisation, *, on: date) -> None:
    """A unit exists no more from a day on."""
    unit.valid_to = on
    unit.save(update_fields=["valid_to"])


def end_posts(unit: Organisation, *, on: date) -> None:
    """Nobody acts for the unit from a day on."""
    with connection.cursor() as cursor:
        cursor.execute(_END_POSTS, {"unit": unit.pk, "on": on})


def found_beside(unit: Organisation, *, code: str, name: str, on: date) -> Organisation:
    """Found a school like another one, under the same authority."""
    return Organisation.objects.create(
        code=code,
        name=name,
        kind=unit.kind,
        parent=unit.parent,
        path=unit.parent.path_below(code),
        depth=unit.depth,
        area_code=unit.area_code,
        school_kind=unit.school_kind,
        school_type=unit.school_type,
        organiser=unit.organiser,
        organiser_kind=unit.organiser_kind,
        urban_rural=unit.urban_rural,
        ethnic_area=unit.ethnic_area,
        valid_from=on,
    )


# Plan of each: the unit's teachers, employments and posts by the indexes on the organisation.
_HOLD_TEACHERS = """
    SELECT FROM teachers_teacher WHERE organisation_id = %(unit)s
    ORDER BY identity_hash FOR NO KEY UPDATE
"""
# An employment is opened from what the ending of its predecessor gives back, so the old one is
# ended when the index one_primary_employment_at_a_time looks.
_EMPLOY = """
    WITH running AS MATERIALIZED (
        SELECT id, to_date FROM teachers_employment
        WHERE organisation_id = %(unit)s AND (to_date IS NULL OR to_date > %(on)s)
    ), ended AS (
        UPDATE teachers_employment AS employment SET to_date = greatest(from_date, %(on)s)
        FROM running WHERE employment.id = running.id
        RETURNING employment.*, running.to_date AS until
    )
    INSERT INTO teachers_employment (teacher_id, organisation_id, kind, post_category,
                                     established, from_date, to_date, source)
    SELECT teacher_id, %(to)s, kind, post_category, established, greatest(from_date, %(on)s),
           until, %(source)s
    FROM ended
"""
_MOVE_TEACHERS = """
    UPDATE teachers_teacher SET organisation_id = %(to)s WHERE organisation_id = %(unit)s
"""
_MOVE_ACCOUNTS = """
    INSERT INTO teachers_post (user_id, organisation_id, role, valid_from)
    SELECT user_id, %(to)s, role, greatest(valid_from, %(on)s) FROM teachers_post
    WHERE organisation_id = %(unit)s AND role = 'teacher' AND valid_to IS NULL
    ON CONFLICT DO NOTHING
"""
_END_POSTS = """
    UPDATE teachers_post SET valid_to = greatest(%(on)s::date, valid_from + 1)
    WHERE organisation_id = %(unit)s AND (valid_to IS NULL OR valid_to > %(on)s)
"""
