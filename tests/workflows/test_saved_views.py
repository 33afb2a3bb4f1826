"""Views of the inbox kept under a name."""

import pytest
from django.urls import reverse

from tests.everywhere import visitor
from workflows import saved_views
from workflows.inbox_filters import Filters
from workflows.models import SavedView

URL = reverse("workflows:inbox")
SAVE = reverse("workflows:view_save")
VIEW = "?due=overdue&kind=P"


def kept(post) -> dict[str, str]:
    return dict(saved_views.of(post.user, post).values_list("name", "query"))


@pytest.fixture
def reviewer(cast):
    return visitor(cast, "county_reviewer")


def test_a_view_is_kept_listed_replaced_and_deleted(reviewer, cast):
    answer = reviewer.post(SAVE, {"name": " 逾期的  小学 ", "view": VIEW})
    assert answer.url == "/inbox/?due=overdue&kind=P"
    assert kept(cast.county_reviewer) == {"逾期的 小学": "due=overdue&kind=P"}
    assert 'href="/inbox/?due=overdue&amp;kind=P"' in reviewer.get(URL).content.decode()

    reviewer.post(SAVE, {"name": "逾期的 小学", "view": "?due=today", "overwrite": "1"})
    assert kept(cast.county_reviewer) == {"逾期的 小学": "due=today"}

    view = SavedView.objects.get()
    reviewer.post(reverse("workflows:view_delete", args=[view.pk]), {"view": VIEW})
    assert kept(cast.county_reviewer) == {}


@pytest.mark.parametrize(
    ("name", "view", "words"),
    [
        ("  ", VIEW, "请给视图起个名称，例如“逾期的小学”。"),
        ("长" * 41, VIEW, "有 41 个字符，最多 40 个，请缩短。"),
        ("全部", "", "尚未选择筛选条件：这就是全部待办，不必另存。"),
        ("已有的", VIEW, "已有名为“已有的”的视图：请勾选“替换同名视图”，或换一个名称。"),
    ],
)
def test_a_bad_or_doubled_name_is_answered_with_one_sentence(
    reviewer, cast, now, name, view, words
):
    saved_views.save(
        name="已有的",
        filters=Filters(due="today"),
        by=cast.county_reviewer.user,
        post=cast.county_reviewer,
        at=now,
    )
    form = {"name": name, "view": view}

    in_place = reviewer.post(SAVE, form, headers={"HX-Request": "true"}).content.decode()
    assert words in in_place
    assert f'value="{name}"' in in_place
    assert words in reviewer.post(SAVE, form, follow=True).content.decode()
    assert kept(cast.county_reviewer) == {"已有的": "due=today"}


def test_more_than_can_be_kept_are_refused(reviewer, cast, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    reviewer.post(SAVE, {"name": "一", "view": VIEW})

    answer = reviewer.post(SAVE, {"name": "二", "view": VIEW}, follow=True)

    assert "已保存 1 个视图：请先删除一个。" in answer.content.decode()
    assert list(kept(cast.county_reviewer)) == ["一"]


def test_only_what_the_inbox_understands_is_kept(reviewer, cast):
    reviewer.post(
        SAVE, {"name": "一", "view": "?due=overdue&evil=1&kind=nonsense&after=2026-01-01.5"}
    )

    assert kept(cast.county_reviewer) == {"一": "due=overdue"}


def test_views_are_those_of_the_person_and_the_role(reviewer, cast):
    reviewer.post(SAVE, {"name": "一", "view": VIEW})
    view = SavedView.objects.get()
    stranger = visitor(cast, "neighbour_reviewer")

    assert "?due=overdue&amp;kind=P" not in stranger.get(URL).content.decode()
    gone = stranger.post(reverse("workflows:view_delete", args=[view.pk]))
    assert gone.status_code == 404
    assert kept(cast.county_reviewer) == {"一": "due=overdue&kind=P"}
