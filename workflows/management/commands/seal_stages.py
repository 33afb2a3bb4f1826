"""manage.py seal_stages: seal the reviews whose last day has passed; run it every night."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from workflows import actions


class Command(BaseCommand):
    help = (
        "Seal the ledgers of each running campaign whose county, city or province review has come"
        " to its last day and is not sealed. Safe to run twice and on two machines at once."
    )

    def handle(self, *_args, **_options) -> None:
        made = actions.seal_due(at=timezone.now())
        for seal in made:
            self.stdout.write(
                f"{seal.campaign.code}: seal {seal.number} ({seal.stage}),"
                f" {seal.cases_count} cases, root {seal.root}"
            )
        self.stdout.write(f"{len(made)} stages sealed.")
