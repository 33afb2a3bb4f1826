"""Shares, colours of states and addresses, for the templates of campaigns and workflows."""

from urllib.parse import urlencode

from django import template
from django.http import QueryDict

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


@register.filter
def percent(part: int, whole: int) -> int:
    """A share in whole percent, rounded down so that 100 means all."""
    return part * 100 // whole if whole else 0


@register.filter
def minus(whole: int, part: int) -> int:
    return whole - part


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
