"""Findings in words."""

from django import template

from campaigns import rules
from campaigns.models import Finding

register = template.Library()


@register.filter
def words(finding: Finding) -> str:
    """What a finding says, in the reader's language."""
    return rules.text(finding.rule, finding.params)


@register.filter
def known_in(code: str, names: dict[str, str]) -> str:
    """The name of a code, or the code itself when the list does not know it."""
    return names.get(code, code)
