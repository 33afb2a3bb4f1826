"""Fixtures that every test may use, and the rules of the suite: nothing is left out silently."""

import hashlib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import translation
from django.utils.translation import trans_real
from pytest_django.plugin import blocking_manager_key

from config import translations
from reports import documents
from teachers import reference as reference_data
from tests import cast as cast_module
from tests import emptying

# A busy machine must not fail a property test.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config):
    """The process that starts the run brings the Chinese texts up to date."""
    if not hasattr(config, "workerinput") and translations.is_stale():
        translations.compile_catalogue()
        trans_real._translations.clear()  # what Django read before is out of date


#: Files of few but long tests. They are begun first, so that at the end no process is left alone
#: with one of them.
LONGEST = {
    "test_accessibility.py",
    "test_demonstration.py",
    "test_every_page.py",
    "test_inbox_journey.py",
    "test_register_journey.py",
    "test_round_journey.py",
    "test_scope_isolation.py",
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """A test that was skipped, or expected to fail, fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    left_out = [
        report.nodeid
        for kind in ("skipped", "xfailed", "xpassed")
        for report in reporter.stats.get(kind, [])
    ]
    if left_out:
        reporter.write_line("\nLeft out, which this suite does not allow:", red=True)
        for name in left_out:
            reporter.write_line(f"  {name}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


# --- The test database: kept between runs, made anew when a migration has changed ------------


def _layout() -> str:
    """Fingerprint of everything that shapes the tables."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")) + [ROOT / "requirements.txt"]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """A commit in a test need not reach the disk."""
    from django.db import connections

    connections["default"].settings_dict["OPTIONS"]["options"] += " -c synchronous_commit=off"


@pytest.fixture(scope="session")
def django_db_createdb(request, django_db_modify_db_settings, django_db_blocker) -> bool:
    """Make the test database anew when it was made from other migrations, or when asked to."""
    from django.db import connection

    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [connection.creation._get_test_db_name()],
        )
        row = cursor.fetchone()
    return request.config.getvalue("create_db") or row != (_layout(),)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Note in the database which migrations it was made from, and load the code lists and the
    index system (a kept database is only compared with the files)."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"COMMENT ON DATABASE {name} IS '{_layout()}'")
        reference_data.load()
        emptying.remember()


#: Whether the reference data went with the last test that committed.
_emptied = False


def _commits(item) -> bool:
    """Does this test really commit, so that its rows are deleted after it?"""
    marker = item.get_closest_marker("django_db")
    asked = marker is not None and marker.kwargs.get("transaction", False)
    return asked or bool({"transactional_db", "live_server"} & set(item.fixturenames))


def _empty(_case) -> None:
    """In the place of Django's own emptying after a test that commits."""
    global _emptied
    _emptied = emptying.empty() or _emptied


TransactionTestCase._fixture_teardown = _empty


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Put the reference data back that the last committing test of this process took along."""
    global _emptied
    uses_database = item.get_closest_marker("django_db") or "db" in item.fixturenames
    if _emptied and (uses_database or _commits(item)):
        with item.config.stash[blocking_manager_key].unblock():
            reference_data.load()
            emptying.remember()
        _emptied = False


# --- What tests work with --------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _fresh_throttles():
    """The limits a minute count in the cache of the process."""
    cache.clear()


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _chinese_first(settings):
    """A page that was asked for in English leaves its language to the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def _attachments_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("attachments")


@pytest.fixture(autouse=True)
def _attachments_elsewhere(settings, _attachments_folder):
    """What tests hand in never lies beside what the site keeps."""
    settings.ATTACHMENTS_ROOT = _attachments_folder


@pytest.fixture
def reference(db):
    """Code lists and index system for tests that commit: the one before emptied the tables."""
    return reference_data.load()


@pytest.fixture
def now() -> datetime:
    """A working day in the middle of the collection stage of the test campaign."""
    return datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def cast(db) -> cast_module.Cast:
    return cast_module.gather()


@pytest.fixture
def round(cast, now):
    """A campaign of the province, launched, in collection, with the whole cast (see rounds.py)."""
    from tests import rounds

    return rounds.launched(cast, now)


@pytest.fixture
def nothing_printed(monkeypatch):
    """For tests that ask for every address: sheets are empty, laying one out takes a second."""
    sheet = documents.Document(content=b"%PDF-1.7", pages=1)
    monkeypatch.setattr(documents, "printed", lambda _source, _mark, *_sheets: sheet)
