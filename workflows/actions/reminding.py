"""Reminding people of what is due: one sweep over all open tasks."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from teachers.retrying import whole_transaction
from teachers.work_locks import Work, wait_for
from teachers.working_days import Calendars
from workflows.message_jobs import send_messages
from workflows.reminder_statements import write_digests, write_reminders


@dataclass(frozen=True)
class Reminded:
    """How many notes the sweep wrote, and how many people it told."""

    reminders: int
    people: int


def remind(*, at: datetime) -> Reminded:
    """Note which open tasks are due soon, overdue or to be told above, and tell the people of it.

    Each task is spoken of once for each kind, each person gets one message a day; on days on which
    a desk does not work it is left in peace. Five statements whatever the number of tasks and
    desks. Safe to run twice and on two machines: the second waits for the first and finds nothing
    left to do. Asks a worker to send the messages by e-mail.
    """
    return whole_transaction(lambda: _remind(at))


def _remind(at: datetime) -> Reminded:
    today = timezone.localdate(at)
    wait_for(Work.REMINDERS, today.toordinal())
    reminders = write_reminders(today=today, **marks(Calendars.read(), today))
    people = write_digests(today=today, at=at) if reminders else 0
    if people:
        send_messages.enqueue()
    return Reminded(reminders, people)


def marks(calendars: Calendars, today: date) -> dict[str, list]:
    """For each authority with a calendar of its own: its path, the last day that counts as soon,
    and the last day of a task that is told above; both None where today is not worked."""
    tops, soon, late = [], [], []
    for top in calendars.tops:
        calendar = calendars.of(top)
        works = calendar.is_working(today)
        tops.append(top)
        soon.append(calendar.after(today, settings.DUE_SOON) if works else None)
        late.append(calendar.before(today, settings.ESCALATE_AFTER) if works else None)
    return {"tops": tops, "soon": soon, "late": late}
