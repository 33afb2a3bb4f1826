"""manage.py make_signing_certificate: the demonstration's own key and certificate."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from reports import signing


class Command(BaseCommand):
    help = (
        "Make a key and a certificate of the demonstration's own under var/signing/, unless they"
        " are there. A production site signs with the unit's key: REPORT_SIGNING_KEY."
    )

    def handle(self, *_args, **_options) -> None:
        if settings.REPORT_SIGNING_KEY:
            raise CommandError(
                "REPORT_SIGNING_KEY names a key already: documents are signed by it."
            )
        self.stdout.write(f"{signing.make_demonstration_key()}")
