"""The sampling desk: a draw that can be repeated, and what was found in it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.enums import SampleVerdict


class DrawQuerySet(models.QuerySet):
    def visible_to(self, post) -> "DrawQuerySet":
        """Draws of the post's own unit and of those below it, for those who oversee."""
        from teachers.policies import oversees

        if not oversees(post):
            return self.none()
        return self.filter(organisation__path__startswith=post.organisation.path)


class Draw(models.Model):
    """One draw of a desk among the submissions that wait there with nothing found in them.

    `population` is the frozen list [[submission, attempt, weight], ...] in the order of keys; with
    `seed` it gives the same draw again (workflows/sampling.py). `share`, `least` and `limit` are
    what the campaign asked then, in percent, in submissions and in percent.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="draws"
    )
    organisation = models.ForeignKey(
        "teachers.Organisation", db_index=False, on_delete=models.PROTECT, related_name="draws"
    )
    role = models.CharField(_("Role"), max_length=15)
    step = models.CharField(_("Step"), max_length=30)
    number = models.PositiveSmallIntegerField(_("Draw"))
    seed = models.CharField(_("Seed"), max_length=32)
    population = models.JSONField(_("Drawn from"))
    population_count = models.PositiveIntegerField(_("Drawn from"))
    share = models.PositiveSmallIntegerField(_("Share"))
    least = models.PositiveSmallIntegerField(_("At least"))
    limit = models.PositiveSmallIntegerField(_("Highest error rate"))
    by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("teachers.Post", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("At"))

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        constraints = [
            models.UniqueConstraint(
                name="one_draw_per_number_and_desk",
                fields=["organisation", "role", "campaign", "number"],
            ),
            models.CheckConstraint(
                name="a_draw_asks_percent", condition=Q(share__lte=100, limit__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.organisation_id}/{self.number}"


class SampledRecord(models.Model):
    """One submission that was drawn, the record of it that must be opened, and the judgement.

    `risks` names why it weighed more than others. A record that the school removes leaves its name.
    """

    draw = models.ForeignKey(Draw, db_index=False, on_delete=models.PROTECT, related_name="records")
    position = models.PositiveSmallIntegerField()
    submission = models.ForeignKey(
        "campaigns.Submission", on_delete=models.PROTECT, related_name="+"
    )
    attempt = models.PositiveSmallIntegerField(_("Attempt"))
    record = models.ForeignKey(
        "campaigns.Record", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(_("Name"), max_length=36)
    weight = models.PositiveSmallIntegerField(_("Weight"))
    risks = ArrayField(models.CharField(max_length=20), default=list)
    opened_by = models.ForeignKey(
        "teachers.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(_("Opened at"), null=True)
    verdict = models.CharField(_("Judgement"), max_length=5, choices=SampleVerdict, blank=True)
    words = models.CharField(_("Words"), max_length=500, blank=True)
    judged_by = models.ForeignKey(
        "teachers.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    judged_at = models.DateTimeField(_("Judged at"), null=True)

    class Meta:
        verbose_name = _("sampled record")
        verbose_name_plural = _("sampled records")
        constraints = [
            models.UniqueConstraint(
                name="one_sampled_record_per_position", fields=["draw", "position"]
            ),
            models.UniqueConstraint(
                name="a_submission_is_drawn_once", fields=["draw", "submission"]
            ),
            models.CheckConstraint(
                name="only_an_opened_record_is_judged",
                condition=Q(verdict="") | Q(opened_at__isnull=False, judged_by__isnull=False),
            ),
            models.CheckConstraint(
                name="what_is_wrong_has_words",
                condition=~Q(verdict=SampleVerdict.WRONG) | ~Q(words=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.position}"
