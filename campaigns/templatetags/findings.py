"""Findings in words, and code lists to choose from."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from campaigns import rules
from campaigns.models import Finding
from teachers.code_tables import CodeTable
from teachers.schema import Subset

register = template.Library()


@register.filter
def words(finding: Finding) -> str:
    """What a finding says, in the reader's language."""
    return rules.text(finding.rule, finding.params)


@register.filter
def label(subset: Subset) -> str:
    """What a sub-set is called in the reader's language."""
    return subset.label(get_language() or "")


@register.filter
def known_in(code: str, names: dict[str, str]) -> str:
    """The name of a code, or the code itself when the list does not know it."""
    return names.get(code, code)


@register.simple_tag
def suggestions(table: CodeTable) -> SafeString:
    """A long code list as the `<datalist>` its inputs refer to; some hold thousands of values."""
    options = format_html_join("", '<option value="{}-{}"></option>', table.choices())
    return format_html('<datalist id="codes-{}">{}</datalist>', table.key, options)
