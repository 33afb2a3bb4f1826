"""Who looked at what (PIPL Art 51, Cybersecurity Law Art 21: kept at least six months)."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from teachers import access_subjects


class AccessEntry(models.Model):
    """One look at personal data or one download. Holds no identity number.

    `teacher` is whose file it was, `organisation` the unit whose people were shown, as it was then,
    `sets` the keys of the sub-sets that were shown.
    """

    at = models.DateTimeField(_("At"))
    user = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("teachers.Post", null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(_("Action"), max_length=30)
    subject = models.CharField(_("Subject"), max_length=120)
    teacher = models.ForeignKey(
        "teachers.Teacher", null=True, on_delete=models.PROTECT, related_name="+"
    )
    sets = ArrayField(models.CharField(max_length=20), default=list, db_default=Value("{}"))
    organisation = models.ForeignKey(
        "teachers.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    address = models.GenericIPAddressField(_("From"), null=True)

    class Meta:
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log")
        indexes = [
            models.Index(fields=["-at", "-id"], name="looks_newest_first"),
            models.Index(fields=["teacher", "-at"], name="looks_at_a_file"),
            models.Index(fields=["user", "-at"], name="looks_of_a_user"),
            models.Index(fields=["organisation", "-at"], name="looks_at_a_unit"),
            models.Index(fields=["action", "-at"], name="looks_of_a_kind"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="access_log_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"

    @property
    def subject_in_words(self) -> str:
        """The subject in the reader's language."""
        return access_subjects.in_words(self.subject)
