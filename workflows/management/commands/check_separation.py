"""manage.py check_separation [--campaign CODE]: find decisions that break a rule of separation."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from workflows.separation import TITLES
from workflows.separation_statements import violations

PAGE = 1000


class Command(BaseCommand):
    help = "List decisions whose maker had a part in the case before; exit 1 if there are any."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--campaign", default="", help="code of one campaign; all if left out")

    def handle(self, *, campaign: str, **_options) -> None:
        found, after = 0, 0
        with translation.override("en"):
            while rows := violations(campaign=campaign, after=after, limit=PAGE):
                for row in rows:
                    self.stdout.write(self._line(row))
                found, after = found + len(rows), rows[-1].decision_id
        if found:
            raise CommandError(f"{found} decisions break a rule of separation.")
        self.stdout.write("No decision breaks a rule of separation.")

    def _line(self, row) -> str:
        who = f"{row.person} for {row.acting_for}" if row.acting_for else row.person
        broken = " ".join(str(TITLES[code]) for code in row.rules)
        return (
            f"case {row.case_id} ({row.unit}), decision {row.sequence}, {row.verdict} at"
            f" {row.organisation} by {who}: {broken}"
        )
