"""Each workbook a school handed in, what became of it, and the rows that failed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.enums import ImportState
from teachers import identity


class WorkbookImport(models.Model):
    """`failed` is the workbook of failed rows, sealed (it holds identity numbers), or None."""

    #: Binary columns that hold sealed contents, for the rotation of keys.
    SEALED_BYTES = ("failed",)

    submission = models.ForeignKey(
        "campaigns.Submission", on_delete=models.PROTECT, related_name="imports"
    )
    state = models.CharField(_("Outcome"), max_length=8, choices=ImportState)
    file_name = models.CharField(_("File"), max_length=200)
    sha256 = models.CharField(max_length=64)
    message = models.CharField(_("Message"), max_length=500, blank=True)
    rows_count = models.PositiveIntegerField(_("Rows"), default=0)
    taken_count = models.PositiveIntegerField(_("Taken over"), default=0)
    failed_count = models.PositiveIntegerField(_("Failed"), default=0)
    failed = models.BinaryField(null=True)
    imported_by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(_("Imported at"))

    class Meta:
        verbose_name = _("workbook import")
        verbose_name_plural = _("workbook imports")

    def __str__(self) -> str:
        return self.file_name

    def failed_workbook(self) -> bytes:
        """The workbook of failed rows as .xlsx bytes; b"" when no row failed."""
        return identity.unseal_bytes(bytes(self.failed)) if self.failed else b""
