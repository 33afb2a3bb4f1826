"""A look-up for long lists of keys: one array instead of thousands of parameters.

Record.objects.filter(identity_hash__any_of=hashes)
"""

from collections.abc import Iterable

from django.db.models import Field, Lookup


def array_text(keys: Iterable[str | int]) -> str:
    """Keys as PostgreSQL writes an array, for a parameter that it takes as one.

    A list would be sent as twenty thousand expressions, each to be read and planned.
    """
    return f"{{{','.join([_quoted(key) if isinstance(key, str) else str(key) for key in keys])}}}"


def _quoted(key: str) -> str:
    if key.isalnum() and key.isascii():
        return f'"{key}"'
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class AnyOf(Lookup):
    """`column = ANY(array)`: the plan of IN, without a placeholder for each value."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, array_text(self.rhs)]


Field.register_lookup(AnyOf)
