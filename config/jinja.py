"""What templates of Jinja may call: the same few words as those of Django.

Jinja compiles a template to Python, which takes a tenth of the time. So the frame and the parts of
the pages that everybody opens are written in it; Django's pages bring them in by `{% jinja %}`.
"""

from datetime import date
from functools import cache

from django.template.defaultfilters import date as formatted
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.timezone import template_localtime
from django.utils.translation import gettext, ngettext, pgettext
from jinja2 import Environment

from config.numbers import grouped
from config.templatetags.shell import icon


def environment(**options) -> Environment:
    """The environment of all templates of Jinja (settings.TEMPLATES)."""
    made = Environment(**options)  # noqa: S701 (Django asks for escaping)
    made.filters.update(date=local_date, grouped=grouped)
    made.globals.update(_=gettext, ngettext=ngettext, pgettext=pgettext, icon=icon, url=address)
    return made


def local_date(at: date | None, form: str) -> str:
    """A day or a moment of the local time, as Django's filter writes it; nothing for None."""
    return formatted(template_localtime(at), form)


def address(name: str, *keys: object) -> str:
    """The address of a page. Those of pages without a key are worked out once for each process."""
    if keys:
        return reverse(name, args=keys)
    return _address(name, get_urlconf(), get_script_prefix())


@cache
def _address(name: str, urlconf: str | None, _prefix: str) -> str:
    return reverse(name, urlconf=urlconf)
