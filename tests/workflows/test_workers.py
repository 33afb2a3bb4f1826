"""Acts in the background: several worker processes, one of them killed; and a queue in Redis."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult
from redis import Redis
from redis.exceptions import ConnectionError as NotThereYet

from campaigns.enums import SubmissionState as State
from tests import crowd, workers
from tests.backends import another_connection, own_backend, until, waiting_for
from tests.invariants import violations
from workflows import acts
from workflows.acts import jobs
from workflows.enums import ActState, Verdict
from workflows.models import Act, Decision
from workflows.verification import verify


@pytest.fixture
def in_the_background(settings):
    """Every act, however small, waits for a worker."""
    settings.ACT_IN_REQUEST = 0


def press(post, tasks, at) -> Act:
    return acts.ask(
        key=uuid4(), verdict=Verdict.APPROVE, by=post.user, post=post, at=at, tasks=tasks
    )


def client_of(backend: int) -> str:
    """The name under which a process connected."""
    with another_connection() as cursor:
        cursor.execute("SELECT application_name FROM pg_stat_activity WHERE pid = %s", [backend])
        return cursor.fetchone()[0]


def is_gone(backend: int) -> bool:
    with another_connection() as cursor:
        cursor.execute("SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = %s", [backend])
        return cursor.fetchone()[0]


def all_done() -> bool:
    return not Act.objects.exclude(state=ActState.DONE).exists()


def assert_each_decided_once(tasks: list[int]) -> None:
    assert sum(Act.objects.values_list("done_count", flat=True)) == len(tasks)
    assert Decision.objects.filter(task__in=tasks).count() == len(tasks)
    assert crowd.states() == {State.CITY_REVIEW: len(tasks)}
    assert violations() == {}
    assert verify().decisions == 3 * len(tasks)


# --- Workers of the database's queue -------------------------------------------------------
def test_three_workers_one_killed_in_the_middle_decide_everything_once(
    transactional_db, reference, cast, now, in_the_background
):
    """The one that has decided the first act's cases and not yet noted it gets SIGKILL."""
    _round, tasks = crowd.handed_in(cast, now, count=12)
    DBTaskResult.objects.all().delete()  # the search for problem data is another matter
    asked = [press(cast.county_reviewer, tasks[part::4], now) for part in range(4)]
    last = asked[0].items.order_by("-position")[0]

    with workers.working("worker-a", "worker-b", "worker-c") as running:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT FROM workflows_actitem WHERE id = %s FOR UPDATE", [last.pk])
            backend = waiting_for(own_backend())
            victim = running[client_of(backend)]
            victim.kill()
            victim.wait(workers.LONGEST)
        until(lambda: is_gone(backend))
        until(lambda: not Act.objects.exclude(pk=asked[0].pk).exclude(state="done").exists())
        call_command("sweep_acts")
        until(all_done)
        lived = [one for one in running.values() if one.poll() is None]

    assert len(lived) == 2
    attempts = dict(Act.objects.values_list("pk", "attempts"))
    assert attempts == {act.pk: 2 if act == asked[0] else 1 for act in asked}
    assert_each_decided_once(tasks)


# --- The queue in Redis --------------------------------------------------------------------
BACKEND = "django_tasks_rq.RQBackend"


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """A Redis server of our own on a socket; it keeps nothing."""
    folder = Path(tempfile.mkdtemp(prefix="redis"))
    socket = folder / "redis.sock"
    command = ["redis-server", "--port", "0", "--unixsocket", str(socket)]
    server = subprocess.Popen(
        [*command, "--save", "", "--appendonly", "no", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )

    def answers() -> bool:
        try:
            return Redis(unix_socket_path=str(socket)).ping()
        except NotThereYet:
            return False

    try:
        until(answers)
        yield f"unix://{socket}?db=0"
    finally:
        server.terminate()
        server.wait(workers.LONGEST)
        shutil.rmtree(folder)


@pytest.fixture
def queue(redis_url, settings, in_the_background):
    """The site's tasks wait in Redis; gives the queue, which is empty."""
    settings.TASKS = {"default": {**settings.TASKS["default"], "BACKEND": BACKEND}}
    settings.RQ_QUEUES = {
        name: {"URL": redis_url, "QUEUE_CLASS": "teachers.redis_queue.AfterCommit"}
        for name in settings.TASKS["default"]["QUEUES"]
    }
    Redis.from_url(redis_url).flushall()
    import django_rq

    return django_rq.get_queue("default")


@pytest.fixture
def asked(transactional_db, reference, cast, now, queue) -> tuple[Act, list[int]]:
    _round, tasks = crowd.handed_in(cast, now, count=3)
    queue.empty()
    return press(cast.county_reviewer, tasks, now), tasks


def work_off(redis_url: str) -> None:
    """One RQ worker, until the queue is empty."""
    worker = workers.start(
        "rqworker",
        "default",
        "--burst",
        "--job-class",
        "django_tasks_rq.Job",
        name="rq",
        TASKS_BACKEND=BACKEND,
        REDIS_URL=redis_url,
    )
    assert worker.wait(workers.LONGEST) == 0


def test_an_act_is_carried_out_through_redis(asked, queue, redis_url):
    act, tasks = asked
    assert (act.state, queue.count) == (ActState.QUEUED, 1)
    assert not DBTaskResult.objects.exists()

    work_off(redis_url)

    act.refresh_from_db()
    assert (act.state, act.done_count, act.attempts, queue.count) == (ActState.DONE, 3, 1, 0)
    assert_each_decided_once(tasks)


def test_a_job_reaches_redis_when_its_rows_are_committed_and_not_before(asked, queue, cast, now):
    _act, tasks = asked
    queue.empty()

    with transaction.atomic():
        press(cast.county_reviewer, tasks, now)
        before = queue.count
    after = queue.count
    with transaction.atomic():
        press(cast.county_reviewer, tasks, now)
        transaction.set_rollback(True)

    assert (before, after, queue.count) == (0, 1, 1)


def test_what_redis_has_lost_is_asked_for_again_and_once(asked, queue, redis_url, now):
    act, tasks = asked
    later = now + timedelta(minutes=3)
    assert jobs.sweep(at=later) == []  # its job still waits
    Redis.from_url(redis_url).flushall()

    assert jobs.sweep(at=later) == [act.pk]
    assert jobs.sweep(at=later) == []
    work_off(redis_url)

    act.refresh_from_db()
    assert (act.state, act.done_count) == (ActState.DONE, 3)
    assert_each_decided_once(tasks)
