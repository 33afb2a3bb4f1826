"""Which static files are collected and served."""

from django.apps import apps
from django.contrib.staticfiles.finders import AppDirectoriesFinder


class AppFinder(AppDirectoriesFinder):
    """The apps' static files, without viewflow's.

    No page of ours uses them, and their style sheets name files that do not exist, which would
    stop `collectstatic` under the manifest storage.
    """

    def __init__(self, app_names: list[str] | None = None, *args, **kwargs) -> None:
        used = [app.name for app in apps.get_app_configs() if app.name.split(".")[0] != "viewflow"]
        super().__init__(app_names or used, *args, **kwargs)
