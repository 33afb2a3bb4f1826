"""`manage.py rotate_keys`: seal everything again with the current key."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from teachers import attachments, identity, key_rotation


class Command(BaseCommand):
    help = (
        "Seal identity numbers, health, pay and stored files again with the current key"
        " (the last of IDENTITY_KEYS, or IDENTITY_KEY_ID). It may be stopped, repeated and run"
        " beside live work; when it says that nothing is left, the older keys can be removed."
    )

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"Sealing with the key {settings.IDENTITY_KEY_ID}.")
        held = 0
        try:
            for table in key_rotation.rotate():
                self.stdout.write(f"{table.table:<32}{table.rows:>10,} rows sealed again")
                held += table.held
            files = attachments.reseal()
        except identity.UnknownKey as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{'stored files':<32}{files:>10,} sealed again")
        if held:
            raise CommandError(
                f"{held} rows were held by other work or written under an older key meanwhile."
                " See that every process runs with the new IDENTITY_KEYS, and run this again."
            )
        self.stdout.write("Nothing is left under an older key: the older keys can be removed.")
