"""The inbox by keyboard, in a real browser: move, look, select, approve, return with reasons."""

import re

import pytest
from playwright.sync_api import expect

from teachers import reference
from tests import rounds
from tests.workflows import desks


@pytest.fixture
def desk(transactional_db, cast, now, open_page, sign_in):
    """The county's inbox with two schools and a kindergarten on it."""
    reference.load()
    here = rounds.launched(cast, now)
    desks.hand_in(here, cast, "first_school", "second_school", "kindergarten")
    page = open_page()
    sign_in(page, "county_reviewer")
    page.goto("/inbox/")
    return here, page


def test_a_reviewer_works_through_the_inbox_by_keyboard(desk):
    here, page = desk
    rows = page.locator("#desk tr[data-task]")
    expect(rows).to_have_count(3)
    second = rows.nth(1).locator("a.open").inner_text()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_class(re.compile(r"\bat\b"))
    expect(page.locator("#pane .title")).to_have_text(second)
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator("#batch input[name=task]:checked")).to_have_count(2)
    page.keyboard.press("a")
    expect(page.locator("dialog[open] button[autofocus]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#receipt .alert.success")).to_be_visible()
    expect(rows).to_have_count(1)
    page.keyboard.press("r")
    dialog = page.locator("dialog[open]")
    dialog.locator("input[name=reason]").first.check()
    dialog.locator("textarea[name=words]").fill("请核对学历证书。")
    dialog.locator(".btn.danger").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#desk .empty").first).to_be_visible()
    states = here.campaign.submissions.exclude(state="draft").values_list("state", flat=True)
    assert sorted(states) == ["city_review", "city_review", "returned"]
