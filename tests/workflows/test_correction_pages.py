"""Lists of corrections on the pages: the basket, the school's list, the next look, Excel, PDF."""

import io
import re
from uuid import uuid4

import pypdf
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from campaigns import actions as entering
from campaigns.models import Record
from teachers.models import AccessEntry
from tests.campaigns import people
from tests.workflows.test_corrections import (
    ETHNIC,
    answer,
    file,
    give_back,
    later,
    mark,
)
from workflows.models import Correction, Decision

HTMX = {"HX-Request": "true"}


@pytest.fixture
def sign_in(client):
    def as_(post):
        client.force_login(post.user)
        return client

    return as_


@pytest.fixture
def filed(round):
    return file(round)


def address(name: str, *keys) -> str:
    return reverse(f"workflows:{name}", args=keys)


def text(response) -> str:
    return response.content.decode()


def test_a_reviewer_marks_a_field_from_the_record(cast, filed, sign_in):
    record = filed.records.first()
    client = sign_in(cast.county_reviewer)
    where = f"{address('correction_mark', filed.pk)}?record={record.pk}&set=basic&key=ethnic"
    assert where.replace("&", "&amp;") in text(client.get(address("record", filed.pk, record.pk)))
    form = client.get(where, headers=HTMX)
    assert form.headers["HX-Retarget"] == "#dialog"
    assert "基本信息 · 民族" in text(form)
    marked = client.post(where, {"reason": "02", "words": "与证件不符。"}, headers=HTMX)

    assert (marked.status_code, marked.headers["HX-Trigger"]) == (204, "decided")
    assert Correction.objects.values_list("record", "set_key", "indicator_key", "reason").get() == (
        record.pk,
        "basic",
        "ethnic",
        "02",
    )
    assert "与证件不符。" in text(client.get(address("record", filed.pk, record.pk)))
    assert "与证件不符。" in text(client.get(address("submission", filed.pk)))


def test_a_mark_without_a_reason_is_asked_for_it(cast, filed, sign_in):
    client = sign_in(cast.county_reviewer)
    response = client.post(address("correction_mark", filed.pk), {"words": "请核对"})
    assert response.status_code == 422
    assert "请从列表中选择一个原因" in text(response)
    assert "请核对" in text(response)


def test_a_second_mark_of_the_same_place_says_who_was_first(round, cast, filed, sign_in):
    mark(round, filed, cast.county_reviewer)
    client = sign_in(cast.county_reviewer)
    response = client.post(address("correction_mark", filed.pk), {"reason": "01"}, headers=HTMX)
    assert "马建国已于" in text(response)


@pytest.mark.parametrize("query", ["record=0", "record=x", "row=-1&set=basic", "again=999999"])
def test_nonsense_in_the_address_of_a_mark_is_not_found(cast, filed, sign_in, query):
    client = sign_in(cast.county_reviewer)
    assert client.get(f"{address('correction_mark', filed.pk)}?{query}").status_code == 404


def test_a_line_is_changed_and_removed_on_the_page(round, cast, filed, sign_in):
    line = mark(round, filed, cast.county_reviewer)
    client = sign_in(cast.county_reviewer)
    client.post(address("correction_change", line.pk), {"reason": "99", "words": "另行说明。"})
    line.refresh_from_db()
    assert (line.reason, line.words) == ("99", "另行说明。")
    client.post(address("correction_remove", line.pk))
    assert not Correction.objects.exists()


def test_the_basket_is_shown_to_its_desk_alone(round, cast, filed, sign_in):
    mark(round, filed, cast.county_reviewer, words="只给本岗位看。")
    page = address("submission", filed.pk)
    assert "只给本岗位看。" in text(sign_in(cast.county_reviewer).get(page))
    for who in ("school_clerk", "city_reviewer", "county_supervisor"):
        assert "只给本岗位看。" not in text(sign_in(cast.posts[who]).get(page))


def test_the_return_dialog_lists_the_basket_and_needs_nothing_more(round, cast, filed, sign_in):
    mark(round, filed, cast.county_reviewer, filed.records.first(), ETHNIC, words="与证件不符。")
    client = sign_in(cast.county_reviewer)
    form = {"task": round.task(cast.first_school).pk, "verdict": "return"}
    asked = client.post(address("decide"), form)
    assert [line.correction.words for line in asked.context["basket"]] == ["与证件不符。"]
    client.post(address("decide"), {**form, "confirmed": "1"})

    decision = Decision.objects.get(verdict="return")
    assert (decision.reasons, decision.corrections.count()) == (["01"], 1)


def test_a_bulk_return_says_how_many_lines_go_along(round, cast, filed, sign_in):
    round.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    mark(round, filed, cast.county_reviewer)
    tasks = [round.task(cast.first_school).pk, round.task(cast.second_school).pk]
    asked = sign_in(cast.county_reviewer).post(
        address("decide"), {"task": tasks, "verdict": "return"}
    )
    assert asked.context["baskets"] == 1


# --- The school ------------------------------------------------------------------------------
@pytest.fixture
def returned(round, cast, filed):
    lines = [mark(round, filed, cast.county_reviewer, filed.records.first(), ETHNIC)]
    lines.append(mark(round, filed, cast.county_reviewer, words="缺少一名教师。"))
    give_back(round, cast.county_reviewer)
    later(round)
    return lines


def test_the_school_sees_its_list_with_links_to_the_fields(cast, filed, returned, sign_in):
    client = sign_in(cast.school_clerk)
    assert address("corrections", filed.pk) in text(client.get("/school/"))
    shown = text(client.get(address("corrections", filed.pk)))
    form = reverse("campaigns:record", args=[filed.pk, returned[0].record_id])
    assert f'href="{form}#id_basic-ethnic"' in shown
    assert "缺少一名教师。" in shown


def test_the_clerk_answers_a_line_in_place(cast, filed, returned, sign_in):
    client = sign_in(cast.school_clerk)
    where = address("correction_answer", returned[1].pk)
    refused = client.post(where, {"answer": "explained", "words": ""}, headers=HTMX)
    assert "请简要说明该值为何无误" in text(refused)
    said = client.post(where, {"answer": "explained", "words": "该教师已退休。"}, headers=HTMX)

    assert "该教师已退休。" in text(said)
    assert said.context["counts"] == {"all": 2, "owed": 1, "answered": 1, "mine": 0}
    assert 'hx-swap-oob="true"' in text(said)


def test_the_clerk_changes_an_answer_that_the_page_showed(cast, filed, returned, sign_in):
    client = sign_in(cast.school_clerk)
    where = address("correction_answer", returned[1].pk)
    said = text(client.post(where, {"answer": "corrected"}, headers=HTMX))
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', said)
    change = {"answer": "explained", "words": "该教师已退休。"}
    assert "汪晓梅" in text(client.post(where, {**change, "seen": ""}, headers=HTMX))
    client.post(where, {**change, "seen": seen}, headers=HTMX)

    returned[1].refresh_from_db()
    assert (returned[1].answer, returned[1].answer_words) == ("explained", "该教师已退休。")


def test_handing_in_too_early_is_answered_with_one_sentence(cast, filed, returned, sign_in):
    client = sign_in(cast.school_clerk)
    answered = client.post(address("submit", filed.pk), follow=True)
    assert "锁南镇第二小学的整改清单还有 2 条未答复" in text(answered)


def test_a_head_reads_the_list_without_answering(cast, filed, returned, sign_in):
    shown = text(sign_in(cast.school_head).get(address("corrections", filed.pk)))
    assert "缺少一名教师。" in shown
    assert 'name="answer"' not in shown


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_line_and_for_three(
    round, cast, filed, sign_in, django_assert_num_queries, count
):
    for record in filed.records.all()[:count]:
        mark(round, filed, cast.county_reviewer, record, ETHNIC)
    give_back(round, cast.county_reviewer)
    client = sign_in(cast.school_clerk)
    client.get(address("corrections", filed.pk))
    with django_assert_num_queries(9):
        client.get(address("corrections", filed.pk))


def test_a_long_list_pages_by_key(round, cast, filed, sign_in):
    line = mark(round, filed, cast.county_reviewer)
    give_back(round, cast.county_reviewer)
    line.refresh_from_db()
    for number in range(51):
        line.pk, line.name, line._state.adding = None, f"甲{number}", True
        line.save()
    client = sign_in(cast.school_clerk)
    first = client.get(address("corrections", filed.pk))
    rest = client.get(address("corrections", filed.pk), {"after": first.context["after"]})
    assert (len(first.context["lines"]), len(rest.context["lines"])) == (50, 2)
    assert rest.context["after"] is None


# --- Values then and now ---------------------------------------------------------------------
def test_each_line_shows_the_value_then_and_now(round, cast, sign_in):
    submission = round.submission(cast.first_school)
    who = {"by": cast.school_clerk.user, "post": cast.school_clerk}
    document = people.document(0)
    kept = {"basic": document["basic"], "contact": document["contact"]}
    record = entering.save_record(
        submission=submission,
        data={**kept, "basic": {**kept["basic"], "ethnic": "01"}},
        identity=people.card(0),
        identity_type="1",
        at=round.at,
        **who,
    )
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    line = mark(round, submission, cast.county_reviewer, record, ETHNIC)
    give_back(round, cast.county_reviewer)
    later(round)
    entering.save_record(
        submission=submission,
        data=kept,
        identity="",
        identity_type="1",
        at=round.at,
        record=Record.objects.get(pk=record.pk),
        **who,
    )
    answer(round, line)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    page = sign_in(cast.county_reviewer).get(address("submission", submission.pk))
    (shown,) = page.context["lines"]
    assert page.context["tab"] == "corrections"
    assert (shown.place, shown.then, shown.now, shown.is_changed) == (
        "基本信息 · 民族",
        "汉族",
        "回族",
        True,
    )


# --- The next look ---------------------------------------------------------------------------
@pytest.fixture
def answered(round, cast, returned):
    for line in returned:
        answer(round, line)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    return returned


def test_the_next_review_opens_on_the_list_and_closes_it(cast, filed, answered, sign_in):
    client = sign_in(cast.county_reviewer)
    page = client.get(address("submission", filed.pk))
    assert (page.context["tab"], page.context["corrections"]["mine"]) == ("corrections", 2)
    client.post(address("corrections_close", filed.pk), {"line": answered[0].pk})
    client.post(address("corrections_close", filed.pk), {"all": "1"}, headers=HTMX)

    assert set(Correction.objects.values_list("state", flat=True)) == {"closed"}
    assert client.get(address("submission", filed.pk)).context["tab"] == "records"


def test_a_line_is_asked_again_where_it_stood(cast, filed, answered, sign_in):
    client = sign_in(cast.county_reviewer)
    where = f"{address('correction_mark', filed.pk)}?again={answered[0].pk}"
    assert "基本信息 · 民族" in text(client.get(where))
    client.post(where, {"reason": "02", "words": "仍与证件不符。"})

    old, new = Correction.objects.get(pk=answered[0].pk), Correction.objects.latest("pk")
    assert (old.again, new.record, new.indicator_key) == (new, old.record, "ethnic")


def test_another_level_reads_the_list_but_closes_nothing(round, cast, filed, answered, sign_in):
    round.decide(cast.first_school, cast.county_reviewer, "approve")
    client = sign_in(cast.city_reviewer)
    page = client.get(address("submission", filed.pk), {"tab": "corrections"})
    assert "缺少一名教师。" in text(page)
    assert address("corrections_close", filed.pk) not in text(page)
    client.post(address("corrections_close", filed.pk), {"all": "1"})
    assert set(Correction.objects.values_list("state", flat=True)) == {"open"}


# --- Excel and PDF ---------------------------------------------------------------------------
def test_the_workbook_holds_every_line(cast, filed, returned, sign_in):
    response = sign_in(cast.school_clerk).get(address("corrections_sheet", filed.pk))
    rows = list(load_workbook(io.BytesIO(response.getvalue())).active.values)

    assert rows[0][0] == "锁南镇第二小学整改清单"
    assert [row[:2] + row[3:6] for row in rows[3:]] == [
        ("1", returned[0].name, "基本信息 · 民族", "身份证件号与证件不符", "请核对。"),
        ("2", "整件报送", "", "身份证件号与证件不符", "缺少一名教师。"),
    ]
    assert AccessEntry.objects.filter(action="corrections_download").count() == 1


def test_a_value_that_looks_like_a_formula_stays_text(round, cast, filed, sign_in):
    mark(round, filed, cast.county_reviewer, words='=HYPERLINK("http://x")')
    give_back(round, cast.county_reviewer)
    response = sign_in(cast.school_clerk).get(address("corrections_sheet", filed.pk))
    cell = load_workbook(io.BytesIO(response.getvalue())).active["F4"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x")')


def test_the_paper_names_each_line_and_who_printed_it(cast, filed, returned, sign_in):
    response = sign_in(cast.school_clerk).get(reverse("reports:corrections", args=[filed.pk]))
    paper = pypdf.PdfReader(io.BytesIO(response.getvalue()))
    printed = "".join(page.extract_text() for page in paper.pages).replace("\n", "")

    assert "缺少一名教师。" in printed
    assert "汪晓梅" in printed
    assert "缺少一名教师。" not in (paper.metadata.title or "")
    assert AccessEntry.objects.filter(action="corrections_download").count() == 1


def test_an_act_that_is_pressed_twice_is_one(round, cast, filed, sign_in):
    mark(round, filed, cast.county_reviewer)
    client, key = sign_in(cast.county_reviewer), uuid4()
    form = {"task": round.task(cast.first_school).pk, "verdict": "return", "confirmed": "1"}
    for _press in range(2):
        assert client.post(address("decide"), {**form, "key": str(key)}).status_code == 200
    assert Decision.objects.filter(verdict="return").count() == 1
