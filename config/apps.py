from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The site shell: base template, style sheet, wiring."""

    name = "config"
    label = "site_shell"
