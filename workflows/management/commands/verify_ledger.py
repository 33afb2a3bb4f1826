"""manage.py verify_ledger [--campaign CODE]: recompute every chain of decisions."""

from django.core.management.base import BaseCommand, CommandError

from workflows.ledger import broken_links
from workflows.models import Decision


class Command(BaseCommand):
    help = "Recompute the hash chain of every case; name the first broken link and exit 1."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--campaign", help="code of one campaign; all of them if left out")

    def handle(self, *, campaign: str | None, **_options) -> None:
        decisions = Decision.objects.all()
        if campaign:
            decisions = decisions.filter(case__campaign__code=campaign)
        for decision, why in broken_links(decisions):
            raise CommandError(
                f"Broken: decision {decision.sequence} of case {decision.case_id} {why}."
            )
        self.stdout.write(f"{decisions.count()} decisions verified.")
