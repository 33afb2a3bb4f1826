"""Days on which offices work although it is a weekend, or rest although it is not."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SpecialDay(models.Model):
    """A public holiday, or a weekend day made up for one; of the country, or of one authority.

    Without an organisation it holds everywhere (the State Council's notice of each year). The day
    of an authority holds for all below it and goes before those from above.
    """

    organisation = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("Holds for"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="special_days",
    )
    day = models.DateField(_("Day"))
    is_working = models.BooleanField(_("Working day"))
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        constraints = [
            models.UniqueConstraint(
                name="one_special_day_per_authority", fields=["organisation", "day"]
            ),
            models.UniqueConstraint(
                name="one_special_day_for_the_country",
                fields=["day"],
                condition=Q(organisation=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
