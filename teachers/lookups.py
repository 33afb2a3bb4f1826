"""A look-up for long lists of keys: one array instead of thousands of parameters.

Record.objects.filter(identity_hash__any_of=hashes)
"""

from django.db.models import Field, Lookup


class AnyOf(Lookup):
    """`column = ANY(array)`: the plan of IN, without a placeholder for each value."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, list(self.rhs)]


Field.register_lookup(AnyOf)
