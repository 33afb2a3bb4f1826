"""manage.py sweep_reports: put back reports whose worker died. Run it every few minutes."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.jobs import sweep


class Command(BaseCommand):
    help = "Queue again the reports that a dead worker held."

    def handle(self, *_args, **_options) -> None:
        back = sweep(at=timezone.now())
        self.stdout.write(f"{len(back)} reports put back")
