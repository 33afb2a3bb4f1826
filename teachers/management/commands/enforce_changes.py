"""`manage.py enforce_changes`: what falls due today among approved changes and loans."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from teachers.changes.sweeping import sweep


class Command(BaseCommand):
    help = (
        "Put approved change requests in force whose day has come, and end secondments, rotations"
        " and leaves on their day of return. Run it shortly after midnight; repeatable, and safe on"
        " two machines at once."
    )

    def handle(self, *args, **options) -> None:
        swept = sweep(at=timezone.now())
        self.stdout.write(
            f"{swept.begun} changes in force, {swept.lapsed} lapsed, {swept.ended} over."
        )
