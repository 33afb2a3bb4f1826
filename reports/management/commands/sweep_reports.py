"""manage.py sweep_reports: put back reports whose worker died, count the teachers of what was
handed in. Run it every few minutes."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.counts import people
from reports.jobs import sweep


class Command(BaseCommand):
    help = (
        "Queue again the reports that a dead worker held, and keep the counts of the teachers that"
        " have been handed in since the last time. Safe to run twice and on two machines at once."
    )

    def handle(self, *_args, **_options) -> None:
        back = sweep(at=timezone.now())
        people.keep_running(timezone.now())
        self.stdout.write(f"{len(back)} reports put back")
