"""Words and small markup of the desk's pages."""

from datetime import date

from django import template
from django.template import Context
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.rules import text
from teachers.working_days import Calendar, calendar_here
from workflows.due_words import due_css, due_words

register = template.Library()


@register.simple_tag(takes_context=True)
def due(context: Context, day: date, today: date) -> SafeString:
    """When a task is due, in working days of the reader's office (one query for each request);
    colour only when it is late or today."""
    request = context.get("request")
    calendar = calendar_here(request) if request else Calendar()
    return format_html(
        '<span class="{}" title="{}">{}</span>',
        due_css(day, today),
        date_format(day, "Y-m-d"),
        due_words(day, today, calendar),
    )


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
