"""The inbox in a real browser: all by keyboard, search, kept views, what happens meanwhile."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from teachers import reference
from tests import rounds
from tests.invariants import violations
from tests.workflows import desks
from workflows.enums import Verdict

ROWS = "#list tr[data-task]"


@pytest.fixture
def here(transactional_db, cast, now) -> rounds.Round:
    """Two schools, a change request and a case of problem data on the county's desk."""
    reference.load()
    here = rounds.launched(cast, now)
    desks.hand_in(here, cast, "first_school", "second_school")
    desks.change(cast, now)
    desks.problem(here, cast)
    return here


@pytest.fixture
def page(open_page, sign_in, here) -> Page:
    page = open_page()
    sign_in(page, "county_reviewer")
    page.goto("/inbox/")
    expect(page.locator(ROWS)).to_have_count(4)
    return page


def look(page: Page) -> None:
    """What the page does every fifteen seconds."""
    page.evaluate("htmx.trigger('#live', 'look')")


def test_every_kind_is_reached_by_keyboard_alone(here, page):
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    expect(page.locator("dialog#keys [autofocus]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()

    rows = page.locator(ROWS)
    for number in range(1, 4):
        page.keyboard.press("j")
        expect(rows.nth(number)).to_have_attribute("aria-current", "true")
        expect(rows.nth(number).locator("a.open")).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(2)).to_have_attribute("aria-current", "true")

    page.keyboard.press("e")
    expect(page.locator("#batch input[name=task]:checked")).to_have_count(2)
    page.keyboard.press("a")
    expect(page.locator("dialog[open] button[autofocus]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#receipt .alert.success")).to_be_visible()
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")

    page.keyboard.press("k")
    expect(rows.first).to_have_attribute("aria-current", "true")
    expect(page.locator("#pane .title")).not_to_be_empty()
    page.wait_for_load_state("networkidle")
    kind = "changes" if rows.first.locator(".kind").inner_text() == "变更申请" else "problems"
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(rf"/{kind}/\d+/$"))
    assert violations() == {}


def test_a_search_follows_the_typing_and_the_address_holds_it(here, page):
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("dbz")
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator("#q")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/inbox/\?q=dbz$"))
    expect(page.locator("#chips .chip", has_text="问题数据")).to_contain_text("1")

    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("mxl")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator("#pane .title")).to_have_text("马晓兰")
    page.keyboard.press("Enter")
    expect(page.locator(f"{ROWS} a.open")).to_be_focused(timeout=10_000)

    page.reload()
    expect(page.locator("#q")).to_have_value("mxl")
    expect(page.locator(ROWS)).to_have_count(1)


def test_a_view_is_kept_used_and_deleted(page):
    page.locator("#chips .chip", has_text="变更申请").click()
    expect(page.locator(ROWS)).to_have_count(1)
    page.locator("#views summary").click()
    page.locator("#views button.primary").click()
    expect(page.locator("#views .error")).to_have_text("请给视图起个名称，例如“逾期的小学”。")
    page.locator("#view-name").fill("只看变更")
    page.locator("#views button.primary").click()
    expect(page.locator("#views .chip.on")).to_have_text("只看变更")

    page.goto("/inbox/")
    page.locator("#views .chip", has_text="只看变更").click()
    expect(page).to_have_url(re.compile(r"\?what=change$"))
    expect(page.locator(ROWS)).to_have_count(1)
    page.locator("#views summary").click()
    page.get_by_role("button", name="删除视图“只看变更”").click()
    expect(page.locator("#views .chip")).to_have_count(0)


def test_what_happens_meanwhile_is_told_and_disturbs_nothing(here, page, cast):
    rows = page.locator(ROWS)
    first = rows.filter(has=page.locator("a.open", has_text="锁南镇第二小学")).first
    second = rows.filter(has=page.locator(f'input[value="{here.task(cast.second_school).pk}"]'))
    second.locator("input[name=task]").check()
    second.locator("td.why").click()
    expect(second).to_have_class(re.compile(r"\bat\b"))

    decided = here.task(cast.first_school)
    here.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    here.at = timezone.now() + timedelta(seconds=1)
    desks.hand_in(here, cast, "kindergarten")
    look(page)

    expect(page.locator("#heard")).to_have_text("新到 1 件, 他人已办 1 件")
    expect(rows).to_have_count(5)
    gone = page.locator(f'tr.gone[data-task="{decided.pk}"]')
    expect(gone.locator(".said")).to_have_text("10:00 马建国：审核通过")
    expect(gone.locator("input")).to_be_disabled()
    expect(page.locator("tr.new")).to_contain_text("唐汪镇幼儿园")
    expect(second.locator("input[name=task]")).to_be_checked()
    expect(second).to_have_class(re.compile(r"\bat\b"))
    expect(page.locator('#rail a[aria-current="page"] b')).to_have_text("4")

    gone.locator("td.why").click()
    expect(page.locator("#pane")).to_contain_text("此件已不在您的待办中")
    expect(first).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#receipt .alert.success")).to_be_visible()
    expect(rows).to_have_count(3)
    assert violations() == {}


def test_an_empty_desk_fills_without_a_reload(transactional_db, cast, now, open_page, sign_in):
    reference.load()
    here = rounds.launched(cast, now)
    page = open_page()
    sign_in(page, "county_reviewer")
    page.goto("/inbox/")
    expect(page.locator("#list .empty")).to_be_visible()

    desks.hand_in(here, cast, "first_school")
    look(page)

    expect(page.locator(ROWS)).to_have_count(1)


def test_a_phone_shows_the_same_list_without_scrolling_sideways(open_page, sign_in, here):
    page = open_page(width=390, height=800)
    sign_in(page, "county_reviewer")
    page.goto("/inbox/")

    expect(page.locator(ROWS)).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
