"""What a draft of the index system would have found in the records of a campaign."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from campaigns.enums import RehearsalState
from teachers.enums import SchoolKind
from teachers.models.state_fields import StateField
from teachers.state_machines import enforce_in_database


class RehearsalQuerySet(models.QuerySet):
    def visible_to(self, post) -> "RehearsalQuerySet":
        """For those who keep the index system."""
        from teachers.policies import keeps_index

        return self if post is not None and keeps_index(post) else self.none()


@enforce_in_database
class Rehearsal(models.Model):
    """One run of a draft version over the records of one campaign.

    `draft_as_of` is the version's `changed_at` when the run began. `figures` counts what was found:
    {"checked": {kind: n}, "failing": {kind: n}, "rules": [[rule, set, indicator, kind, n], …]},
    where n counts records. `last_record` is the last record checked: a run that was interrupted
    goes on behind it.
    """

    version = models.ForeignKey(
        "teachers.IndexVersion", on_delete=models.CASCADE, related_name="rehearsals"
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="rehearsals"
    )
    draft_as_of = models.DateTimeField(_("Draft as of"), null=True)
    state = StateField(
        _("State"), max_length=8, choices=RehearsalState, default=RehearsalState.QUEUED
    )
    asked_by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("Asked at"))
    started_at = models.DateTimeField(_("Started at"), null=True)
    finished_at = models.DateTimeField(_("Finished at"), null=True)
    total = models.PositiveIntegerField(_("Records"), default=0)
    checked = models.PositiveIntegerField(_("Checked"), default=0)
    failing = models.PositiveIntegerField(_("Would fail"), default=0)
    last_record = models.BigIntegerField(default=0)
    figures = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(_("Error"), max_length=500, blank=True)

    objects = RehearsalQuerySet.as_manager()

    class Meta:
        verbose_name = _("rehearsal")
        verbose_name_plural = _("rehearsals")
        constraints = [
            models.UniqueConstraint(
                name="one_rehearsal_of_a_version_at_a_time",
                fields=["version"],
                condition=Q(state__in=["queued", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.campaign_id}/{self.pk}"

    @transition(
        field=state,
        source=[RehearsalState.QUEUED, RehearsalState.RUNNING],
        target=RehearsalState.RUNNING,
    )
    def start(self) -> None:
        """A worker has taken it (again, when the one before died)."""

    @transition(field=state, source=RehearsalState.RUNNING, target=RehearsalState.DONE)
    def finish(self) -> None:
        """Every record has been checked."""

    @transition(
        field=state,
        source=[RehearsalState.QUEUED, RehearsalState.RUNNING],
        target=RehearsalState.FAILED,
    )
    def fail(self) -> None:
        """It could not be run; `error` says why."""


class RehearsalFailure(models.Model):
    """A record that would have errors it did not have under its own version.

    `issues` holds them: [{"rule", "set", "row", "key", "params"}, …]; `rules` their codes, each
    once, to filter by. The record itself is only pointed to.
    """

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="failures")
    record = models.ForeignKey("campaigns.Record", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "teachers.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    school_kind = models.CharField(_("Form"), max_length=1, choices=SchoolKind)
    rules = ArrayField(models.CharField(max_length=90))
    issues = models.JSONField()

    class Meta:
        verbose_name = _("failing record")
        verbose_name_plural = _("failing records")
        constraints = [
            models.UniqueConstraint(
                name="one_failure_per_record_and_rehearsal", fields=["rehearsal", "record"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.rehearsal_id}/{self.record_id}"
