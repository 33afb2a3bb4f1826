"""Where a teacher works, from when to when."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from teachers.enums import EmploymentKind


class EmploymentQuerySet(models.QuerySet):
    def current(self, on: date) -> "EmploymentQuerySet":
        """In force on a day; the period is half-open (the end day is out)."""
        return self.filter(from_date__lte=on).filter(Q(to_date=None) | Q(to_date__gt=on))

    def primary(self) -> "EmploymentQuerySet":
        return self.filter(kind=EmploymentKind.PRIMARY)


class Employment(models.Model):
    """One employment. `outside` names a place that is not in the tree (another province).

    post_category: code of list "post_category"; established: on the establishment (在编).
    """

    teacher = models.ForeignKey(
        "teachers.Teacher",
        db_index=False,  # it leads employments_of_a_teacher
        on_delete=models.PROTECT,
        related_name="employments",
    )
    organisation = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("School"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="employments",
    )
    outside = models.CharField(_("Outside the province"), max_length=120, blank=True, db_default="")
    kind = models.CharField(
        _("Kind"), max_length=10, choices=EmploymentKind, default=EmploymentKind.PRIMARY
    )
    post_category = models.CharField(_("Post"), max_length=3, blank=True, db_default="")
    established = models.BooleanField(_("On the establishment"), db_default=False, default=False)
    from_date = models.DateField(_("From"))
    to_date = models.DateField(_("To"), null=True, blank=True)
    source = models.CharField(_("Source"), max_length=120)

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            models.UniqueConstraint(
                name="one_primary_employment_at_a_time",
                fields=["teacher"],
                condition=Q(kind=EmploymentKind.PRIMARY, to_date=None),
            ),
            models.CheckConstraint(
                name="employment_ends_after_it_begins",
                condition=Q(to_date=None) | Q(to_date__gte=F("from_date")),
            ),
            models.CheckConstraint(
                name="an_employment_names_its_place",
                condition=Q(organisation__isnull=False) | ~Q(outside=""),
            ),
        ]
        indexes = [
            models.Index(fields=["teacher", "from_date"], name="employments_of_a_teacher"),
            models.Index(
                fields=["organisation"],
                name="guests_of_a_school",
                condition=~Q(kind=EmploymentKind.PRIMARY),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher_id} {self.organisation_id or self.outside} {self.from_date}"
