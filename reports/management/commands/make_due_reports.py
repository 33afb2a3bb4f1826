"""manage.py make_due_reports: queue the reports of stages that have closed; run it every hour."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.closings import ask_for_closed


class Command(BaseCommand):
    help = (
        "Ask for the reports of each stage that was sealed, or whose last day has passed, within"
        " the last seven days. Safe to run twice and on two machines at once."
    )

    def handle(self, *_args, **_options) -> None:
        asked = ask_for_closed(at=timezone.now())
        for one in asked:
            self.stdout.write(f"{one.campaign.code}: {one.stage}, {one.organisation.name}")
        self.stdout.write(f"{len(asked)} asked for")
