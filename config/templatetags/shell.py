"""Small pieces of markup that every page uses."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """One symbol of site/icons.svg, hidden from screen readers: `{% icon "inbox" %}`."""
    return _drawn(name, css, static("site/icons.svg"))


@cache
def _drawn(name: str, css: str, file: str) -> SafeString:
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css,
        file,
        name,
    )
