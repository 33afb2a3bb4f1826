"""`manage.py prune_access_log --by NAME`: delete what the access log need not keep any longer."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from teachers import retention
from teachers.models import User
from teachers.refusals import Refusal


class Command(BaseCommand):
    help = (
        "Delete old entries of the access log: looks before a day (at least 180 days ago; default"
        " three years), other acts after three years. The log gets an entry about it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, help="user name of whoever answers for it")
        parser.add_argument("--before", type=date.fromisoformat, help="day as YYYY-MM-DD")

    def handle(self, *args, **options) -> None:
        user = User.objects.filter(username=options["by"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {options['by']!r}.")
        try:
            pruned = retention.prune(before=options["before"], by=user, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{pruned.looks} looks and {pruned.acts} acts deleted.")
