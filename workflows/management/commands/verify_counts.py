"""Compare the kept counts with the rows they count."""

from django.core.management.base import BaseCommand, CommandError

from workflows import counting

SHOWN = 20


class Command(BaseCommand):
    help = "Count submissions and open tasks anew and compare; fails if a kept count differs."

    def handle(self, *args, **options) -> None:
        wrong = list(counting.differences())
        for sentence in wrong[:SHOWN]:
            self.stderr.write(sentence)
        if wrong:
            raise CommandError(f"{len(wrong)} counts differ from what there is.")
        self.stdout.write("Every count is what there is.")
