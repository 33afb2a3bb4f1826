"""How many submissions are in which state under which authority, kept by triggers.

The authority is the one that manages the school's staff; a university answers for itself. See
teachers/counters.py for totals and changes, campaigns/counts.py for reading them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.enums import SubmissionState


class _Key(models.Model):
    """What is counted by. No checks by the database: only triggers write here."""

    campaign = models.ForeignKey(
        "campaigns.Campaign",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    organisation = models.ForeignKey(
        "teachers.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    state = models.CharField(_("State"), max_length=16, choices=SubmissionState)

    class Meta:
        abstract = True


class SubmissionCount(_Key):
    """The folded part."""

    number = models.IntegerField(_("Number"))

    class Meta:
        verbose_name = _("count of submissions")
        verbose_name_plural = _("counts of submissions")
        constraints = [
            models.UniqueConstraint(
                name="one_count_per_campaign_authority_and_state",
                fields=["campaign", "organisation", "state"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.state}: {self.number}"


class SubmissionCountChange(_Key):
    """One change, at the moment of the act that made it. Kept: it tells what was counted then."""

    change = models.IntegerField()
    at = models.DateTimeField(_("At"))
    is_folded = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("change of a count")
        verbose_name_plural = _("changes of counts")
        indexes = [
            models.Index(fields=["campaign", "at"], name="count_changes_by_time"),
            models.Index(
                fields=["campaign"],
                name="count_changes_to_be_folded",
                condition=models.Q(is_folded=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.state} {self.change:+}"
