"""The state of all ledgers of a campaign at one moment, under one root."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.enums import StageKind

APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class Seal(models.Model):
    """The heads of all cases of a campaign when a stage closed, under one root.

    `number` counts the seals of a campaign; `cases_count` is the number of leaves; `by` is empty
    where the last day of the stage alone ended it. What is hashed, and how, stands in
    workflows/seals.py.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="seals"
    )
    number = models.PositiveSmallIntegerField(_("Number"))
    stage = models.CharField(_("Stage"), max_length=15, choices=StageKind)
    root = models.CharField(_("Root"), max_length=64)
    cases_count = models.PositiveIntegerField(_("Cases"))
    at = models.DateTimeField(_("At"))
    by = models.ForeignKey("teachers.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints = [
            models.UniqueConstraint(
                name="one_seal_per_number_and_campaign", fields=["campaign", "number"]
            )
        ]
        triggers = [pgtrigger.Protect(name="seals_are_append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.number}"


class SealedHead(models.Model):
    """One leaf: a case, the number of its decisions and the hash of the newest at that moment."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="heads")
    case = models.ForeignKey("workflows.Case", on_delete=models.PROTECT, related_name="+")
    decisions_count = models.PositiveIntegerField()
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("sealed head")
        verbose_name_plural = _("sealed heads")
        constraints = [
            models.UniqueConstraint(name="one_leaf_per_case_and_seal", fields=["seal", "case"])
        ]
        triggers = [pgtrigger.Protect(name="sealed_heads_are_append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.case_id}"
