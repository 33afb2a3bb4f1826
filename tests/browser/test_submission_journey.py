"""One submission as people see it: recalled and handed in again, its way, a remark with a file."""

import pytest
from playwright.sync_api import expect

from campaigns.enums import SubmissionState
from teachers import reference
from tests import rounds, uploads
from tests.browser.test_round_journey import clerk_hands_in, download, head_signs


@pytest.fixture
def asked(transactional_db, cast, now) -> rounds.Round:
    """Two teachers of the first school, on the clerk's desk."""
    reference.load()
    here = rounds.launched(cast, now)
    here.add_people(cast.first_school, cast.school_clerk, 2)
    return here


def test_a_submission_is_recalled_and_handed_in_again(asked, cast, seat):
    submission = asked.submission(cast.first_school)
    clerk, head = seat("school_clerk"), seat("school_head")
    clerk_hands_in(clerk)
    head_signs(head)

    clerk.goto("/school/")
    clerk.locator('[data-opens="recall"]').click()
    clerk.locator("dialog#recall button.primary").click()
    expect(clerk.locator('[data-opens="submit"]')).to_be_visible()
    expect(clerk.locator('[data-opens="recall"]')).to_have_count(0)
    submission.refresh_from_db()
    assert submission.state == SubmissionState.DRAFT
    head.goto("/school/")
    expect(head.locator('[data-opens="sign"]')).to_have_count(0)

    clerk_hands_in(clerk)
    head_signs(head)
    submission.refresh_from_db()
    assert (submission.state, submission.attempt) == (SubmissionState.COUNTY_REVIEW, 2)


def test_the_way_says_who_has_it_and_what_comes_next(asked, cast, seat):
    asked.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    page = seat("county_reviewer")
    page.goto(f"/submissions/{asked.submission(cast.first_school).pk}/")

    stops = page.locator("ol.way > li")
    expect(stops.locator('xpath=self::*[@aria-current="step"]')).to_contain_text(
        [cast.county_reviewer.user.name]
    )
    expect(page.locator("ol.way > li.next")).to_contain_text(cast.city_reviewer.user.name)
    expect(page.locator("ol.way > li.done")).to_have_count(2)


def test_a_file_goes_with_a_remark_and_is_read_a_level_above(asked, cast, seat):
    asked.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    address = f"/submissions/{asked.submission(cast.first_school).pk}/?tab=remarks"
    evidence = uploads.pdf()
    county = seat("county_reviewer")
    county.goto(address)
    county.locator("#remarks textarea").fill("与编制文件核对。")
    county.set_input_files(
        "#id_files", {"name": "编制文件.pdf", "mimeType": "application/pdf", "buffer": evidence}
    )
    county.locator("#remarks button.primary").click()
    expect(county.locator("#remarks a.file")).to_have_text("编制文件.pdf")

    city = seat("city_reviewer")
    city.goto(address)
    assert download(city, "#remarks a.file") == evidence
