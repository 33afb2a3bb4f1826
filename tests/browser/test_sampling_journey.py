"""The sampling desk: from a refused bulk approval through draw, look and judgement to the end."""

import re

import pytest
from playwright.sync_api import Page, expect

from teachers import reference
from tests import rounds, samples
from tests.invariants import violations
from workflows.models import Draw

IN_REVIEW, ON = ["county_review"] * 3, ["city_review"] * 3


@pytest.fixture
def desk(transactional_db, cast, now, page, sign_in):
    """Three schools without findings on the county's desk, in a campaign that asks for samples."""
    reference.load()
    here = rounds.launched(cast, now)
    samples.asked_for(here)
    samples.hand_in(here)
    sign_in(page, "county_reviewer")
    return here, page


def states(here) -> list[str]:
    handed_in = here.campaign.submissions.exclude(state="draft").order_by("pk")
    return list(handed_in.values_list("state", flat=True))


def approve_all(page: Page) -> None:
    page.goto("/inbox/")
    page.keyboard.press("e")
    expect(page.locator("#batch input[name=task]:checked")).to_have_count(3)
    page.keyboard.press("a")
    expect(page.locator("dialog[open]")).to_be_visible()


def draw(page: Page) -> None:
    page.goto("/inbox/")
    page.get_by_role("link", name=re.compile("抽查台")).first.click()
    page.get_by_role("button", name="抽取样本").click()
    expect(page.locator(".lead .sum")).to_contain_text("0 / 2")
    page.get_by_role("link", name="查看下一条").click()


def test_draw_open_judge_and_the_bulk_approval_passes(desk):
    here, page = desk
    approve_all(page)
    expect(page.locator("dialog[open] .against")).to_contain_text("抽查尚未完成")
    expect(page.locator("dialog[open] .against a[href='/sampling/']")).to_be_visible()
    expect(page.locator("dialog[open] .btn.primary")).to_have_count(0)

    draw(page)
    for _record in range(2):
        expect(page.locator(".judging")).to_be_visible()
        page.locator(".judging").get_by_role("button", name="无误").click()
    expect(page).to_have_url(re.compile(r"/sampling/\?campaign=2026$"))
    expect(page.locator(".alert.success").last).to_contain_text("差错率 0%")
    expect(page.locator(".seed")).to_have_text(Draw.objects.get().seed)
    assert states(here) == IN_REVIEW

    approve_all(page)
    page.locator("dialog[open] button[autofocus]").press("Enter")
    expect(page.locator("#receipt .alert.success")).to_contain_text("3")
    assert states(here) == ON
    assert violations() == {}


def test_wrong_ones_hold_the_bulk_approval_up_with_the_reason(desk):
    here, page = desk
    draw(page)
    page.locator(".judging").get_by_role("button", name="有误").click()
    expect(page.locator(".judging input[name=words]:invalid")).to_have_count(1)
    page.locator(".judging input[name=words]").fill("学历与证书不符")
    page.locator(".judging").get_by_role("button", name="有误").click()
    expect(page.locator("#messages")).to_contain_text("有误")
    page.locator(".judging").get_by_role("button", name="无误").click()

    expect(page.locator(".alert.error")).to_contain_text("差错率 50%，超过 5%")
    expect(page.get_by_role("button", name="抽取样本")).to_have_count(0)
    approve_all(page)
    expect(page.locator("dialog[open] .against")).to_contain_text("抽查差错率超限")
    assert states(here) == IN_REVIEW
