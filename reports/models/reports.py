"""A stage report: the figures it was made from, frozen, and the document."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import StageKind
from reports.enums import ReportKind
from reports.models.making import Made
from teachers.state_machines import enforce_in_database


@enforce_in_database
class Report(Made):
    """One issue of a stage's report for one authority; or of one of the other two kinds, whose
    stage is the closing.

    `code` is printed in the document and finds it on the public page that verifies documents.
    `figures` is the JSON the document was made from (reports/figures.py, version in
    `figures_version`), frozen at `frozen_at`; `sha256` is the fingerprint of the PDF.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="reports"
    )
    kind = models.CharField(_("Kind"), max_length=8, choices=ReportKind, default=ReportKind.STAGE)
    stage = models.CharField(_("Stage"), max_length=15, choices=StageKind)
    organisation = models.ForeignKey(
        "teachers.Organisation", on_delete=models.PROTECT, related_name="reports"
    )
    issue = models.PositiveSmallIntegerField(_("Issue"))
    figures = models.JSONField(null=True)
    figures_version = models.PositiveSmallIntegerField(default=1)
    frozen_at = models.DateTimeField(_("Data as of"), null=True)
    pages_done = models.PositiveSmallIntegerField(_("Pages done"), default=0)
    pages = models.PositiveSmallIntegerField(_("Pages"), null=True)
    size = models.PositiveIntegerField(_("Bytes"), null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    code = models.CharField(_("Verification code"), max_length=16, unique=True)
    signed_as = models.CharField(_("Signed with the certificate of"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                name="one_report_per_issue",
                fields=["campaign", "kind", "stage", "organisation", "issue"],
            ),
            models.UniqueConstraint(
                name="one_report_in_the_making",
                fields=["campaign", "kind", "stage", "organisation"],
                condition=Q(state__in=["queued", "running"]),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "campaign"], name="reports_of_a_unit")]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.stage}/{self.organisation_id}/{self.issue}"


class ReportFile(models.Model):
    """The PDF itself, kept in the database so that every web server can hand it out."""

    report = models.OneToOneField(
        Report, primary_key=True, on_delete=models.CASCADE, related_name="file"
    )
    content = models.BinaryField()

    class Meta:
        verbose_name = _("report file")
        verbose_name_plural = _("report files")

    def __str__(self) -> str:
        return f"{self.report_id}.pdf"
