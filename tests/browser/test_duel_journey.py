"""A duel on screen: both schools answer with evidence, their superior sees both and settles."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.models import Problem
from teachers import reference
from tests import rounds, uploads
from tests.invariants import violations
from tests.workflows import desks


@pytest.fixture
def problem(transactional_db, cast, now) -> Problem:
    """A person of the first school whom the second claims, too; answers are awaited until today."""
    reference.load()
    case = desks.problem(rounds.launched(cast, now), cast)
    Problem.objects.update(answer_by=timezone.localdate())
    return case


@pytest.fixture
def seat(open_page, sign_in, problem):
    def sit(username: str) -> Page:
        page = open_page()
        sign_in(page, username)
        page.goto(f"/problems/{problem.pk}/")
        return page

    return sit


def answer(page: Page, what: str, words: str) -> None:
    proof = {"name": "合同.png", "mimeType": "image/png", "buffer": uploads.picture(40, 40, "PNG")}
    page.locator(f'input[name$="-answer"][value="{what}"]').check()
    page.locator('textarea[name$="-words"]').fill(words)
    page.locator('input[type="file"]').set_input_files(proof)
    page.locator("form[enctype] .btn.primary").click()
    expect(page.locator(".said blockquote")).to_have_text(words)
    expect(page.locator(".said a.file")).to_have_count(1)


def test_both_schools_answer_and_the_superior_settles(problem, cast, seat):
    answer(seat("school_clerk"), "ours", "自 2019 年起在我校任教。")
    reviewer = seat("county_reviewer")
    expect(reviewer.locator("#settle .btn.primary")).to_be_disabled()
    second = seat("second_clerk")
    expect(second.locator(".claims").first).not_to_contain_text("自 2019 年起在我校任教。")
    answer(second, "not_ours", "已于九月调出。")

    reviewer.reload()
    expect(reviewer.locator(".claim blockquote")).to_have_text(
        ["自 2019 年起在我校任教。", "已于九月调出。"]
    )
    expect(reviewer.locator('#settle input[name="outcome"]')).to_have_count(4)
    mine = problem.parties.get(organisation=cast.first_school)
    reviewer.locator('#settle input[name="outcome"][value="transfer"]').check()
    reviewer.locator(f'#settle input[name="keeps"][value="{mine.pk}"]').check()
    reviewer.locator("#settle textarea").fill("以在岗合同为准。")
    reviewer.locator("#settle .btn.primary").click()

    expect(reviewer.locator(".claim.kept h2")).to_have_text(cast.first_school.name)
    expect(reviewer.locator(".alert.success blockquote")).to_have_text("以在岗合同为准。")
    problem.refresh_from_db()
    assert (problem.state, problem.outcome, problem.keeps) == ("settled", "transfer", mine)
    assert violations() == {}
