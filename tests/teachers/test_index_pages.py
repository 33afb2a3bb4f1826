"""The pages of the index system and the code lists, as their readers and keepers see them."""

import re

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now, timedelta

from teachers.index import drafting
from teachers.models import Code, IndexVersion, Indicator


@pytest.fixture
def keeper(client, cast) -> dict:
    client.force_login(cast.administrator.user)
    return {"by": cast.administrator.user, "post": cast.administrator, "at": now()}


@pytest.fixture
def draft(keeper) -> IndexVersion:
    base = IndexVersion.objects.get(code="2026")
    return drafting.make_draft(base=base, code="2027", name="2027 年版", **keeper)


def text(client, path: str) -> str:
    return client.get(path).content.decode()


def where(name: str, *args: str) -> str:
    return reverse(f"teachers:{name}", args=args)


def form_of(client, path: str) -> dict:
    """What the form on a page would send if nothing were changed."""
    form = client.get(path).context["form"]
    return {bound.name: value for bound in form if (value := bound.value()) not in (None, False)}


@pytest.mark.parametrize("drafts", [1, 3])
def test_versions_are_listed_in_few_queries(client, keeper, drafts, django_assert_num_queries):
    base = IndexVersion.objects.get(code="2026")
    for number in range(drafts):
        drafting.make_draft(base=base, code=f"d{number}", name=f"草案{number}", **keeper)

    with django_assert_num_queries(4):
        page = text(client, "/index/")

    assert page.count("草案</span>") == drafts
    assert "已发布，现行" in page


@pytest.mark.parametrize("changes", [1, 3])
def test_a_draft_is_shown_in_few_queries(client, keeper, draft, changes, django_assert_num_queries):
    for item in Indicator.objects.filter(indicator_set__version=draft, indicator_set__key="skill")[
        :changes
    ]:
        drafting.retire_indicator(indicator=item, seen=drafting.fingerprint(item), **keeper)

    with django_assert_num_queries(8):
        page = text(client, "/index/2027/")

    assert page.count('<tr class="retired">') == changes
    assert f"停用 {changes} 项" in page


def test_everybody_with_a_post_reads_what_is_published_and_no_draft(client, cast, draft):
    client.force_login(cast.school_clerk.user)

    assert "政治面貌" in text(client, "/index/2026/")
    assert "2027" not in text(client, "/index/")
    assert client.get("/index/2027/").status_code == 404


def test_a_version_is_narrowed_to_a_kind_of_school_and_a_word(client, keeper):
    page = text(client, "/index/2026/?kind=H&q=学缘")

    assert re.findall(r'<td class="mono">(\w+)</td>', page) == ["school_ties"]
    assert "没有符合条件的指标" in text(client, "/index/2026/?kind=K&q=学缘")


def test_a_draft_is_made_edited_compared_and_published_on_screen(client, keeper):
    made = client.post("/index/2026/draft/", {"code": "2027", "name": "新版"}, follow=True)
    assert "草案 2027 已包含 2026 的全部内容" in made.content.decode()

    path = where("index_indicator", "2027", "basic", "marital")
    saved = client.post(path, {**form_of(client, path), "need_P": "R"}, follow=True)
    assert "改动已保存到草案" in saved.content.decode()

    path = where("index_indicator_new", "2027", "basic")
    new = {"key": "hobby", "name": "特长", "value_type": "C", "length": "40", "need_P": "O"}
    assert "指标已加入草案" in client.post(path, new, follow=True).content.decode()

    page = client.get("/index/2027/differences/")
    assert page.context["figures"] == {"added": 1, "retired": 0, "changed": 1, "tighter": 1}
    done = client.post("/index/2027/publish/", {"seen": page.context["seen"]}, follow=True)
    assert "版本 2027 已发布" in done.content.decode()
    assert IndexVersion.objects.get(code="2027").published_by == keeper["by"]


def test_a_page_opened_before_somebody_elses_edit_says_who_was_first(client, keeper, draft):
    path = where("index_indicator", "2027", "contact", "other")
    before = form_of(client, path)
    client.post(path, {**before, "length": "70"})

    answer = client.post(path, {**before, "length": "80"})

    assert answer.status_code == 422
    assert "系统管理员 已修改过该草案" in answer.content.decode()


def test_publishing_from_an_old_page_is_refused(client, keeper, draft):
    path = where("index_indicator", "2027", "contact", "other")
    client.post(path, {**form_of(client, path), "length": "70"})
    seen = client.get("/index/2027/differences/").context["seen"]
    client.post(path, {**form_of(client, path), "length": "80"})

    client.post("/index/2027/publish/", {"seen": seen})

    assert IndexVersion.objects.get(code="2027").state == "draft"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"value_type": "E", "need_P": "R"}, "code_list"),
        ({"length": "", "need_P": "R"}, "length"),
        ({"name": "", "need_P": "R"}, "name"),
        ({}, "__all__"),
    ],
)
def test_the_form_says_what_is_missing(client, keeper, draft, values, field):
    path = where("index_indicator_new", "2027", "basic")
    new = {"key": "hobby", "name": "特长", "value_type": "C", "length": "40", **values}

    answer = client.post(path, new)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_a_retired_indicator_is_taken_back_on_screen(client, keeper, draft):
    seen = form_of(client, where("index_indicator", "2027", "contact", "other"))["seen"]
    client.post(where("index_indicator_retire", "2027", "contact", "other"), {"seen": seen})
    assert "恢复" in text(client, "/index/2027/")

    client.post(where("index_indicator_restore", "2027", "contact", "other"))

    assert "尚无改动" in text(client, "/index/2027/")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_code_list_is_shown_in_few_queries(client, keeper, rows, django_assert_num_queries):
    codes = Code.objects.filter(code_list__key="train_mode")[:rows]
    Code.objects.filter(pk__in=[code.pk for code in codes]).update(
        changed_by=keeper["by"], changed_at=keeper["at"], reason="修订"
    )

    with django_assert_num_queries(5):
        page = text(client, "/code-lists/train_mode/")

    assert page.count("修订") == rows


def test_a_long_list_is_paged_by_key_and_searched(client, keeper):
    first = client.get("/code-lists/gb2260_china/").context
    second = client.get(f"/code-lists/gb2260_china/?after={first['next']}").context

    shown = [value.position for value in (*first["values"], *second["values"])]
    assert shown == sorted(set(shown))
    assert len(shown) == 200
    found = client.get("/code-lists/gb2260_china/?q=华亭").context["values"]
    assert [value.code for value in found] == ["620824", "620881", "622725"]
    retired = client.get("/code-lists/gb2260_china/?q=华亭&state=retired").context["values"]
    assert [value.code for value in retired] == ["620824", "622725"]


def test_a_value_is_added_and_ended_on_screen(client, keeper):
    day = localdate() + timedelta(days=2)
    new = {"code": "6", "name": "虚拟现实研修", "valid_from": day, "reason": "修订"}

    added = client.post("/code-lists/train_mode/add/", new, follow=True).content.decode()
    ended = client.post(
        "/code-lists/train_mode/5/end/", {"valid_to": day, "reason": "修订"}, follow=True
    ).content.decode()

    assert "“虚拟现实研修”自" in added
    assert "不能再选用" in ended
    assert Code.objects.get(code_list__key="train_mode", code="5").valid_to == day


def test_a_reader_sees_no_way_to_change_a_list(client, cast):
    client.force_login(cast.county_reviewer.user)

    page = text(client, "/code-lists/train_mode/")

    assert "短期面授培训" in page
    assert "增加代码" not in page
    assert "/end/" not in page
