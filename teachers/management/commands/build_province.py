"""Build the synthetic province: `manage.py build_province --scale 0.03 --seed 7`."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from teachers import province
from teachers.refusals import Refusal


class Command(BaseCommand):
    help = "Build a synthetic province on the real tree of Gansu, in one transaction."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1.0 is the whole province")
        parser.add_argument("--seed", type=int, default=7, help="the same seed, the same province")
        parser.add_argument(
            "--password", default=province.PASSWORD, help="password of every account that is made"
        )

    def handle(self, *args, **options) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "build_province invents people and accounts with a known password: it runs only "
                "where DEMONSTRATION=1 is set."
            )
        try:
            made = province.build(
                scale=options["scale"],
                seed=options["seed"],
                password=options["password"],
                stream=self.stdout,
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if not made["built"]:
            self.stdout.write("This province is there already; nothing was written.")
        for name in ("organisations", "schools", "universities", "teachers", "users", "mistakes"):
            self.stdout.write(f"{name:<14}{made[name]:>10,}")
        self.stdout.write(f"{'seconds':<14}{made['seconds']:>10}")
