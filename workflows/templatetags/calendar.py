"""Words of the calendar's pages."""

from datetime import date

from django import template
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workflows.calendar_page import name_of

register = template.Library()
SHORT = "一二三四五六日"


@register.filter
def month_name(day: date) -> str:
    return str(MONTHS[day.month])


@register.simple_tag
def weekday_heads() -> SafeString:
    """The heads of a month's seven columns, Monday first."""
    english = (get_language() or "").startswith("en")
    return format_html_join(
        "",
        '<th scope="col" abbr="{}">{}</th>',
        (
            (WEEKDAYS[number], str(WEEKDAYS_ABBR[number])[:2] if english else SHORT[number])
            for number in range(7)
        ),
    )


@register.filter
def day_name(special) -> str:
    """What a declared day is called."""
    return name_of(special)


@register.simple_tag
def declared_words(change) -> SafeString:
    """The days of a change or a declaration, what they become and their name."""
    first, last = (date_format(day, "Y-m-d") for day in (change.first_day, change.last_day))
    becomes = {
        True: _("worked"),
        False: _("holiday"),
        None: _("as without a declaration"),
    }[change.is_working]
    days = first if first == last else f"{first} – {last}"
    named = f" {change.name}" if change.name else ""
    return format_html('<span class="nowrap num">{}</span>{} · {}', days, named, becomes)
