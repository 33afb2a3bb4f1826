"""Give back what people left behind at their desks, and name the desks without anybody."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from workflows.desk_sweep import sweep

SHOWN = 50


class Command(BaseCommand):
    help = "Release claims of people who left their desk; list desks without anybody. Repeatable."

    def handle(self, *_args, **_options) -> None:
        swept = sweep(at=timezone.now())
        self.stdout.write(
            f"{swept.released} claims released, {len(swept.dead)} desks without anybody"
        )
        for desk in swept.dead[:SHOWN]:
            self.stdout.write(
                f"  {desk.code} {desk.name}, {desk.role}: {desk.tasks} open tasks,"
                f" {desk.overdue} overdue, the oldest due {desk.oldest_due}"
            )
        if len(swept.dead) > SHOWN:
            self.stdout.write(f"  and {len(swept.dead) - SHOWN} more")
