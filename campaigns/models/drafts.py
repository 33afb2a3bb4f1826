"""What a clerk has typed and not yet saved."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RecordDraft(models.Model):
    """The form of one record as it was left, for the person who typed it.

    `content` is the form's fields as JSON, sealed as a whole (teachers/identity.py): it may hold an
    identity number. `based_on` is when the record shown in the form had been saved; empty for a new
    one. A draft ends when its record is saved, or when its author throws it away.
    """

    SEALED_TEXTS = ("content",)

    submission = models.ForeignKey(
        "campaigns.Submission", on_delete=models.CASCADE, related_name="drafts"
    )
    record = models.ForeignKey(
        "campaigns.Record", null=True, on_delete=models.CASCADE, related_name="drafts"
    )
    by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    content = models.TextField()
    based_on = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(_("Saved at"))

    class Meta:
        verbose_name = _("draft of a record")
        verbose_name_plural = _("drafts of records")
        constraints = [
            models.UniqueConstraint(
                name="one_draft_per_record_and_person",
                fields=["submission", "record", "by"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="only_a_new_record_is_based_on_nothing",
                condition=Q(record=None, based_on=None)
                | Q(record__isnull=False, based_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.record_id}"
