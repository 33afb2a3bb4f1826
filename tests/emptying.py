"""Emptying the database after a test that commits: its rows go, the reference data stays.

Django truncates every table for that, which takes a second, and the reference data must be loaded
again, which takes another. Here rows are deleted from the tables that have some.
"""

from django.apps import apps
from django.db import connection, transaction

from teachers.models import (
    ChangePolicy,
    Code,
    CodeList,
    IndexVersion,
    Indicator,
    IndicatorSet,
    SpecialDay,
)

#: What `teachers.reference.load` writes.
REFERENCE = [
    model._meta.db_table
    for model in (
        CodeList,
        Code,
        IndexVersion,
        IndicatorSet,
        Indicator,
        ChangePolicy,
        SpecialDay,
    )
]
#: What belongs to the tables themselves.
OF_DJANGO = {"django_migrations", "django_content_type", "auth_permission"}

_loaded: dict[str, str] = {}


def fingerprint() -> str:
    """Of the reference data; the same as long as no row of it has changed."""
    parts = " UNION ALL ".join(
        f"SELECT '{table}' AS name, count(*) AS rows,"  # noqa: S608
        f" sum(hashtextextended(row::text, 0)) AS hash FROM {table} AS row"
        for table in REFERENCE
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(found::text, ';' ORDER BY name) FROM ({parts}) AS found")  # noqa: S608
        return cursor.fetchone()[0]


def remember() -> None:
    """Note what the reference data is, right after it was loaded."""
    _loaded[connection.settings_dict["NAME"]] = fingerprint()


def empty() -> bool:
    """Delete what tests have written; return whether the reference data went, too.

    It goes when it is not what it was: then the next test must load it again.
    """
    changed = fingerprint() != _loaded.get(connection.settings_dict["NAME"])
    kept = OF_DJANGO if changed else OF_DJANGO | set(REFERENCE)
    tables = _filled(sorted(_tables() - kept))
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return changed


def _tables() -> set[str]:
    models = apps.get_models(include_auto_created=True, include_swapped=True)
    return {model._meta.db_table for model in models if model._meta.managed} & set(
        connection.introspection.table_names()
    )


def _filled(tables: list[str]) -> list[str]:
    """Those of the tables that have rows."""
    asked = ", ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        return [name for name in cursor.fetchone() if name]
