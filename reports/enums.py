"""Values on which code of the reports branches."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReportKind(models.TextChoices):
    STAGE = "stage", _("Stage report")
    CAMPAIGN = "campaign", _("Report on the whole campaign")
    ETHNIC = "ethnic", _("Report on ethnic education")


class PackForm(models.TextChoices):
    ZIP = "zip", _("Archive")
    BOUND = "bound", _("Bound into one document")


class ReportState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", pgettext_lazy("report", "Failed")
    CANCELLED = "cancelled", _("Called off")


UNFINISHED = (ReportState.QUEUED, ReportState.RUNNING)
