"""All documents of a stage in one: as an archive and bound into one document."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import StageKind
from reports.enums import PackForm
from reports.models.making import Made
from teachers.state_machines import enforce_in_database


@enforce_in_database
class Pack(Made):
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
    reports = models.ManyToManyField("reports.Report", related_name="packs")
    reports_count = models.PositiveSmallIntegerField(_("Reports"), default=0)
    reports_done = models.PositiveSmallIntegerField(_("Reports done"), default=0)

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
