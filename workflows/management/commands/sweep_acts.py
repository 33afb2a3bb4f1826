"""manage.py sweep_acts: put back acts whose worker died or whose job was lost. Run it often."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from workflows.acts.jobs import sweep


class Command(BaseCommand):
    help = "Queue again the acts over many tasks that a dead worker held. Safe to run twice."

    def handle(self, *_args, **_options) -> None:
        back = sweep(at=timezone.now())
        self.stdout.write(f"{len(back)} acts put back")
