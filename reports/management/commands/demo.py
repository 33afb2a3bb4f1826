"""manage.py demo: the demonstration province, a whole round, the reports; then the site."""

import json
import subprocess
import sys
import unicodedata

from django.core.management import BaseCommand, CommandError, call_command

from campaigns.models import Campaign
from reports import demonstration
from teachers.province import PASSWORD
from workflows.demonstration import CODE


class Command(BaseCommand):
    help = "Build the demonstration province, play a round through it, write its reports, serve."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--scale", type=float, default=0.03, help="1.0 is the whole province")
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--headless", action="store_true", help="do not serve; end with JSON")

    def handle(self, *, scale: float, seed: int, port: int, headless: bool, **_options) -> None:
        call_command("migrate", verbosity=0)
        if demonstration.is_finished():
            self.stdout.write("The demonstration is there already.")
            paths = sorted(demonstration.reports_folder().glob("*.pdf"))
            result = demonstration.summary(Campaign.objects.get(code=CODE), {}, paths)
        elif Campaign.objects.filter(code=CODE).exists():
            raise CommandError(
                "The demonstration was interrupted in the middle of its round. Begin again with an"
                " empty database: delete var/postgres, or create a new one for DATABASE_URL."
            )
        else:
            result = demonstration.run(scale=scale, seed=seed, stream=self.stdout)
        self._print_accounts()
        if headless:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        demonstration.open_second_round(stream=self.stdout)
        self._serve(port)

    def _print_accounts(self) -> None:
        rows = [
            (str(post.get_role_display()), post.organisation.name, post.user.username)
            for post in demonstration.accounts()
        ]
        self.stdout.write(f"\nSign-in accounts (password of all: {PASSWORD})")
        for role, unit, username in rows:
            self.stdout.write(f"  {_padded(role, 22)}{_padded(unit, 30)}{username}")

    def _serve(self, port: int) -> None:
        """Run the site and one worker until Ctrl-C; then stop both."""
        address = f"127.0.0.1:{port}"
        commands = [
            [
                sys.executable,
                "-m",
                "gunicorn",
                "config.wsgi",
                "--bind",
                address,
                "--workers",
                "2",
                "--no-control-socket",
            ],
            [sys.executable, "manage.py", "db_worker", "--queue-name", "*"],
        ]
        running = [subprocess.Popen(command) for command in commands]  # noqa: S603 - our own words
        self.stdout.write(f"\nThe site: http://{address}/   (Ctrl-C stops it)")
        try:
            running[0].wait()
        except KeyboardInterrupt:
            self.stdout.write("Stopping.")
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait()


def _padded(text: str, width: int) -> str:
    """Pad to a width on a terminal, where a Chinese character takes two places."""
    taken = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(width - taken, 1)
