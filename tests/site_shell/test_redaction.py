"""Logs, error reports and debug pages never hold a full identity number."""

import logging
import sys

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.views.debug import get_exception_reporter_class

from config import redaction
from config.middleware import CallerMiddleware
from teachers.models import Teacher

CARD = "622926199001011234"
OLD_CARD = "622926900101123"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"number {CARD}.", "number 622926********."),
        ("62292619900101123X", "622926********"),
        (f"old {OLD_CARD}", "old 622926********"),
        ("622926 19900101 1234", "622926********"),
        ("?q=622926%2019900101%201234", "?q=622926********"),
        (f"a{CARD}b", "a622926********b"),
        ("mobile 13900000000", "mobile 13900000000"),
        ("1234567890123456", "1234567890123456"),
        ("sha 12345678901234567890", "sha 12345678901234567890"),
    ],
)
def test_what_reads_like_an_identity_number_is_masked(text, masked):
    assert redaction.mask(text) == masked


def test_log_lines_are_masked_whatever_handler_writes_them(caplog):
    log = logging.getLogger("django.request")
    try:
        raise ValueError(f"bad number {CARD}")
    except ValueError:
        log.exception("for %s and %s", CARD, {"card": OLD_CARD})

    assert "for 622926******** and {'card': '622926********'}" in caplog.text
    assert "ValueError: bad number 622926********" in caplog.text
    assert CARD not in caplog.text
    assert OLD_CARD not in caplog.text


@pytest.mark.django_db
def test_statements_in_the_database_log_are_masked(caplog):
    with caplog.at_level(logging.DEBUG, "django.db.backends"):
        connection.force_debug_cursor = True
        try:
            list(Teacher.objects.filter(name=CARD))
        finally:
            connection.force_debug_cursor = False

    assert "622926********" in caplog.text
    assert CARD not in caplog.text


def fail(document: dict) -> None:
    copied = f"copy of {document['number']}"
    raise RuntimeError(copied)


@pytest.mark.parametrize("kind", ["html", "text"])
@pytest.mark.parametrize("debug", [True, False])
def test_the_error_report_and_the_debug_page_are_masked(settings, kind, debug):
    settings.DEBUG = debug
    request = RequestFactory().post("/teachers/?q=" + CARD, {"words": CARD, "reason": "马小红"})
    try:
        fail({"number": CARD})
    except RuntimeError:
        reporter = get_exception_reporter_class(request)(request, *sys.exc_info())

    text = getattr(reporter, f"get_traceback_{kind}")()

    assert "copy of 622926********" in text
    assert CARD not in text
    assert "马小红" not in text


def test_the_access_log_sees_the_caller_behind_the_proxy(settings):
    """One proxy is believed; what the client itself claims before it is not."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    seen = []
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": "1.2.3.4, 203.0.113.9"}, REMOTE_ADDR="127.0.0.1"
    )
    CallerMiddleware(lambda r: seen.append(r.META["REMOTE_ADDR"]))(request)
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 0}
    direct = RequestFactory().get("/", headers={"X-Forwarded-For": "1.2.3.4"})
    CallerMiddleware(lambda r: seen.append(r.META["REMOTE_ADDR"]))(direct)

    assert seen == ["203.0.113.9", "127.0.0.1"]


def test_an_address_that_is_none_is_not_believed(settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}

    assert Client(headers={"X-Forwarded-For": "'; drop"}).get("/sign-in/").status_code in {200, 302}
