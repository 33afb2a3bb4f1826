"""Who had a task in hand."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.enums import HoldingKind


class Holding(models.Model):
    """A task was claimed, released, assigned or handed over; never edited.

    `owner` has it from then on (empty: it lies open on the desk), `before` had it until then.
    Nobody is `by` where the sweep did it. `delegation` says that `by` acted for the holder of
    `post`.
    """

    task = models.ForeignKey("workflows.Task", on_delete=models.PROTECT, related_name="holdings")
    kind = models.CharField(_("Kind"), max_length=9, choices=HoldingKind)
    owner = models.ForeignKey(
        "teachers.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    before = models.ForeignKey(
        "teachers.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey("teachers.User", null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("teachers.Post", null=True, on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(
        "teachers.Delegation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("At"))
    reason = models.CharField(_("Reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("claim of a task")
        verbose_name_plural = _("claims of tasks")
        triggers = [
            pgtrigger.Protect(
                name="holdings_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.task_id}"
