"""Take away stored files that no row names, and say which rows have lost theirs."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from teachers import attachments


class Command(BaseCommand):
    help = "Delete stored files that belong to nothing (older than an hour); list missing ones."

    def handle(self, **options) -> None:  # noqa: ARG002
        gone, missing = attachments.sweep(at=timezone.now())
        self.stdout.write(f"{gone} stored files belonged to nothing and were deleted.")
        for key in missing:
            self.stderr.write(f"The content of attachment {key} is missing.")
