"""Worker processes against the test database, as they run beside the site."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 60  # seconds that one may take to end


def address() -> str:
    """DATABASE_URL of the test database, on a socket or a host."""
    named = connection.settings_dict
    who = quote(named["USER"]) + (f":{quote(named['PASSWORD'])}" if named["PASSWORD"] else "")
    place = f"?host={quote(named['HOST'], safe='')}"
    port = f":{named['PORT']}" if named["PORT"] else ""
    return f"postgresql://{who}@{port}/{named['NAME']}{place}"


def start(*command: str, name: str, **more: str) -> subprocess.Popen:
    """manage.py in a process of its own; PostgreSQL knows its connections by the name."""
    environment = {**os.environ, "DATABASE_URL": address(), "PGAPPNAME": name, **more}
    return subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, env=environment)


@contextmanager
def working(*names: str) -> Iterator[dict[str, subprocess.Popen]]:
    """Database workers of these names; those that still live are told to end, as by a restart."""
    command = ("db_worker", "--queue-name", "*", "--interval", "0.1", "--no-startup-delay")
    workers = {name: start(*command, "--no-reload", name=name) for name in names}
    try:
        yield workers
    finally:
        for worker in workers.values():
            worker.send_signal(signal.SIGTERM)
        for worker in workers.values():
            worker.wait(LONGEST)
