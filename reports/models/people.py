"""Who the teachers of a submission are, counted once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PeopleCount(models.Model):
    """Traits of the teachers of one submission as of one attempt: trait to value to number, as
    JSON. It is read by the 15,000 and never searched: text is handed out as it stands.

    Valid while the submission is handed in under the same attempt: until then its records cannot
    change (reports/counts/people.py).
    """

    submission = models.OneToOneField(
        "campaigns.Submission", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    attempt = models.PositiveSmallIntegerField(_("Attempt"))
    traits = models.TextField()
    counted_at = models.DateTimeField(_("Counted at"))

    class Meta:
        verbose_name = _("count of teachers")
        verbose_name_plural = _("counts of teachers")

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.attempt}"
