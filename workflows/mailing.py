"""Messages by e-mail: each of them once, however many senders there are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import translation

from workflows.message_texts import mail_text, title
from workflows.models import Message

#: Messages taken in hand at once.
BATCH = 100
#: What is older is no news any more.
WITHIN = timedelta(days=3)
SILENT = "django.core.mail.backends.dummy.EmailBackend"


@dataclass
class Sent:
    """How many went out, and how many could not be sent (see `Message.mail_error`)."""

    sent: int = 0
    failed: int = 0


def is_on() -> bool:
    """Whether a mail server is set at all."""
    return settings.EMAIL_BACKEND != SILENT


def send(*, at: datetime, again: bool = False) -> Sent:
    """Send the messages of the last days that were not sent, over one connection, in the site's
    language; people without an address are left out.

    A message is noted as sent before it goes out and that is committed: a sender that dies may
    leave one unsent, but none is ever sent twice. Rows that another sender has in hand are passed
    over. What cannot be sent gets its reason and is tried again only when asked to (`again`).
    Does nothing while no mail server is set. Raises OSError when the server cannot be reached or
    is lost; what was not tried is put back then.
    """
    result = Sent()
    if not is_on():
        return result
    connection, last = mail.get_connection(), 0
    connection.open()
    try:
        with translation.override(settings.LANGUAGE_CODE):
            while batch := _take(at, again=again, after=last):
                last = batch[-1].pk
                _send_all(batch, connection, result)
    finally:
        connection.close()
    return result


def _take(at: datetime, *, again: bool, after: int) -> list[Message]:
    """The next messages, noted as sent. Plan: the partial index messages_to_be_mailed."""
    with transaction.atomic():
        waiting = Message.objects.filter(
            mailed_at=None, at__gt=at - WITHIN, at__lte=at, pk__gt=after, user__is_active=True
        ).exclude(user__email="")
        if not again:
            waiting = waiting.filter(mail_error="")
        batch = list(
            waiting.select_related("user")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("pk")[:BATCH]
        )
        Message.objects.filter(pk__in=[message.pk for message in batch]).update(
            mailed_at=at, mail_error=""
        )
    return batch


def _send_all(batch: list[Message], connection: BaseEmailBackend, result: Sent) -> None:
    for place, message in enumerate(batch):
        try:
            _letter(message, connection).send()
        except (SMTPRecipientsRefused, SMTPResponseException, ValueError) as problem:
            _note(message, problem)
            result.failed += 1
        except OSError as lost:
            _note(message, lost)
            result.failed += 1
            _put_back(batch[place + 1 :])
            raise
        else:
            result.sent += 1


def _letter(message: Message, connection: BaseEmailBackend) -> EmailMessage:
    return EmailMessage(
        subject=" ".join(title(message).split()),
        body=mail_text(message),
        to=[message.user.email],
        connection=connection,
    )


def _note(message: Message, problem: Exception) -> None:
    """Note why it was not sent: the server's words, in which an address may stand."""
    words = f"{type(problem).__name__}: {problem}"[:200]
    Message.objects.filter(pk=message.pk).update(mailed_at=None, mail_error=words)


def _put_back(messages: list[Message]) -> None:
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(mailed_at=None)
