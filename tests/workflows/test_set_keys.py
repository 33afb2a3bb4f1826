"""Foreign keys that triggers check once a statement: nothing names what is not, and what is named
stays."""

import pytest
from django.db import Error, IntegrityError, connection, transaction

from tests.at_once import at_once
from tests.invariants import violations
from workflows.enums import Verdict
from workflows.models import Decision, Task

NOWHERE = 10**12
COPIES = {
    "campaigns_submission": ("campaign_id", "organisation_id"),
    "workflows_case": ("submission_id", "organisation_id", "route_id"),
    "workflows_task": ("process_id", "organisation_id"),
    "workflows_decision": ("task_id", "by_id", "post_id"),
}
KEYS = [(table, column) for table, columns in COPIES.items() for column in columns]
NAMED = [
    "campaigns_campaign",
    "campaigns_submission",
    "teachers_organisation",
    "workflows_case",
    "workflows_route",
    "workflows_task",
]
PEOPLE = ["teachers_post", "teachers_user"]


@pytest.fixture
def decided(round):
    """A school whose answer the county has decided, and an answer that has no case."""
    cast = round.cast
    round.add_people(cast.first_school, cast.school_clerk)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    run(copied("campaigns_submission", "organisation_id", cast.county.pk))
    return round


def run(sql: str, values=None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def copied(table: str, column: str, value: int = NOWHERE) -> str:
    """SQL that inserts the newest row of a table again, with another value in a column; what must
    be unique is other, too.
    """
    with connection.cursor() as cursor:
        columns = [
            one.name for one in connection.introspection.get_table_description(cursor, table)
        ]
    given = {
        "sequence": "sequence + 1",
        "finished": "now()",
        "submission_id": "(SELECT max(id) FROM campaigns_submission)",
        column: str(value),
    }
    wanted = [name for name in columns if name != "id"]
    values = [given.get(name, name) for name in wanted]
    return (
        f"INSERT INTO {table} ({', '.join(wanted)})"
        f" SELECT {', '.join(values)} FROM {table} ORDER BY id DESC LIMIT 1"
    )


@pytest.mark.parametrize(("table", "column"), KEYS)
def test_a_row_that_names_nothing_is_not_written(decided, table, column):
    with pytest.raises(IntegrityError, match=f"insert into {table}: {column} names a row"):
        run(copied(table, column))


@pytest.mark.parametrize(("table", "column"), KEYS[:-3])
def test_a_key_is_not_changed_to_name_nothing(decided, table, column):
    with pytest.raises(IntegrityError, match=f"update of {table}: {column} names a row"):
        run(f"UPDATE {table} SET {column} = {NOWHERE} WHERE id = (SELECT max(id) FROM {table})")


@pytest.mark.parametrize("table", NAMED)
def test_what_is_named_is_never_deleted(decided, table):
    with pytest.raises(Error, match="Cannot (update or )?delete"):
        run(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", PEOPLE)
def test_who_has_decided_is_not_deleted(decided, table):
    column = {"teachers_post": "post_id", "teachers_user": "by_id"}[table]
    with pytest.raises(IntegrityError, match=f"delete from {table}: workflows_decision names"):
        run(f"DELETE FROM {table} WHERE id IN (SELECT {column} FROM workflows_decision)")


@pytest.mark.django_db(transaction=True)
def test_who_decides_is_not_deleted_meanwhile(round):
    """The decision holds the post until it is committed; who comes first leaves the other empty."""
    cast = round.cast
    post = cast.county_reviewer
    round.add_people(cast.first_school, cast.school_clerk)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    task = round.task(cast.first_school)

    at_once(
        lambda: round.decide(cast.first_school, post, Verdict.APPROVE),
        lambda: run("DELETE FROM teachers_post WHERE id = %s", [post.pk]),
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM teachers_post WHERE id = %s", [post.pk])
        there = cursor.fetchone()[0] == 1
    assert Decision.objects.filter(task=task).exists() == there
    assert Task.objects.filter(pk=task.pk, finished=None).exists() != there
    assert violations() == {}
