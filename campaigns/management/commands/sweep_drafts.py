"""manage.py sweep_drafts: throw away drafts of records that nobody goes on with. Nightly."""

from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone

from campaigns.actions import end_old_drafts

#: How long what a clerk has typed and never saved is kept.
KEPT_DAYS = 60


class Command(BaseCommand):
    help = f"Throw away drafts of records that are older than {KEPT_DAYS} days."

    def handle(self, *_args, **_options) -> None:
        gone = end_old_drafts(before=timezone.now() - timedelta(days=KEPT_DAYS))
        self.stdout.write(f"{gone} drafts thrown away")
