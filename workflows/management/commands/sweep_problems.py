"""Look for problem data in the whole register and all running campaigns; run it every night."""

import time

from django.core.management.base import BaseCommand
from django.utils import timezone

from workflows.problem_sweep import sweep


class Command(BaseCommand):
    help = "Find problem data (问题数据) everywhere and put it on the desks. Safe to run twice."

    def handle(self, *_args, **_options) -> None:
        began = time.monotonic()
        swept = sweep(at=timezone.now())
        self.stdout.write(
            f"{swept.found} found, {swept.opened} put on desks, {swept.gone} gone by themselves,"
            f" {time.monotonic() - began:.1f} s"
        )
