"""My figures on screen: a chief sees who has what in hand, and hands the desk over from there."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from teachers import reference
from teachers.enums import Role
from tests import rounds
from tests.cast import PASSWORD
from tests.colleagues import colleague
from tests.invariants import violations
from tests.workflows import desks
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Task


@pytest.fixture
def here(transactional_db, cast, now) -> rounds.Round:
    """Two schools have handed in today: one is decided, one in the reviewer's hands."""
    reference.load()
    here = rounds.launched(cast, now)
    desks.hand_in(here, cast, "first_school", "second_school")
    here.at = timezone.now()
    here.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    post = cast.county_reviewer
    actions.claim([here.task(cast.second_school).pk], by=post.user, post=post, at=here.at)
    return here


def test_a_chief_hands_a_colleague_s_desk_over(here, cast, page, sign_in):
    chief = colleague(cast.county, "马局", role=Role.CHIEF)
    chief.user.set_password(PASSWORD)
    chief.user.save()
    heir = colleague(cast.county, "马丽")
    sign_in(page, chief.user.username)
    page.goto("/desk/figures/")

    row = page.locator("tbody tr", has_text=cast.county_reviewer.user.name)
    expect(row.locator("td.num")).to_have_text(
        ["1", "0", "1", "0", "0", re.compile("不足 1 小时|[0-9.]+ (小时|天)")]
    )
    row.get_by_role("link", name=re.compile("交接")).click()
    page.locator("select[name=to]").select_option(str(heir.user.pk))
    page.locator("[name=reason]").fill("调离岗位。")
    page.locator(".btn.danger.primary").click()
    expect(page.locator("#messages")).to_contain_text("移交待办 1 项")

    page.goto("/desk/figures/")
    mine = page.locator("tbody tr", has_text="马丽").locator("td.num").first
    expect(mine).to_have_text("1")
    cast.county_reviewer.refresh_from_db()
    assert cast.county_reviewer.valid_to is not None
    assert Task.objects.open().get(owner__isnull=False).owner == heir.user
    assert violations() == {}
