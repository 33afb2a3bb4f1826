"""What somebody can do who owns the database: write past every trigger and constraint check."""

from django.db import connection, transaction


def forge(sql: str, params: list | dict | None = None) -> None:
    """Run a statement as a superuser with the triggers off (what waits to be checked is first)."""
    with transaction.atomic(), connection.cursor() as cursor:
        connection.check_constraints()
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
