from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """What happened: figures, charts, documents."""

    name = "reports"
    verbose_name = _("Reports")
