"""manage.py verify_ledger [--campaign CODE]: recompute every chain of decisions and every seal."""

from django.core.management.base import BaseCommand, CommandError, no_translations

from campaigns.models import Campaign
from workflows.verification import Broken, verify


class Command(BaseCommand):
    help = (
        "Recompute the hash chain of every case and the root of every seal; name the first broken"
        " link and exit 1. Reads only; may run beside live work."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--campaign", help="code of one campaign; everything if left out")

    @no_translations
    def handle(self, *, campaign: str | None, **_options) -> None:
        try:
            found = verify(_named(campaign) if campaign else None)
        except Broken as link:
            raise CommandError(f"Broken: {link}") from link
        self.stdout.write(
            f"Verified: {found.decisions} decisions of {found.cases} cases, {found.seals} seals."
        )


def _named(code: str) -> Campaign:
    try:
        return Campaign.objects.get(code=code)
    except Campaign.DoesNotExist:
        raise CommandError(f"No campaign has the code “{code}”: give one that exists.") from None
