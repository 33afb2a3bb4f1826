"""In words: how long there is still time or how long it is over, and how long one has waited."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teachers.working_days import Calendar


def due_words(due: date, today: date, calendar: Calendar) -> str:
    """How long there is still time, or how long it is over, in working days."""
    if due == today:
        return _("Today")
    days = calendar.between(min(due, today), max(due, today))
    if due > today:
        if days == 0:
            return _("No working day left")
        words = ngettext("%(days)d working day left", "%(days)d working days left", days)
    elif days == 0:
        return _("Overdue")
    else:
        words = ngettext("%(days)d working day overdue", "%(days)d working days overdue", days)
    return words % {"days": days}


def due_css(due: date, today: date) -> str:
    """Colour only when it is late or today."""
    if due < today:
        return "tag bad"
    return "tag warn" if due == today else ""


def waited_words(since: date, today: date) -> str:
    """How long something has lain here: "today", "3 days"."""
    days = (today - since).days
    if days <= 0:
        return _("since today")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
