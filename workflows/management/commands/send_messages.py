"""manage.py send_messages [--again]: send by e-mail what has not been sent."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workflows import mailing


class Command(BaseCommand):
    help = "Send messages by e-mail, each of them once. Safe to run twice and on two machines."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--again", action="store_true", help="also those that could not be sent before"
        )

    def handle(self, *, again: bool, **_options) -> None:
        if not mailing.is_on():
            self.stdout.write("EMAIL_URL names no mail server: nothing is sent.")
            return
        try:
            result = mailing.send(at=timezone.now(), again=again)
        except OSError as lost:
            raise CommandError(f"The mail server does not answer: {lost}") from lost
        self.stdout.write(f"{result.sent} sent, {result.failed} could not be sent")
