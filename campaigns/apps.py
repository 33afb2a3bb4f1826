from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """What is asked and answered: campaigns, submissions, records, findings."""

    name = "campaigns"
    verbose_name = _("Campaigns")
