"""Words and small markup of the desk's pages."""

from datetime import date, datetime

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.rules import text
from teachers.working_days import Calendar, calendar_here
from workflows.rule_names import rule_name

register = template.Library()


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


@register.simple_tag(takes_context=True)
def due(context: Context, day: date, today: date) -> SafeString:
    """When a task is due, in working days of the reader's office (one query for each request);
    colour only when it is late or today."""
    request = context.get("request")
    calendar = calendar_here(request) if request else Calendar()
    words, exact = due_words(day, today, calendar), date_format(day, "Y-m-d")
    css = {True: "tag bad", False: "tag warn" if day == today else ""}[day < today]
    return format_html('<span class="{}" title="{}">{}</span>', css, exact, words)


@register.filter
def waited(since: datetime, today: date) -> str:
    """How long something has lain here: "today", "3 days"."""
    days = (today - timezone.localtime(since).date()).days
    if days <= 0:
        return _("since today")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


@register.filter
def rule_words(rule: str) -> str:
    """The short name of a rule, for a tag."""
    return rule_name(rule)


@register.filter
def finding_text(finding) -> str:
    """The whole sentence of a finding."""
    return text(finding.rule, finding.params)


@register.filter
def known_in(value: str, names: dict) -> str:
    """The name of a code, or the code itself."""
    return names.get(value, value)


@register.filter
def at(numbers: dict, key: str) -> int:
    """A count by its key; 0 when there is none."""
    return numbers.get(key, 0)


@register.filter
def answered(parties) -> int:
    """How many parties of a case of problem data have answered (they are loaded already)."""
    return sum(1 for party in parties if party.answer)
