"""Small pieces of markup that every page uses."""

from functools import cache

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from config.numbers import grouped

register = template.Library()
register.filter(grouped)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """One symbol of site/icons.svg, hidden from screen readers: `{% icon "inbox" %}`."""
    return _drawn(name, css, _symbols())


@register.simple_tag(takes_context=True)
def jinja(context: Context, name: str, **more: object) -> SafeString:
    """A template of Jinja with all that this one knows, and more: `{% jinja "shell/bar.html" %}`,
    `{% jinja "workflows/path.html" full=True %}`."""
    said = {**context.flatten(), **more}
    return mark_safe(render_to_string(name, said, using="jinja2"))  # noqa: S308


@cache
def _symbols() -> str:
    """Where the symbols are; it stays the same while the process runs."""
    return static("site/icons.svg")


@cache
def _drawn(name: str, css: str, file: str) -> SafeString:
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css,
        file,
        name,
    )
