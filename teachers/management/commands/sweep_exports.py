"""Delete exported workbooks whose day is over; queue again what a dead worker held."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from teachers.exports import actions


class Command(BaseCommand):
    help = "Delete exported workbooks after a day; take up exports that a dead worker left."

    def handle(self, **options) -> None:  # noqa: ARG002
        gone, again = actions.sweep(at=timezone.now())
        self.stdout.write(f"{gone} exports deleted, {again} taken up again.")
