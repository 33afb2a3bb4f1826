"""Who acts for the holder of a post."""

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DelegationQuerySet(models.QuerySet):
    def in_force(self, on: date) -> "DelegationQuerySet":
        """Those that hold on a day (the period is half-open) and whose post still does."""
        return self.filter(
            Q(post__valid_to=None) | Q(post__valid_to__gt=on),
            valid_from__lte=on,
            valid_to__gt=on,
            ended_at=None,
        )


class Delegation(models.Model):
    """A colleague acts under a post for a period, within a scope.

    `kinds` are the kinds of documents (workflows.DocumentKind; empty: all), `within` the part of
    the post's subtree (empty: all of it). Never deleted: `ended_at` is set.
    """

    post = models.ForeignKey(
        "teachers.Post",
        verbose_name=_("Post"),
        on_delete=models.PROTECT,
        related_name="delegations",
    )
    to = models.ForeignKey(
        "teachers.User",
        verbose_name=_("Acts for the holder"),
        on_delete=models.PROTECT,
        related_name="delegations",
    )
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"))
    kinds = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, verbose_name=_("Kinds")
    )
    within = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("Only for"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("Reason"), max_length=200)
    created_by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("Created at"))
    ended_by = models.ForeignKey(
        "teachers.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(_("Ended at"), null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                name="delegation_ends_after_it_begins", condition=Q(valid_to__gt=F("valid_from"))
            )
        ]
        indexes = [models.Index(fields=["to", "valid_to"], name="delegations_to_a_person")]

    def __str__(self) -> str:
        return f"{self.post} → {self.to}"

    @property
    def last_day(self) -> date:
        """The last day on which it holds, as people name it."""
        return self.valid_to - timedelta(days=1)

    def covers(self, kind: str, path: str) -> bool:
        """Whether a document of this kind, of the unit with this path, lies within the scope."""
        return (not self.kinds or kind in self.kinds) and (
            self.within is None or path.startswith(self.within.path)
        )
