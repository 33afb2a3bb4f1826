"""`manage.py load_reference`: code lists and the index system, from the shipped files."""

from django.core.management.base import BaseCommand, CommandError

from teachers import reference
from teachers.refusals import Refusal


class Command(BaseCommand):
    help = "Load the code lists and the index system. Repeatable; writes only what differs."

    def handle(self, *args, **options) -> None:
        try:
            reference.load(self.stdout)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
