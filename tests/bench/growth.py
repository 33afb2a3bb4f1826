"""Decisions a second with 100 thousand, one million and five million tasks in the table.

Three copies of the database, each with more rounds of years before, measured slice by slice in
turn: what else the machine does, and what grows warm, hits all three alike.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from django.db import DEFAULT_DB_ALIAS, connection, connections

from campaigns.models import Campaign
from teachers.enums import Role
from teachers.models import Organisation
from tests.bench import rounds_before, world
from tests.bench.measuring import each, in_turn, seconds, slices
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Task

SIZES = {"100 thousand": 100_000, "1 million": 1_000_000, "5 million": 5_000_000}
BATCH, ROUNDS = 1000, 12
SINGLES, SINGLE_ROUNDS = 25, 24
#: Tables whose bytes a campaign makes grow.
WEIGHED = (*rounds_before.GROWING, "workflows_deskcount", "campaigns_submissioncount")


def measure_growth(here: world.World, pattern: Campaign) -> tuple[dict, dict]:
    """Size to (decisions a second in batches, one by one), and what a case weighs (see weigh).

    Adds rounds to the database and leaves them there.
    """
    rounds_before.add(here, pattern=pattern, rounds=1, stops=2)
    copies = {}
    for name, tasks in SIZES.items():
        fill_up(here, pattern, tasks)
        copies[name] = copy_database(f"bench_of_{tasks}")
    weight = weigh()
    try:
        batches = in_turn(ROUNDS, **_sides(copies, _batches(here)))
        singles = in_turn(SINGLE_ROUNDS, **_sides(copies, _singles(here)))
    finally:
        drop(copies.values())
    return {name: (median(batches[name]), median(singles[name])) for name in copies}, weight


def fill_up(here: world.World, pattern: Campaign, tasks: int) -> None:
    """Ended rounds until there are so many tasks."""
    missing = tasks - Task.objects.count()
    in_a_round = rounds_before.STOPS * len(here.schools)
    if (rounds := missing // in_a_round) > 0:
        rounds_before.add(here, pattern=pattern, rounds=rounds)
    rounds_before.at_rest()


# --- What is decided -------------------------------------------------------------------------


def _batches(here: world.World):
    """A thousand tasks of a county at a time."""

    def work() -> Iterator[float]:
        for county in here.counties:
            post = here.post(county, Role.REVIEWER)
            for tasks in slices(_open_tasks(county), BATCH):
                yield len(tasks) / seconds(lambda t=tasks, p=post: _approve(t, p))

    return work


def _singles(here: world.World):
    """The city's tasks one by one: what the counties have passed on."""

    def work() -> Iterator[float]:
        post = here.post(here.city, Role.REVIEWER)
        for tasks in slices(_open_tasks(here.city), SINGLES):
            yield each(tasks, lambda task, p=post: _approve([task], p))

    return work


def _open_tasks(desk: Organisation) -> list[int]:
    tasks = Task.objects.open().filter(organisation=desk, role=Role.REVIEWER)
    return list(tasks.order_by("pk").values_list("pk", flat=True))


def _approve(tasks: list[int], post) -> None:
    receipt = actions.decide(tasks, verdict=Verdict.APPROVE, by=post.user, post=post, at=world.NOW)
    if len(receipt.done) != len(tasks):
        raise AssertionError(f"refused: {receipt.refused[:3]}")


# --- The copies ------------------------------------------------------------------------------


def _sides(copies: dict, work) -> dict:
    """For each copy, what does one slice of the work there."""
    running = {name: work() for name in copies}

    def side(name: str):
        def slice_of_work() -> float:
            with working_on(copies[name]):
                return next(running[name])

        return slice_of_work

    return {name: side(name) for name in copies}


@contextmanager
def working_on(other) -> Iterator[None]:
    """Whatever is asked meanwhile goes to the other connection."""
    own = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = own


def copy_database(name: str):
    """A connection to a copy of this database, as it is now."""
    source = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
    other = connections[DEFAULT_DB_ALIAS].copy()
    other.settings_dict["NAME"] = name
    return other


def drop(copies) -> None:
    for other in copies:
        name = other.settings_dict["NAME"]
        other.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def weigh() -> dict[str, float]:
    """Bytes on disk of a case with all its rows, by table, indexes counted in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM workflows_case")
        cases = cursor.fetchone()[0]
        cursor.execute(
            "SELECT name, pg_total_relation_size(name::regclass) FROM unnest(%s) AS name",
            [list(WEIGHED)],
        )
        return {name: size / cases for name, size in cursor.fetchall()}
