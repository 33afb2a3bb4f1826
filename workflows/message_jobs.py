"""Background work: sending messages by e-mail."""

from django.utils import timezone
from django_tasks import task


@task()
def send_messages() -> None:
    """Send by e-mail what has not been sent. Harmless when run twice, or by two workers at once."""
    from workflows.mailing import send

    send(at=timezone.now())
