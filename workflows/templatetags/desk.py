"""Words and small markup of the desk's pages."""

from datetime import date, datetime
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.enums import CampaignState, SubmissionState

register = template.Library()

STATE_TAGS = {
    SubmissionState.APPROVED: "good",
    SubmissionState.RETURNED: "warn",
    SubmissionState.CANCELLED: "plain",
    SubmissionState.DRAFT: "plain",
}
CAMPAIGN_TAGS = {
    CampaignState.COLLECTING: "info",
    CampaignState.IN_REVIEW: "info",
    CampaignState.CLOSED: "good",
}


@register.filter
def state_tag(state: str) -> str:
    """Colour of a submission's state: only what asks for attention or is finished has one."""
    return STATE_TAGS.get(state, "info")


@register.filter
def campaign_tag(state: str) -> str:
    return CAMPAIGN_TAGS.get(state, "plain")


def due_words(due: date, today: date) -> str:
    days = (due - today).days
    if days < 0:
        return ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
    if days == 0:
        return _("Today")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


@register.simple_tag
def due(day: date, today: date) -> SafeString:
    """When a task is due, in words; colour only when it is late or today."""
    words, exact = due_words(day, today), date_format(day, "Y-m-d")
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
    return rule


@register.filter
def finding_text(finding) -> str:
    """The whole sentence of a finding."""
    return finding.rule


@register.filter
def percent(part: int, whole: int) -> int:
    """A share in whole percent, rounded down so that 100 means all."""
    return part * 100 // whole if whole else 0


@register.filter
def known_in(value: str, names: dict) -> str:
    """The name of a code, or the code itself."""
    return names.get(value, value)


@register.filter
def of(values: dict, key) -> object:
    """What a mapping holds for a key, or nothing."""
    return values.get(key, ())


@register.simple_tag(takes_context=True)
def address(context, **changes) -> str:
    """The present address with some parameters changed; an empty value takes one away."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = value
    return "?" + urlencode(query)
