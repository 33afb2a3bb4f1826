"""What a school is asked to correct, line by line (整改清单)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.enums import CorrectionAnswer, CorrectionState


class CorrectionQuerySet(models.QuerySet):
    def in_basket_of(self, post) -> "CorrectionQuerySet":
        """Lines that the desk of the post has marked and not yet sent."""
        if post is None:
            return self.none()
        return self.filter(decision=None, organisation=post.organisation_id, role=post.role)

    def sent(self) -> "CorrectionQuerySet":
        """Lines that went out with a return: the school reads them."""
        return self.filter(decision__isnull=False)

    def unanswered(self) -> "CorrectionQuerySet":
        """Lines to which the school still owes an answer."""
        return self.sent().filter(state=CorrectionState.OPEN, answer="")

    def to_look_at(self, post) -> "CorrectionQuerySet":
        """Lines that the desk of the post asked and has neither closed nor asked again."""
        if post is None:
            return self.none()
        mine = self.sent().filter(organisation=post.organisation_id, role=post.role)
        return mine.filter(state=CorrectionState.OPEN)


class Correction(models.Model):
    """One line: what is wrong where, in whose eyes, and what the school says to it.

    Without a `decision` the line lies in the basket of the desk that marks it (`organisation`,
    `role`); the return that sends it gives it its decision. It is about a value (`set_key`, `row`,
    `indicator_key`), about a record (no keys) or about the whole submission (no record). A record
    that the school removes leaves its name behind. `reason` is a code of the list "return_reason".

    After the school has answered, the desk that asked closes the line or sends it again: a line
    sent again stays as it was and points to its successor.
    """

    submission = models.ForeignKey(
        "campaigns.Submission",
        db_index=False,  # it leads corrections_of_a_submission
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    decision = models.ForeignKey(
        "workflows.Decision",
        null=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    organisation = models.ForeignKey(
        "teachers.Organisation", db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(_("Role"), max_length=15)
    record = models.ForeignKey(
        "campaigns.Record", null=True, on_delete=models.SET_NULL, related_name="corrections"
    )
    name = models.CharField(_("Name"), max_length=36, blank=True)
    identity_mask = models.CharField(_("Identity number"), max_length=24, blank=True)
    set_key = models.CharField(max_length=20, blank=True)
    row = models.PositiveSmallIntegerField(null=True)
    indicator_key = models.CharField(max_length=30, blank=True)
    reason = models.CharField(_("Reason"), max_length=12)
    words = models.CharField(_("Words"), max_length=500, blank=True)
    marked_by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(_("Marked at"))
    answer = models.CharField(_("Answer"), max_length=9, choices=CorrectionAnswer, blank=True)
    answer_words = models.CharField(_("Explanation"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        "teachers.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("Answered at"), null=True)
    state = models.CharField(
        _("State"), max_length=6, choices=CorrectionState, default=CorrectionState.OPEN
    )
    looked_at_by = models.ForeignKey(
        "teachers.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    looked_at = models.DateTimeField(_("Looked at"), null=True)
    again = models.OneToOneField(
        "self", null=True, on_delete=models.SET_NULL, related_name="before"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.UniqueConstraint(
                name="one_line_per_place_in_a_basket",
                fields=[
                    "submission",
                    "organisation",
                    "role",
                    "record",
                    "name",
                    "identity_mask",
                    "set_key",
                    "row",
                    "indicator_key",
                ],
                condition=Q(decision=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="an_answer_names_its_author",
                condition=Q(answer="", answered_by=None) | Q(answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="what_was_explained_has_words",
                condition=~Q(answer=CorrectionAnswer.EXPLAINED) | ~Q(answer_words=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["submission", "decision", "id"], name="corrections_of_a_submission"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.name} {self.indicator_key}"
