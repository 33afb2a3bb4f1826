"""manage.py sweep_rehearsals: put back rehearsals whose worker died. Run it every few minutes."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from campaigns.jobs import sweep


class Command(BaseCommand):
    help = "Queue again the rehearsals of drafts that a dead worker held."

    def handle(self, *_args, **_options) -> None:
        back = sweep(at=timezone.now())
        self.stdout.write(f"{len(back)} rehearsals put back")
