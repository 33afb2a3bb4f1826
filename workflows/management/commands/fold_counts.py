"""Add what was counted since the last time to the totals: every few minutes, by cron or a timer."""

from django.core.management.base import BaseCommand

from workflows import counting


class Command(BaseCommand):
    help = "Fold the changes of the kept counts into their totals. Safe to run twice and at once."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"{counting.fold()} changes folded.")
