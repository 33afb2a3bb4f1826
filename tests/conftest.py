"""Fixtures that every test may use."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests import cast as cast_module


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> datetime:
    """A working day in the middle of the collection stage of the test campaign."""
    return datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def cast(db) -> cast_module.Cast:
    return cast_module.gather()
