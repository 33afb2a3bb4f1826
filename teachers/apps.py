from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeachersConfig(AppConfig):
    """Who is who: organisations, people, the index system, official files."""

    name = "teachers"
    verbose_name = _("Register of teachers")

    def ready(self) -> None:
        from teachers import lookups  # noqa: F401  registers them
