"""A stage report: the figures it was made from, frozen, and the document."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from campaigns.enums import StageKind
from reports.enums import ReportKind, ReportState
from teachers.state_machines import enforce_in_database


class ReportQuerySet(models.QuerySet):
    def visible_to(self, post) -> "ReportQuerySet":
        """Reports of the post's organisation and of those below it, for those who oversee."""
        from teachers.policies import oversees

        if not oversees(post):
            return self.none()
        return self.filter(organisation__path__startswith=post.organisation.path)


@enforce_in_database
class Report(models.Model):
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
    language = models.CharField(_("Language"), max_length=7, default="zh-hans")
    state = FSMField(_("State"), max_length=9, choices=ReportState, default=ReportState.QUEUED)
    figures = models.JSONField(null=True)
    figures_version = models.PositiveSmallIntegerField(default=1)
    frozen_at = models.DateTimeField(_("Data as of"), null=True)
    asked_by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("Asked at"))
    finished_at = models.DateTimeField(_("Finished at"), null=True)
    pages_done = models.PositiveSmallIntegerField(_("Pages done"), default=0)
    pages = models.PositiveSmallIntegerField(_("Pages"), null=True)
    size = models.PositiveIntegerField(_("Bytes"), null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    code = models.CharField(_("Verification code"), max_length=16, unique=True)
    signed_as = models.CharField(_("Signed with the certificate of"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(_("Error"), max_length=500, blank=True)

    objects = ReportQuerySet.as_manager()

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

    @transition(
        field=state, source=[ReportState.QUEUED, ReportState.RUNNING], target=ReportState.RUNNING
    )
    def start(self) -> None:
        """A worker has taken it (again, when the one before died)."""

    @transition(field=state, source=ReportState.RUNNING, target=ReportState.DONE)
    def finish(self) -> None:
        """The document is there."""

    @transition(
        field=state, source=[ReportState.QUEUED, ReportState.RUNNING], target=ReportState.FAILED
    )
    def fail(self) -> None:
        """It could not be made; `error` says why."""

    @transition(
        field=state, source=[ReportState.QUEUED, ReportState.RUNNING], target=ReportState.CANCELLED
    )
    def cancel(self) -> None:
        """Called off by somebody who may ask for it."""

    @transition(
        field=state,
        source=[ReportState.FAILED, ReportState.CANCELLED],
        target=ReportState.QUEUED,
    )
    def retry(self) -> None:
        """Asked for again."""


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
