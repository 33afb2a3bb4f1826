from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    """Who does what next, and who decided: flows, cases, tasks, decisions."""

    name = "workflows"
    verbose_name = _("Workflows")
