"""All documents of a stage in one: as an archive and bound into one document."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from campaigns.enums import StageKind
from reports.enums import PackForm, ReportState
from teachers.state_machines import enforce_in_database


class PackQuerySet(models.QuerySet):
    def visible_to(self, post) -> "PackQuerySet":
        """Packs of the post's organisation and of those below it, for those who oversee."""
        from teachers.policies import oversees

        if not oversees(post):
            return self.none()
        return self.filter(organisation__path__startswith=post.organisation.path)


@enforce_in_database
class Pack(models.Model):
    """The reports of a stage on a unit and on all authorities below it, made and put together.

    Its reports are rows of their own, asked for with it; `reports_done` counts those that are made.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="packs"
    )
    stage = models.CharField(_("Stage"), max_length=15, choices=StageKind)
    organisation = models.ForeignKey(
        "teachers.Organisation", on_delete=models.PROTECT, related_name="packs"
    )
    language = models.CharField(_("Language"), max_length=7, default="zh-hans")
    state = FSMField(_("State"), max_length=9, choices=ReportState, default=ReportState.QUEUED)
    reports = models.ManyToManyField("reports.Report", related_name="packs")
    reports_count = models.PositiveSmallIntegerField(_("Reports"), default=0)
    reports_done = models.PositiveSmallIntegerField(_("Reports done"), default=0)
    asked_by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("Asked at"))
    finished_at = models.DateTimeField(_("Finished at"), null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(_("Error"), max_length=500, blank=True)

    objects = PackQuerySet.as_manager()

    class Meta:
        verbose_name = _("pack of reports")
        verbose_name_plural = _("packs of reports")
        constraints = [
            models.UniqueConstraint(
                name="one_pack_in_the_making",
                fields=["campaign", "stage", "organisation"],
                condition=Q(state__in=["queued", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.stage}/{self.organisation_id}"

    @transition(
        field=state, source=[ReportState.QUEUED, ReportState.RUNNING], target=ReportState.RUNNING
    )
    def start(self) -> None:
        """A worker has taken it (again, when the one before died)."""

    @transition(field=state, source=ReportState.RUNNING, target=ReportState.DONE)
    def finish(self) -> None:
        """Both files are there."""

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


class PackFile(models.Model):
    """One of its two files, kept in the database so that every web server can hand it out."""

    pack = models.ForeignKey(Pack, db_index=False, on_delete=models.CASCADE, related_name="files")
    form = models.CharField(_("Form"), max_length=5, choices=PackForm)
    content = models.BinaryField()
    size = models.PositiveIntegerField(_("Bytes"))
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("file of a pack")
        verbose_name_plural = _("files of packs")
        constraints = [
            models.UniqueConstraint(name="one_file_per_form_and_pack", fields=["pack", "form"])
        ]

    def __str__(self) -> str:
        return f"{self.pack_id}.{self.form}"


class Download(models.Model):
    """Who has downloaded which report or pack, when. Never edited."""

    report = models.ForeignKey(
        "reports.Report", null=True, on_delete=models.PROTECT, related_name="downloads"
    )
    pack = models.ForeignKey(Pack, null=True, on_delete=models.PROTECT, related_name="downloads")
    form = models.CharField(_("Form"), max_length=5, choices=PackForm, blank=True)
    by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("teachers.Post", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("At"))

    class Meta:
        verbose_name = _("download of a report")
        verbose_name_plural = _("downloads of reports")
        constraints = [
            models.CheckConstraint(
                name="a_download_is_of_one_thing",
                condition=Q(report__isnull=False, pack=None, form="")
                | (Q(report=None, pack__isnull=False) & ~Q(form="")),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="downloads_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id or self.pack_id} {self.at:%Y-%m-%d %H:%M}"
