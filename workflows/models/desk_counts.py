"""How many open tasks of which sort lie on the desk of an authority, kept by triggers.

Schools have few tasks and count them. See teachers/counters.py for totals and changes,
workflows/desk_counts.py for reading them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from teachers.enums import Role, SchoolKind
from workflows.enums import DocumentKind


class _Sort(models.Model):
    """What is counted by: the columns of Task. No checks by the database: only triggers write."""

    organisation = models.ForeignKey(
        "teachers.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    role = models.CharField(_("Role"), max_length=15, choices=Role)
    kind = models.CharField(_("Kind"), max_length=10, choices=DocumentKind)
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    place = models.ForeignKey(
        "teachers.Organisation",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    school_kind = models.CharField(max_length=1, choices=SchoolKind, blank=True, default="")
    is_again = models.BooleanField()
    is_sent_down = models.BooleanField(db_default=False)
    is_clean = models.BooleanField()
    due_date = models.DateField(_("Due"))

    class Meta:
        abstract = True


class DeskCount(_Sort):
    """The folded part."""

    number = models.IntegerField(_("Number"))

    class Meta:
        verbose_name = _("count of open tasks")
        verbose_name_plural = _("counts of open tasks")
        constraints = [
            models.UniqueConstraint(
                name="one_count_per_sort_of_task",
                fields=[
                    "organisation",
                    "role",
                    "kind",
                    "campaign",
                    "place",
                    "school_kind",
                    "is_again",
                    "is_sent_down",
                    "is_clean",
                    "due_date",
                ],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role}: {self.number}"


class DeskCountChange(_Sort):
    """One change that waits to be folded."""

    change = models.IntegerField()

    class Meta:
        verbose_name = _("change of a count of open tasks")
        verbose_name_plural = _("changes of counts of open tasks")
        indexes = [models.Index(fields=["organisation", "role"], name="count_changes_of_a_desk")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role} {self.change:+}"
