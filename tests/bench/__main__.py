"""Measure ours, the peer and the limit: ``python -m tests.bench [AREA]`` (``make bench``).

Runs `run()` of every tests/bench/bench_<area>.py in a database of its own, prints a table, writes
var/bench.json and exits 1 if a figure misses its target.
"""

import importlib
import json
import sys
from pathlib import Path

import django
from django.conf import settings

from tests.bench.measuring import pace_figure

HERE = Path(__file__).resolve().parent
COLUMNS = ("area", "name", "value", "unit", "peer", "limit", "ratio", "target", "ok")
RED, PLAIN = "\033[31m", "\033[0m"


def areas(wanted: str) -> list[str]:
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    if wanted and wanted not in known:
        sys.exit(f"There is no area {wanted!r}. There are: {', '.join(known)}.")
    return [wanted] if wanted else known


def prepare() -> None:
    """Load Django, with this package as an app: it holds the stock viewflow flow of the peer."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "tests.bench"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATABASES["default"]["TEST"] = {"NAME": "scratch_of_bench"}
    django.setup()


def empty_database() -> None:
    """Every area starts on empty tables."""
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)


def measure(names: list[str]) -> list[dict]:
    from django.test.utils import setup_databases, teardown_databases

    databases = setup_databases(verbosity=0, interactive=False)
    rows = []
    try:
        for name in names:
            print(f"Measuring {name} ...", flush=True)
            before = pace_figure(name, "before")
            figures = importlib.import_module(f"tests.bench.bench_{name}").run()
            rows += [figure.row() for figure in (*figures, before, pace_figure(name, "after"))]
            empty_database()
    finally:
        teardown_databases(databases, verbosity=0)
    return rows


def shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def print_table(rows: list[dict]) -> None:
    table = [COLUMNS, *(tuple(shown(row[column]) for column in COLUMNS) for row in rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(COLUMNS))]
    for number, line in enumerate(table):
        text = "  ".join(
            cell.rjust(width) if 2 <= place <= 7 and place != 3 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        missed = number > 0 and not rows[number - 1]["ok"]
        print(f"{RED}{text}{PLAIN}" if missed else text)


def main(wanted: str = "") -> None:
    names = areas(wanted)
    prepare()
    rows = measure(names)
    target = Path(settings.VAR_DIR) / "bench.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print_table(rows)
    print(f"written to {target.relative_to(settings.BASE_DIR)}")
    if not all(row["ok"] for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
