"""Setting a machine up: what is missing is installed by root and named to anybody else."""

import subprocess

import pytest

from config import bootstrap


@pytest.fixture
def commands(monkeypatch) -> list[tuple[str, ...]]:
    """The commands that would be run."""
    seen: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "run", lambda *command, **_: seen.append(command))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    return seen


def test_this_machine_lacks_nothing():
    assert bootstrap.missing_packages("tests") == []


def test_a_missing_library_is_named_by_its_debian_package(monkeypatch):
    monkeypatch.setattr(bootstrap, "is_loadable", lambda name: name != "libpango-1.0.so.0")

    assert bootstrap.missing_packages("site") == ["libpango-1.0-0"]


def test_root_installs_what_is_missing(commands, monkeypatch):
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)

    bootstrap.install_packages(["libpango-1.0-0"])

    assert [command[1] for command in commands] == ["update", "install"]
    assert commands[1][-2:] == ("libpango-1.0-0", "-q")


def test_anybody_else_is_given_the_exact_line(commands, monkeypatch):
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)

    with pytest.raises(SystemExit) as ended:
        bootstrap.install_packages(["chromium", "fonts-noto-cjk"])

    line = "sudo apt-get install -y --no-install-recommends chromium fonts-noto-cjk"
    assert line in str(ended.value)
    assert commands == []


def test_an_old_python_is_refused_with_the_way_out(monkeypatch):
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 0))

    with pytest.raises(SystemExit, match=r"make PYTHON=python3\.12"):
        bootstrap.main()


def test_the_set_up_runs_on_a_bare_python():
    done = subprocess.run(
        ["python3", "-I", "-S", "-c", "import runpy; runpy.run_path('config/bootstrap.py')"],
        cwd=bootstrap.ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
