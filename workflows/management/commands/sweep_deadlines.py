"""manage.py sweep_deadlines: remind people of what is due. Run it every morning, or every hour."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from workflows.actions import remind


class Command(BaseCommand):
    help = (
        "Note which tasks are due soon, overdue, or late enough for the superior, and tell the"
        " people concerned in one message each. Safe to run twice and on two machines."
    )

    def handle(self, *_args, **_options) -> None:
        reminded = remind(at=timezone.now())
        self.stdout.write(f"{reminded.reminders} reminders, {reminded.people} people told")
