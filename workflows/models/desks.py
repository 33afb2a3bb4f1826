"""How an authority works at its desk, and what became of desks when organisations changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.enums import ReorganisationKind


class DeskSetting(models.Model):
    """What an authority has chosen for its own level; without a row: one step.

    With `two_steps` a reviewer examines and the chief decides. It holds for cases opened later:
    a route is frozen.
    """

    organisation = models.OneToOneField(
        "teachers.Organisation", on_delete=models.PROTECT, related_name="desk_setting"
    )
    two_steps = models.BooleanField(_("A chief decides after the reviewer"), default=False)
    changed_by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("Changed at"))

    class Meta:
        verbose_name = _("setting of a desk")
        verbose_name_plural = _("settings of desks")

    def __str__(self) -> str:
        return str(self.organisation)


class Reorganisation(models.Model):
    """Organisations that merge, split, close or move: one recorded act with all its consequences.

    `plan` is what was previewed and carried out: for each unit its code, its authority before and
    after, the unit into which it went; and the number of cases re-routed.
    """

    kind = models.CharField(_("Kind"), max_length=5, choices=ReorganisationKind)
    organisation = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("Decided by"),
        on_delete=models.PROTECT,
        related_name="reorganisations",
    )
    effective_on = models.DateField(_("In force on"))
    reason = models.CharField(_("Reason"), max_length=300)
    plan = models.JSONField(_("Plan"))
    cases_count = models.PositiveIntegerField(_("Cases re-routed"), default=0)
    by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("teachers.Post", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("At"))

    class Meta:
        verbose_name = _("reorganisation")
        verbose_name_plural = _("reorganisations")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.effective_on}"
