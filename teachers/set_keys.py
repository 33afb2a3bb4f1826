"""Foreign keys that are checked once a statement, however many rows it writes.

PostgreSQL checks a foreign key row by row, each by a query of its own: of opening cases and of
deciding by the thousand that was a third of the time. Triggers of the statement ask the same
question once for all of its rows. The other half of a foreign key, that what is referred to stays,
is a trigger that refuses to delete it; where rows may be deleted as long as nobody refers to them
(a post given by mistake) the rows are held until the end of the transaction, as a foreign key would
hold them.
"""

from collections.abc import Iterable

import pgtrigger

#: One key of the new rows. `wanted` is declared once; an index finds each row, whatever the number.
_CHECK = """
wanted := ARRAY(SELECT DISTINCT {column} FROM new_rows WHERE {column} IS NOT NULL);
{look}
IF found < cardinality(wanted) THEN
    RAISE foreign_key_violation USING
        MESSAGE = 'insert into ' || TG_TABLE_NAME || ': {column} names a row that {table} has not';
END IF;
"""
_COUNT = "SELECT count(*) INTO found FROM {table} WHERE id = ANY(wanted);"
_HOLD = """
PERFORM FROM {table} WHERE id = ANY(wanted) FOR KEY SHARE;
GET DIAGNOSTICS found = ROW_COUNT;
"""
_ROW = """
IF NEW.{column} IS NOT NULL AND NOT EXISTS (SELECT FROM {table} WHERE id = NEW.{column}) THEN
    RAISE foreign_key_violation USING
        MESSAGE = 'update of ' || TG_TABLE_NAME || ': {column} names a row that {table} has not';
END IF;
"""
#: Refuses to delete a row of `parent` as long as a row of `child` names it.
_KEPT = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM {child} WHERE {column} = OLD.id) THEN
        RAISE foreign_key_violation USING
            MESSAGE = 'delete from {parent}: {child} names this row';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER {name} BEFORE DELETE ON {parent} FOR EACH ROW EXECUTE FUNCTION {name}();
"""


def checked_by_statement(
    name: str, keys: dict[str, str], *, held: Iterable[str] = ()
) -> list[pgtrigger.Trigger]:
    """The triggers of a model whose foreign keys (`db_constraint=False`) they check.

    name: of the rows, for the names of the triggers ("decisions"). keys: column to the table whose
    `id` it names. held: columns whose rows may be deleted as long as nobody names them: see
    `kept_by`. The rows of all others must never be deleted: `never_deleted` sees to that. A key
    that is changed later is looked up row by row.
    """
    held = set(held)
    checks = [
        _CHECK.format(
            column=column,
            table=table,
            look=(_HOLD if column in held else _COUNT).format(table=table),
        )
        for column, table in keys.items()
    ]
    changes = [_ROW.format(column=column, table=table) for column, table in keys.items()]
    return [
        pgtrigger.Trigger(
            name=f"{name}_name_rows_that_are",
            operation=pgtrigger.Insert,
            when=pgtrigger.After,
            level=pgtrigger.Statement,
            referencing=pgtrigger.Referencing(new="new_rows"),
            declare=[("wanted", "bigint[]"), ("found", "bigint")],
            func="".join(checks) + "RETURN NULL;",
        ),
        pgtrigger.Trigger(
            name=f"{name}_go_on_naming_them",
            operation=pgtrigger.UpdateOf(*keys),
            when=pgtrigger.After,
            func="".join(changes) + "RETURN NULL;",
        ),
    ]


def never_deleted(name: str) -> pgtrigger.Trigger:
    """The trigger of a model that others name: its rows stay. name: of the rows ("tasks")."""
    return pgtrigger.Protect(name=f"{name}_are_never_deleted", operation=pgtrigger.Delete)


def kept_by(name: str, *, parent: str, child: str, column: str) -> str:
    """SQL for the trigger that keeps the rows of a table as long as `child` names them."""
    return _KEPT.format(name=name, parent=parent, child=child, column=column)
