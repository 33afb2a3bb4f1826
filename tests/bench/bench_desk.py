"""The review desk: twenty people at work at once on a million open tasks.

gunicorn with two workers serves them and keeps the time of each request in its log; locust plays
the people (desk_load.py). All of it, and the database, runs on this machine.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote, urlencode
from urllib.request import urlopen

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from campaigns.enums import CampaignState
from campaigns.models import Campaign, Record, Submission
from teachers import identity, notice
from teachers.enums import Role
from teachers.models import User
from teachers.numbers import check_character
from tests.bench import inboxes, rounds_before, world
from tests.bench.measuring import Figure, most_figure
from tests.documents import sound
from workflows.models import Task

AREA = "desk"
PEOPLE, SECONDS, PORT = 20, 150, 8731
#: What gunicorn is started with, as `make run` does (docs/operations.md says why).
SERVER = ("--workers", "2", "--threads", "2", "--keep-alive", "10")
RECORDS = 600
#: What is asked of each kind of request: milliseconds at the 95th percentile.
MOST = 60
HEAVIEST = 150_000  # bytes
LABELS = {
    "inbox": "inbox page",
    "filter": "change of a filter",
    "open": f"open a submission of {RECORDS} records",
    "approve": "approve one",
}


def run() -> list[Figure]:
    here, people = province_at_work()
    with tempfile.TemporaryDirectory() as folder:
        log = played(Path(folder), people)
    times, sizes = read_log(log)
    tasks = Task.objects.open().count()
    waiting = Task.objects.open().filter(organisation=here.province).count()
    peer = inboxes.measure_stock(here.manager.user, tasks, waiting)
    lines = []
    for label, name in LABELS.items():
        line = most_figure(
            AREA, f"{name}, {PEOPLE} people, 95 %", percentile(times[label], 95), "ms", target=MOST
        )
        if label == "inbox":
            line = Figure(**{**line.row(), "peer": round(peer, 1)})
        lines += [line, Figure(AREA, f"{name}, requests", len(times[label]), "requests")]
    heaviest = max(sizes["inbox"] + sizes["filter"]) / 1000
    return [
        *lines,
        most_figure(AREA, "weight of the inbox", heaviest, "KB", target=HEAVIEST / 1000),
    ]


def province_at_work() -> tuple[world.World, list[dict]]:
    """A million open tasks, and the people of twenty desks with a session each."""
    here = world.build(
        counties=inboxes.COUNTIES, schools_in_each=inboxes.SCHOOLS_IN_EACH, staffed=0
    )
    campaigns = [world.campaign(here, f"2026-{number}") for number in range(inboxes.CAMPAIGNS)]
    for state in (CampaignState.LAUNCHED, CampaignState.COLLECTING):
        Campaign.objects.update(state=state)
    inboxes.open_tasks(here, campaigns, rests=list(range(inboxes.FIRST_OF)))
    desks = [here.province, here.city, *here.counties[: PEOPLE - 2]]
    people = [at_desk(here, desk, place) for place, desk in enumerate(desks)]
    rounds_before.at_rest()
    return here, people


def at_desk(here: world.World, desk, place: int) -> dict:
    """Signs the reviewer in; one of the answers at the desk gets its records."""
    user = here.post(desk, Role.REVIEWER).user
    User.objects.filter(pk=user.pk).update(notice_version=notice.VERSION)
    waiting = Task.objects.open().on_submissions().filter(organisation=desk)
    answer = waiting.values_list("process__submission", flat=True).first()
    if answer is None:  # nothing has reached the city
        answer = Submission.objects.order_by("pk").values_list("pk", flat=True).first()
    fill(answer, place, here.manager.user)
    return {"session": session_of(user), "submission": answer}


def fill(answer: int, place: int, by: User) -> None:
    """Six hundred whole records."""
    document = sound("P")
    rows = []
    for number in range(RECORDS):
        born = f"{1960 + place}{number % 12 + 1:02d}{number // 12 % 28 + 1:02d}"
        body = f"622926{born}{number % 999:03d}"
        own = body + check_character(body)
        rows.append(
            Record(
                submission_id=answer,
                name=f"马晓兰{number}",
                identity_hash=identity.search_hash("1", f"{own}{number}"),
                identity_sealed=identity.seal(own),
                identity_mask=identity.mask(own),
                data=document,
                entered_by=by,
                entered_at=world.NOW,
            )
        )
    Record.objects.bulk_create(rows, ignore_conflicts=True, batch_size=300)
    Submission.objects.filter(pk=answer).update(records_count=len(rows), checked_at=world.NOW)


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


# --- The server and the people ---------------------------------------------------------------


def played(folder: Path, people: list[dict]) -> list[str]:
    """Serve this database, let the people work; return the server's log of their requests."""
    log, persons = folder / "access.log", folder / "people.json"
    persons.write_text(json.dumps(people), encoding="utf-8")
    binaries, address = Path(sys.executable).parent, f"http://127.0.0.1:{PORT}"
    server = subprocess.Popen(
        [
            binaries / "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{PORT}",
            *SERVER, "--no-control-socket", "--access-logfile", log,
            "--access-logformat", "%({x-bench}i)s %(s)s %(D)s %(B)s",
        ],
        env={**os.environ, "DATABASE_URL": address_of_database()},
        cwd=settings.BASE_DIR,
    )  # fmt: skip
    try:
        wait_for(f"{address}/sign-in/")
        play(binaries / "locust", address, persons)
    finally:
        server.terminate()
        server.wait(30)
    return log.read_text(encoding="utf-8").splitlines()


def play(locust: Path, address: str, persons: Path) -> None:
    """Let the people work. Raises AssertionError that says which requests failed, and why."""
    played = subprocess.run(
        [
            locust, "--headless", "--locustfile", Path(__file__).parent / "desk_load.py",
            "--host", address, "--users", str(PEOPLE), "--spawn-rate", "10",
            "--run-time", f"{SECONDS}s", "--only-summary",
        ],
        env={**os.environ, "DESK_PEOPLE": str(persons)},
        check=False,
        capture_output=True,
        text=True,
    )  # fmt: skip
    if played.returncode:
        said = f"{played.stdout}\n{played.stderr}"
        errors = said[said.find("Error report") :] if "Error report" in said else said
        raise AssertionError(f"locust ended with {played.returncode}:\n{errors[-4000:]}")


def address_of_database() -> str:
    there = connection.settings_dict
    query = urlencode({"host": there["HOST"]} if there["HOST"].startswith("/") else {})
    host = "" if query else f"{there['HOST']}:{there['PORT']}"
    person = quote(there["USER"]) + (f":{quote(there['PASSWORD'])}" if there["PASSWORD"] else "")
    return f"postgresql://{person}@{host}/{there['NAME']}?{query}"


def wait_for(address: str) -> None:
    """Until the server answers; a minute at most."""
    for _ in range(120):
        try:
            urlopen(address, timeout=30).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise TimeoutError(f"{address} does not answer.")


def read_log(log: list[str]) -> tuple[dict[str, list[float]], dict[str, list[int]]]:
    """What was asked to the milliseconds and to the bytes of each answer. How each person begins is
    left out (desk_load.py)."""
    times, sizes = defaultdict(list), defaultdict(list)
    for line in log:
        label, status, microseconds, size = line.split()
        if label not in LABELS:
            continue
        if status not in {"200", "204"}:
            raise AssertionError(f"{label} was answered with {status}")
        times[label].append(int(microseconds) / 1000)
        sizes[label].append(int(size) if size.isdecimal() else 0)
    return times, sizes


def percentile(values: list[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) * share // 100, len(ordered) - 1)]
