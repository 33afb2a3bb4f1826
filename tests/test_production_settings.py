"""Production: safe by its settings, silent about secrets, and loud when one is missing."""

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMPLETE = {
    "PRODUCTION": "1",
    "SECRET_KEY": "p8!r0-" + "Kq7zWm4x" * 8,
    "ALLOWED_HOSTS": "jszx.example.gov.cn",
    "IDENTITY_KEY": base64.b64encode(b"k" * 32).decode(),
    "IDENTITY_HASH_KEY": base64.b64encode(b"h" * 32).decode(),
    "DATABASE_URL": "postgresql://site:secret@127.0.0.1:1/never_reached",
}


def run(*words: str, without: str = "", **changed: str) -> subprocess.CompletedProcess:
    """manage.py in a process of its own, with production's environment and nothing else."""
    keep = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    environment = {**keep, **COMPLETE, **changed}
    environment.pop(without, None)
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> str:
    """A VAR_DIR in which the static files have been collected, as before every deployment."""
    folder = str(tmp_path_factory.mktemp("var"))
    done = run("collectstatic", "--no-input", "--verbosity", "0", VAR_DIR=folder)
    assert done.returncode == 0, done.stderr
    return folder


def evaluate(expression: str) -> str:
    code = f"from django.conf import settings; print({expression})"
    done = run("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_deployment_check_passes_without_a_warning():
    done = run("check", "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, "WARNINGS" in done.stderr) == (0, False), done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "IDENTITY_KEY", "IDENTITY_HASH_KEY"])
def test_a_missing_secret_stops_the_start_with_one_sentence(name):
    done = run("check", without=name)

    assert done.returncode != 0
    assert done.stderr.strip().splitlines()[-1].endswith(f"Set the environment variable {name}.")


def test_missing_host_names_stop_the_start_with_one_sentence():
    done = run("check", without="ALLOWED_HOSTS")

    assert done.returncode != 0
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .endswith("Set ALLOWED_HOSTS to the names under which the site is reached.")
    )


def test_debug_pages_stay_off_unless_asked_for():
    assert evaluate("settings.DEBUG, settings.DEMONSTRATION") == "False False"


def test_no_invented_people_are_put_into_a_real_register():
    done = run("build_province")

    assert done.returncode != 0
    assert "runs only where DEMONSTRATION=1 is set" in done.stderr


HEADERS = """
from django.test import Client
answer = Client(headers={"host": "jszx.example.gov.cn"}).get("/api/v1/me/", secure=True)
print(answer.status_code)
print(answer.headers["Strict-Transport-Security"])
print(answer.headers["Content-Security-Policy"])
print(answer.headers["X-Content-Type-Options"], answer.headers["X-Frame-Options"])
print(answer.headers["Referrer-Policy"])
plain = Client(headers={"host": "jszx.example.gov.cn"}).get("/api/v1/me/")
print(plain.status_code, plain.headers["Location"])
print(Client(headers={"host": "somebody.else"}).get("/api/v1/me/", secure=True).status_code)
"""


def test_answers_carry_the_protecting_headers_and_plain_http_is_redirected(collected):
    done = run("shell", "--no-imports", "-c", HEADERS, VAR_DIR=collected)

    assert done.returncode == 0, done.stderr
    status, transport, policy, kinds, referrer, plain, stranger = done.stdout.strip().splitlines()
    assert status == "401"
    assert transport == "max-age=31536000; includeSubDomains; preload"
    assert sorted(policy.split("; ")) == [
        "base-uri 'self'",
        "default-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
    ]
    assert kinds == "nosniff DENY"
    assert referrer == "same-origin"
    assert plain == "301 https://jszx.example.gov.cn/api/v1/me/"
    assert stranger == "400"


def test_cookies_travel_only_over_https_and_out_of_reach_of_scripts():
    names = [
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE",
        "CSRF_COOKIE_SAMESITE",
        "SESSION_COOKIE_AGE",
    ]
    values = ", ".join(f"settings.{name}" for name in names)

    assert evaluate(values) == "True True True Lax Lax 28800"


SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a key of a cloud provider": re.compile(r"\b(?:AKIA|LTAI)[0-9A-Za-z]{16,}\b"),
    "a token of a code host": re.compile(r"\b(?:gh[pousr]_|glpat-|xox[bap]-)[0-9A-Za-z_-]{20,}"),
    "a secret set in a file": re.compile(
        r"""(?im)^\s*(?:export\s+)?(?:SECRET_KEY|IDENTITY_KEY|IDENTITY_HASH_KEY|\w*PASSWORD|\w*TOKEN)
            \s*[:=]\s*["'][^"'$\n]{12,}["']""",
        re.VERBOSE,
    ),
    "a password inside an address": re.compile(
        r"\b\w+://[^/\s:@\"'{]+:(?!secret@)[^@\s\"'{]{4,}@[\w.]+"
    ),
}
#: Invented values that only tests and examples use.
INVENTED = {
    "tests/cast.py": {"a secret set in a file"},  # the password of the invented cast
    "teachers/province/building.py": {"a secret set in a file"},  # accounts of the demonstration
    "tests/test_production_settings.py": set(SECRETS),  # this file names the patterns
}


def tracked_texts() -> list[tuple[str, str]]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in content[:4096]:
            found.append((name, content.decode("utf-8", "replace")))
    return found


def test_no_tracked_file_holds_a_secret():
    texts = tracked_texts()
    leaks = [
        f"{name}: {what}"
        for name, text in texts
        for what, pattern in SECRETS.items()
        if pattern.search(text) and what not in INVENTED.get(name, ())
    ]

    assert len(texts) > 50
    assert leaks == []


@pytest.mark.parametrize(
    ("what", "example"),
    [
        ("a private key", "-----BEGIN RSA PRIVATE KEY-----"),
        ("a key of a cloud provider", "key = LTAI" + "4fakefakefakefake"),
        ("a token of a code host", "ghp_" + "a1" * 18),
        ("a secret set in a file", 'SECRET_KEY = "' + "abc123!?" * 4 + '"'),
        ("a secret set in a file", "export DB_PASSWORD='correct-horse-9'"),
        ("a password inside an address", "postgresql://site:hunter22@db.example.cn/site"),
    ],
)
def test_the_search_for_secrets_finds_one(what, example):
    assert SECRETS[what].search(example)
