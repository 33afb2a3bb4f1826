"""Builds that do not come to an end."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from teachers.models import Organisation
from teachers.province import build, building


def test_a_scale_out_of_range_is_refused_in_one_sentence(db):
    with override("en"), pytest.raises(CommandError, match="Give a scale above 0 and at most 1"):
        call_command("build_province", scale=2.0)


def test_a_build_that_breaks_leaves_nothing(db, monkeypatch):
    def break_down(*_args):
        raise RuntimeError("the power fails")

    monkeypatch.setattr(building, "batches", break_down)

    with pytest.raises(RuntimeError, match="the power fails"):
        build(scale=0.002, seed=7)

    assert not Organisation.objects.exists()


ORPHAN = """
import os, time
import django
django.setup()
from teachers.province.processes import leave_with
parent = os.getpid()
child = os.fork()
if child == 0:
    os.closerange(0, 3)
    leave_with(parent)
    time.sleep(60)
time.sleep(1)
print(child, flush=True)
os._exit(0)
"""


def is_running(pid: int) -> bool:
    """Whether a process lives (one that only waits to be collected does not)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def test_drawing_processes_end_when_the_build_is_killed():
    killed = subprocess.run([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, check=True)
    orphan = int(killed.stdout.split()[0])

    deadline = time.monotonic() + 20
    while is_running(orphan) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert not is_running(orphan)
