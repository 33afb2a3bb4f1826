"""Exports of the register: who asked for what and why, and the sealed workbook while it is kept."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from teachers.enums import ExportState
from teachers.models.state_fields import StateField
from teachers.state_machines import enforce_in_database

State = ExportState


class RegisterExportQuerySet(models.QuerySet):
    def visible_to(self, post) -> "RegisterExportQuerySet":
        """One's own only: a workbook is made for the person who gave the reason, never for who
        acts under the same post."""
        return self.none() if post is None or post.delegation else self.filter(post=post)


@enforce_in_database
class RegisterExport(models.Model):
    """One export: `filters` as the search's address has them, `sets` the sub-sets chosen.

    `total` teachers were chosen, `done` of them are written. The workbook lies sealed under
    ATTACHMENTS_ROOT by `key` until `expires_at`; size in bytes.
    """

    post = models.ForeignKey("teachers.Post", on_delete=models.PROTECT, related_name="+")
    state = StateField(_("State"), max_length=8, choices=State, default=State.QUEUED)
    filters = models.JSONField(default=dict)
    described = models.CharField(_("Selection"), max_length=300)
    sets = ArrayField(models.CharField(max_length=20))
    reason = models.CharField(_("Reason"), max_length=200)
    language = models.CharField(_("Language"), max_length=7, default="zh-hans")
    total = models.PositiveIntegerField(_("Teachers"), default=0)
    done = models.PositiveIntegerField(default=0)
    key = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    size = models.PositiveBigIntegerField(_("Size"), null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(_("Asked at"))
    finished_at = models.DateTimeField(_("Finished at"), null=True)
    expires_at = models.DateTimeField(_("Kept until"), null=True)

    objects = RegisterExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            models.CheckConstraint(name="an_export_has_a_reason", condition=~Q(reason=""))
        ]
        indexes = [models.Index(fields=["post", "-asked_at"], name="exports_of_a_post")]

    def __str__(self) -> str:
        return f"export {self.pk}"

    @transition(field=state, source=[State.QUEUED, State.RUNNING], target=State.RUNNING)
    def start(self) -> None:
        """A worker has taken it (again, when the one before died)."""

    @transition(field=state, source=State.RUNNING, target=State.DONE)
    def finish(self) -> None:
        """The workbook is there."""

    @transition(field=state, source=[State.QUEUED, State.RUNNING], target=State.FAILED)
    def fail(self) -> None:
        """It could not be made."""

    @transition(field=state, source=State.DONE, target=State.EXPIRED)
    def expire(self) -> None:
        """The workbook was deleted."""
