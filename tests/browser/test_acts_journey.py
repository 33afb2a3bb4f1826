"""A whole view decided by keyboard: mark, all of it, preview, confirm, receipt, take back."""

import re

import pytest
from playwright.sync_api import Page, expect

from teachers import reference
from tests import rounds
from tests.colleagues import colleague
from tests.invariants import violations
from tests.workflows import desks
from workflows import actions, acts, inbox
from workflows.models import Act

IN_REVIEW, ON = ["county_review"] * 3, ["city_review"] * 3


@pytest.fixture
def desk(transactional_db, cast, now, open_page, sign_in, monkeypatch):
    """The county's inbox with three tasks, of which a page shows two."""
    monkeypatch.setattr(inbox, "PAGE_SIZE", 2)
    reference.load()
    here = rounds.launched(cast, now)
    desks.hand_in(here, cast, "first_school", "second_school", "kindergarten")
    page = open_page()
    sign_in(page, "county_reviewer")
    page.goto("/inbox/")
    return here, page


def states(here) -> list[str]:
    handed_in = here.campaign.submissions.exclude(state="draft").order_by("pk")
    return list(handed_in.values_list("state", flat=True))


def choose_the_whole_view(page: Page) -> None:
    expect(page.locator("#batch .whole")).to_be_hidden()
    page.keyboard.press("e")
    expect(page.locator("#batch input[name=task]:checked")).to_have_count(2)
    expect(page.locator("#batch .whole")).to_be_visible()
    page.keyboard.press("e")
    expect(page.locator("#batch .picked")).to_have_text("3 / 3")


def test_a_whole_view_is_approved_and_taken_back_by_keyboard(desk):
    here, page = desk
    choose_the_whole_view(page)
    page.keyboard.press("a")
    expect(page.locator("dialog[open] button[autofocus]")).to_be_focused()
    assert states(here) == IN_REVIEW
    page.keyboard.press("Enter")

    expect(page.locator("#receipt .alert.success")).to_contain_text("3")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#desk .empty").first).to_be_visible()
    assert states(here) == ON

    page.keyboard.press("u")
    expect(page.locator("#desk tr[data-task]")).to_have_count(2)
    expect(page.locator("#receipt form.undo")).to_have_count(0)
    assert states(here) == IN_REVIEW

    page.locator("#receipt .lasting a").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/acts/{Act.objects.latest('pk').pk}/$"))
    expect(page.locator(".kpi b").first).to_have_text("3")
    assert violations() == {}


def test_a_whole_view_is_returned_with_reasons(desk):
    here, page = desk
    choose_the_whole_view(page)
    page.keyboard.press("r")
    dialog = page.locator("dialog[open]")
    dialog.locator("input[name=reason]").first.check()
    dialog.locator("textarea[name=words]").fill("请核对学历证书。")
    dialog.locator(".btn.danger").click()

    expect(page.locator("#receipt .alert.success")).to_be_visible()
    expect(page.locator("#desk .empty").first).to_be_visible()
    assert states(here) == ["returned"] * 3


def test_an_unmarked_row_takes_the_whole_view_back(desk):
    _here, page = desk
    choose_the_whole_view(page)
    page.keyboard.press("x")
    expect(page.locator("#batch .whole")).to_be_hidden()
    expect(page.locator("#batch input[name=whole]:checked")).to_have_count(0)
    expect(page.locator("#batch .picked")).to_have_text("1 / 2")


def test_a_large_act_shows_how_far_it_is_until_it_is_done(desk, settings):
    settings.ACT_IN_REQUEST = 2
    here, page = desk
    choose_the_whole_view(page)
    page.keyboard.press("a")
    page.locator("dialog[open] button[autofocus]").press("Enter")
    expect(page.locator("#receipt progress")).to_be_visible()
    page.locator("#receipt a").first.click()
    expect(page.locator("#act progress")).to_be_visible()

    acts.carry_out(Act.objects.get().pk, clock=lambda: here.at)

    expect(page.locator("#act progress")).to_have_count(0)
    expect(page.locator(".kpi b.good")).to_have_text("3")
    assert states(here) == ON


def test_what_was_refused_is_named_and_tried_again(desk, cast):
    here, page = desk
    fellow = colleague(cast.county, "马丽")
    ids = [here.task(cast.first_school).pk]
    page.keyboard.press("e")
    page.keyboard.press("a")
    expect(page.locator("dialog[open] button[autofocus]")).to_be_focused()
    actions.claim(ids, by=fellow.user, post=fellow, at=here.at)
    page.keyboard.press("Enter")

    refused = page.locator("#receipt .alert.warning")
    expect(refused).to_contain_text(cast.first_school.name)
    expect(refused).to_contain_text("马丽已认领。")
    page.locator("#receipt .lasting a").first.click()
    expect(page.locator(".kpi b.warn")).to_have_text("1")
    expect(page.locator('form[action$="/retry/"]')).to_have_count(0)

    actions.release(ids, by=fellow.user, post=fellow, at=here.at)
    page.reload()
    page.locator('form[action$="/retry/"] button').click()
    expect(page.locator(".kpi b")).to_have_text(["1", "1", "0"])
    assert states(here) == ["city_review", "city_review", "county_review"]
    assert violations() == {}


def test_only_what_passes_every_rule_is_chosen_at_once(desk, cast, monkeypatch):
    """A school that hands in again is looked at, whatever the rules say."""
    here, page = desk
    monkeypatch.setattr(inbox, "PAGE_SIZE", 3)
    here.send_back(cast.first_school, cast.county_reviewer)
    here.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    page.reload()
    page.locator('button[data-mark="clean"]').click()

    chosen = page.locator("#batch tr", has=page.locator("input[name=task]:checked"))
    expect(chosen).to_have_count(2)
    expect(page.locator("#batch tr[data-task]")).to_have_count(3)
    expect(page.locator("#batch tbody")).to_contain_text(cast.first_school.name)
    for row in chosen.all():
        expect(row).not_to_contain_text(cast.first_school.name)
