"""What templates of Jinja may call, and how those of Django bring them in."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template

from config.jinja import local_date


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (date(2026, 11, 23), "2026-11-23"),
        (datetime(2026, 11, 22, 18, 5, tzinfo=UTC), "2026-11-23"),
        (None, ""),
    ],
)
def test_a_moment_is_written_in_the_local_time(at, written):
    assert local_date(at, "Y-m-d") == written


def test_the_tag_hands_on_what_the_page_knows_and_more():
    page = Template('{% load shell %}{% jinja "workflows/press.html" press=own %}')
    own = SimpleNamespace(key="<k>", seen="s")
    written = page.render(Context({"press": SimpleNamespace(key="page"), "own": own}))
    assert 'value="&lt;k&gt;"' in written
