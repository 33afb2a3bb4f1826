"""Somebody with the paper in hand, and the file by mail, verifies both without an account."""

import pytest
from playwright.sync_api import Page, expect

from reports import actions
from reports.models import Report
from tests import rounds
from tests.cast import gather

pytestmark = pytest.mark.django_db(transaction=True)


def hand_in(page: Page, content: bytes) -> None:
    file = {"name": "督查报告.pdf", "mimeType": "application/pdf", "buffer": content}
    page.get_by_label("核验 PDF 是否为原件").set_input_files([file])
    page.get_by_role("button", name="核验文件").click()


@pytest.fixture
def report(now) -> Report:
    cast = gather()
    early = rounds.launched(cast, now)
    asked = actions.ask(
        campaign=early.campaign,
        stage="collection",
        organisation=cast.county,
        by=cast.manager.user,
        post=cast.manager,
        at=early.at,
    )
    return actions.make(asked.pk, early.at)


def test_a_code_is_looked_up_and_a_changed_file_found_out(open_page, report):
    content = bytes(report.file.content)
    page = open_page()

    page.goto("/verify/")
    page.get_by_label("核验码").fill(report.code.lower())
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("东乡族自治县", exact=True)).to_be_visible()
    expect(page.get_by_text(report.sha256)).to_be_visible()

    hand_in(page, content)
    expect(page.get_by_role("status")).to_contain_text("核验通过")

    hand_in(page, content[:-1] + b"x")
    expect(page.get_by_role("alert")).to_contain_text("核验不通过")
