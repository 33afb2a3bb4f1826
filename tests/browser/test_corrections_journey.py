"""A list of corrections as people see it: marked, returned, answered, handed in again, closed.

Each person works in a browser of their own, in Chinese. Selectors name what stands in the pages'
addresses and form values, so that the journey does not hang on the wording.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from teachers import reference
from tests import rounds
from workflows.enums import CorrectionState
from workflows.models import Correction, Decision


@pytest.fixture
def filed(transactional_db, cast, now):
    """Five teachers of the first school, on the county's desk."""
    reference.load()
    here = rounds.launched(cast, now)
    here.add_people(cast.first_school, cast.school_clerk, 5)
    here.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    return here


def fill_mark(page: Page, reason: str, words: str) -> None:
    dialog = page.locator("dialog[open]")
    dialog.locator(f'input[name=reason][value="{reason}"]').check()
    dialog.locator("textarea[name=words]").fill(words)
    dialog.locator("button.primary").click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def reviewer_marks(page: Page, submission: int) -> None:
    """A field by mouse, the next record by keyboard, and the whole submission."""
    page.goto(f"/submissions/{submission}/")
    page.locator("td.name a").first.click()
    page.locator('#record a.flag[href*="key=ethnic"]').click()
    fill_mark(page, "02", "与户口簿不一致。")
    expect(page.locator("#record .note.flagged")).to_have_count(1)
    first = page.locator("#record").get_attribute("data-key")
    page.keyboard.press("j")
    expect(page.locator("#record")).not_to_have_attribute("data-key", first)
    expect(page.locator('#items a[aria-current="true"]')).to_have_attribute(
        "data-record", page.locator("#record").get_attribute("data-key")
    )
    page.keyboard.press("m")
    fill_mark(page, "01", "整条记录请核对。")
    page.goto(f"/submissions/{submission}/")
    page.locator('#basket a[href$="/corrections/mark/"]').click()
    fill_mark(page, "99", "缺少一名教师。")
    expect(page.locator("#basket .lines li")).to_have_count(3)


def reviewer_returns(page: Page) -> None:
    page.locator('#basket button[value="return"]').click()
    expect(page.locator("dialog[open] .going li")).to_have_count(3)
    page.locator("dialog[open] button.danger.primary").click()
    expect(page.locator("#receipt .success")).to_be_visible()


def clerk_answers(page: Page, submission: int) -> None:
    """Handing in too early is refused; then every line gets its answer in place."""
    page.goto("/school/")
    page.locator('[data-opens="submit"]').click()
    page.locator("dialog#submit button.primary").click()
    expect(page.locator("#messages")).to_contain_text("3")
    page.goto(f"/submissions/{submission}/corrections/")
    lines = page.locator("li.correction")
    expect(lines).to_have_count(3)
    lines.nth(0).locator('button[value="corrected"]').click()
    expect(page.locator("li.correction.answered")).to_have_count(1)
    lines.nth(1).locator('button[value="explained"]').click()
    expect(lines.nth(1).locator("[role=alert]")).to_be_visible()
    for place, words in [(1, "已核对无误。"), (2, "该教师已退休。")]:
        lines.nth(place).locator("input[name=words]").fill(words)
        lines.nth(place).locator('button[value="explained"]').click()
        expect(page.locator("li.correction.answered")).to_have_count(place + 1)
    page.goto("/school/")
    page.locator('[data-opens="submit"]').click()
    page.locator("dialog#submit button.primary").click()


def head_signs(page: Page) -> None:
    page.goto("/school/")
    page.locator('[data-opens="sign"]').click()
    page.locator("dialog#sign button.primary").click()
    expect(page.locator('[data-opens="sign"]')).to_have_count(0)


def reviewer_closes(page: Page, submission: int) -> None:
    """The page opens on the lines: one is asked again and taken out, then all are closed."""
    page.goto(f"/submissions/{submission}/")
    expect(page.locator("li.correction")).to_have_count(3)
    page.locator('li.correction a[href*="again="]').first.click()
    fill_mark(page, "02", "仍不一致。")
    expect(page.locator("#basket .lines li")).to_have_count(1)
    page.locator("#basket form[action$='/remove/'] button").click()
    expect(page.locator("#basket .lines li")).to_have_count(0)
    page.locator('form:has(input[name="all"]) button').click()
    expect(page.locator('form:has(input[name="all"])')).to_have_count(0)


def test_a_list_of_corrections_goes_round(filed, cast, seat):
    submission = filed.submission(cast.first_school)
    reviewer = seat("county_reviewer")
    reviewer_marks(reviewer, submission.pk)
    reviewer_returns(reviewer)
    assert Decision.objects.get(verdict="return").corrections.count() == 3
    clerk_answers(seat("school_clerk"), submission.pk)
    head_signs(seat("school_head"))
    reviewer_closes(reviewer, submission.pk)

    assert set(Correction.objects.values_list("state", flat=True)) == {CorrectionState.CLOSED}


def test_records_are_read_one_after_the_other_without_loading_the_page(filed, cast, seat):
    submission = filed.submission(cast.first_school)
    records = list(submission.records.order_by("pk"))
    page = seat("county_reviewer")
    page.goto(f"/submissions/{submission.pk}/records/{records[0].pk}/view/")
    page.evaluate("window.stays = true")
    for record in (records[1], records[2]):
        page.keyboard.press("j")
        expect(page.locator("#person")).to_have_text(record.name)
    page.keyboard.press("k")
    expect(page.locator("#person")).to_have_text(records[1].name)
    expect(page).to_have_url(re.compile(f"/records/{records[1].pk}/view/$"))
    page.locator("#name").fill(records[4].name)
    expect(page.locator("#items a.item")).to_have_count(1)
    page.locator("#items a.item").click()
    expect(page.locator("#person")).to_have_text(records[4].name)
    assert page.evaluate("window.stays") is True


def test_on_a_phone_the_list_is_one_step_and_the_record_the_next(filed, cast, seat):
    submission = filed.submission(cast.first_school)
    page = seat("county_reviewer", width=390, height=800)
    page.goto(f"/submissions/{submission.pk}/")
    page.locator("td.name a").first.click()
    expect(page.locator("#items")).to_be_hidden()
    page.locator("a.back-to-list").click()
    expect(page.locator("td.name a").first).to_be_visible()


def test_a_remark_is_written_and_stays_in_place(filed, cast, seat):
    submission = filed.submission(cast.first_school)
    page = seat("county_reviewer")
    page.goto(f"/submissions/{submission.pk}/?tab=remarks")
    page.locator("#remarks textarea").fill("请市里留意。")
    page.locator("#remarks button.primary").click()
    expect(page.locator("#remarks li")).to_have_count(1)
    expect(page.locator("#remarks textarea")).to_have_value("")
