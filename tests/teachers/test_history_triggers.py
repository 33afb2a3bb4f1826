"""History in bulk: written by triggers, at a cost that grows with the rows, not their square."""

import pghistory
from django.db import connection

from teachers.models import Teacher
from tests.teachers.registered import person, register


def asked(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_no_row_of_a_bulk_statement_opens_a_subtransaction(db):
    """Each catches an error that is not there any more (see migration 0004, config/database.py)."""
    source = asked("SELECT prosrc FROM pg_proc WHERE proname = '_pgh_attach_context'")

    assert "EXCEPTION" not in source
    assert asked("SELECT current_setting('pgtrigger.ignore')") == "{}"


def test_an_update_is_kept_in_the_history_with_and_without_a_context(reference, cast):
    [teacher] = register(person(cast.first_school, "马兰", "1"))
    Teacher.objects.update(name="马小兰")
    with pghistory.context(why="更正"):
        Teacher.objects.update(name="马晓兰")

    kept = teacher.events.order_by("pgh_id").values_list("name", "pgh_context__metadata")
    assert list(kept) == [("马小兰", None), ("马晓兰", {"why": "更正"})]
