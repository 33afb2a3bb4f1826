"""History of rows that are updated by the thousand: one insert a statement."""

import pghistory
import pgtrigger
from django.db import models
from pghistory.trigger import Event


class _Event(Event):
    """What changed is what the statement left and had not found.

    The package joins the rows before with those after it. That join is planned once a connection,
    perhaps for one row, and would then go through ten thousand rows ten thousand times; EXCEPT
    hashes, whatever it was planned for. Every column must have an equality.
    """

    level = pgtrigger.Statement

    def get_func(self, model: type[models.Model]) -> pgtrigger.Func:
        insert = str(super().get_func(model).func)
        return pgtrigger.Func(
            insert.replace(
                "SELECT new_values.* FROM {cond_new_values}",
                "SELECT * FROM new_values EXCEPT SELECT * FROM old_values",
            )
        )


class BulkUpdateEvent(pghistory.UpdateEvent):
    """As pghistory.UpdateEvent of all fields, written by statement and not by row."""

    def add_event_trigger(self, event_model: type[models.Model]) -> None:
        pgtrigger.register(
            _Event(
                event_model=event_model,
                label=self.label,
                name=self.trigger_name,
                row=self.row,
                operation=self.operation,
            )
        )(event_model.pgh_tracked_model)
