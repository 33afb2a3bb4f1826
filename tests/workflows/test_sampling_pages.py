"""The pages of the sampling desk: drawing, opening, judging, and what the draws have found."""

import re

import pytest
from django.utils import timezone

from campaigns.models import Submission
from teachers.models import Post
from tests import colleagues, rounds, samples
from tests.workflows import desks
from workflows.enums import Verdict
from workflows.models import Draw, SampledRecord, Task

DESK = "/sampling/"
SEED = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def filed(round) -> rounds.Round:
    samples.asked_for(round)
    samples.hand_in(round)
    return round


@pytest.fixture
def sign_in(client):
    def as_(post: Post):
        client.force_login(post.user)
        return client

    return as_


@pytest.fixture
def county(cast, sign_in):
    return sign_in(cast.county_reviewer)


def text(answer) -> str:
    """The page's words without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def record_page(row: SampledRecord) -> str:
    return f"/submissions/{row.submission_id}/records/{row.record_id}/view/?sample={row.pk}"


def judge(client, row: SampledRecord, verdict: str = "right", words: str = "", **more):
    body = {"verdict": verdict, "words": words}
    return client.post(f"/sampling/records/{row.pk}/judge/", body, **more)


def sampled() -> list[SampledRecord]:
    return list(SampledRecord.objects.order_by("position"))


# --- Drawing ---------------------------------------------------------------------------------
def test_before_a_draw_the_page_says_how_many_of_how_many(filed, county):
    page = county.get(DESK)

    assert "将从 3 件未发现问题的报送中抽取 2 件" in text(page)
    assert "差错率不超过 5%" in text(page)


def test_what_has_findings_is_named_beside(filed, cast, county):
    Submission.objects.filter(organisation=cast.first_school).update(warnings_count=1)

    assert "另有 1 件有提示的报送须逐件审核" in text(county.get(DESK))


def test_pressing_draws_and_shows_the_records_with_seed_and_risks(filed, cast, county):
    answer = county.post("/sampling/draw/", {"campaign": "2026"}, follow=True)

    drawn = Draw.objects.get()
    assert answer.redirect_chain == [("/sampling/?campaign=2026", 302)]
    assert (drawn.by, drawn.organisation) == (cast.county_reviewer.user, cast.county)
    assert "已认定 0 / 2 条抽查记录" in text(answer)
    assert drawn.seed in text(answer)
    assert "与教师库相比变动多" in text(answer)
    assert [row.name in text(answer) for row in sampled()] == [True, True]


def test_pressing_twice_draws_once(filed, county):
    for _time in range(2):
        county.post("/sampling/draw/", {"campaign": "2026"})

    assert Draw.objects.count() == 1


def test_a_refusal_is_said_on_the_page(round, county):
    samples.asked_for(round)
    answer = county.post("/sampling/draw/", {"campaign": "2026"}, follow=True)

    assert "没有可供抽查的报送" in text(answer)
    assert "暂无可抽查的报送" in text(answer)


@pytest.mark.parametrize("code", ["", "2027", "draft"])
def test_a_campaign_that_asks_for_none_is_not_found(filed, cast, county, code):
    rounds.new_campaign(cast, filed.at, code="draft")

    assert county.post("/sampling/draw/", {"campaign": code}).status_code == 404
    assert county.get(DESK, {"campaign": "2027"}).status_code == 404


def test_without_such_a_campaign_the_page_explains_itself(round, county):
    assert "没有要求抽查的采集任务" in text(county.get(DESK))


def test_several_campaigns_are_tabs_and_the_newest_that_runs_is_shown(filed, cast, county):
    samples.asked_for(rounds.launched(cast, filed.at, code="2027"))

    page = county.get(DESK)

    assert page.context["campaign"].code == "2027"
    assert 'href="?campaign=2026"' in page.content.decode()
    assert county.get(DESK, {"campaign": "2026"}).context["lying"].to_draw == 3


# --- Opening and judging ---------------------------------------------------------------------
def test_opening_a_drawn_record_notes_it_and_offers_a_judgement(filed, cast, county):
    samples.draw(filed, cast.county_reviewer)
    first, second = sampled()

    page = county.get(record_page(first))

    assert "本条为抽查记录" in text(page)
    first.refresh_from_db(), second.refresh_from_db()
    assert first.opened_by == cast.county_reviewer.user
    assert abs((timezone.now() - first.opened_at).total_seconds()) < 60
    assert second.opened_at is None


def test_the_record_without_the_parameter_or_by_another_desk_opens_nothing(filed, cast, sign_in):
    samples.draw(filed, cast.county_reviewer)
    first = sampled()[0]
    plain = record_page(first).partition("?")[0]

    assert "本条为抽查记录" not in text(sign_in(cast.county_reviewer).get(plain))
    assert "本条为抽查记录" not in text(sign_in(cast.city_reviewer).get(record_page(first)))
    first.refresh_from_db()
    assert first.opened_at is None


def test_judging_leads_from_record_to_record_and_back_to_the_desk(filed, cast, county):
    samples.draw(filed, cast.county_reviewer)
    first, second = sampled()
    county.get(record_page(first))

    on = judge(county, first)
    county.get(record_page(second))
    back = judge(county, second, "wrong", "学历与证书不符。", follow=True)

    assert on.headers["Location"] == record_page(second)
    assert back.redirect_chain == [("/sampling/?campaign=2026", 302)]
    assert "差错率 50%，超过 5%" in text(back)
    assert "95% 置信区间 9.5–90.5%" in text(back)
    assert "学历与证书不符。" in text(back)
    assert "还有 1 件" not in text(back)


def test_a_judgement_that_cannot_be_taken_is_said_on_the_record(filed, cast, county):
    samples.draw(filed, cast.county_reviewer)
    first = sampled()[0]

    early = judge(county, first, follow=True)
    without_words = judge(county, first, "wrong", "", follow=True)

    assert "请先打开" in text(early)
    assert "请说明错在何处" in text(without_words)
    assert judge(county, first, "perhaps").status_code == 404


def test_a_colleague_who_was_quicker_is_named(filed, cast, county, client):
    samples.draw(filed, cast.county_reviewer)
    first = sampled()[0]
    samples.judge(filed, colleagues.colleague(cast.county, "马芳"), first)

    answer = judge(county, first, "wrong", "错了。", follow=True)

    assert "马芳已于" in text(answer)
    assert SampledRecord.objects.get(pk=first.pk).verdict == "right"


def test_who_had_a_part_is_told_that_a_colleague_judges(filed, cast, county):
    samples.draw(filed, cast.county_reviewer)
    first = sampled()[0]
    first.submission.records.update(entered_by=cast.county_reviewer.user)

    assert "请由同事认定" in text(county.get(record_page(first)))


# --- What a draw has found -------------------------------------------------------------------
def test_a_passed_draw_leads_to_the_inbox(filed, cast, county):
    samples.judge_all(filed, cast.county_reviewer, samples.draw(filed, cast.county_reviewer))

    page = county.get(DESK)

    assert "差错率 0%，未超过 5%" in text(page)
    assert "抽样总体中的 3 件报送可以成批通过" in text(page)
    assert "/inbox/?look=clean&amp;campaign=2026" in page.content.decode()
    assert not page.context["may_draw"]


def test_a_failed_draw_says_what_to_do_and_opens_again_without_the_wrong_ones(filed, cast, county):
    drawn = samples.draw(filed, cast.county_reviewer)
    samples.judge_all(filed, cast.county_reviewer, drawn, wrong=1)
    before = county.get(DESK)
    filed.send_back(sampled()[0].submission.organisation, cast.county_reviewer)
    after = county.get(DESK)

    assert "请退回抽查有误的报送，再从其余报送中重新抽查" in text(before)
    assert (before.context["may_draw"], after.context["may_draw"]) == (False, True)
    assert "将从 2 件未发现问题的报送中抽取 2 件" in text(after)


def test_those_who_oversee_see_the_draws_below_and_each_of_them(filed, cast, sign_in):
    drawn = samples.draw(filed, cast.county_reviewer, seed=SEED)
    address = f"/sampling/{drawn.pk}/"

    page = sign_in(cast.county_supervisor).get(DESK)
    one = sign_in(cast.province_supervisor).get(address)

    assert "各审核台的抽查批次" in text(page)
    assert address in page.content.decode()
    assert "抽取样本" not in text(page)
    assert SEED in text(one)
    assert sign_in(cast.neighbour_reviewer).get(address).status_code == 404
    assert address not in sign_in(cast.neighbour_reviewer).get(DESK).content.decode()


def test_a_colleague_for_a_part_of_the_desk_sees_that_part(filed, cast, client):
    drawn = samples.draw(filed, cast.county_reviewer)
    first, second = sampled()
    given = colleagues.given(
        cast.county_reviewer,
        cast.county_supervisor.user,
        timezone.now(),
        within=first.submission.organisation,
    )
    client.force_login(cast.county_supervisor.user)
    client.post(f"/posts/{cast.county_reviewer.pk}/for/{given.pk}/")

    page = text(client.get(f"/sampling/{drawn.pk}/"))

    assert (first.name in page, second.name in page) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_for_one_row_and_for_three(
    filed, cast, county, count, django_assert_num_queries
):
    samples.asked_for(filed, least=count)
    samples.draw(filed, cast.county_reviewer)
    county.get(DESK)

    with django_assert_num_queries(15):
        page = county.get(DESK)
    assert len(page.context["rows"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_draws_costs_the_same_for_one_and_for_three(
    filed, cast, sign_in, count, django_assert_num_queries
):
    for school, county, who in [
        ("first_school", "county_reviewer", None),
        ("neighbour_school", "neighbour_reviewer", "neighbour"),
        ("city_school", "city_reviewer", "city_school"),
    ][:count]:
        if who:
            samples.hand_in(filed, [(school, who)])
        samples.draw(filed, cast.posts[county])
    client = sign_in(cast.province_supervisor)
    client.get(DESK)

    with django_assert_num_queries(7):
        page = client.get(DESK)
    assert len(page.context["sheets"]) == count


def test_rows_and_draws_page_by_key(filed, cast, county, monkeypatch):
    monkeypatch.setattr("workflows.sampling_desk.PAGE", 1)
    drawn = samples.draw(filed, cast.county_reviewer)
    samples.judge_all(filed, cast.county_reviewer, drawn, wrong=1)
    filed.send_back(sampled()[0].submission.organisation, cast.county_reviewer)
    second = samples.draw(filed, cast.county_reviewer)

    first_page = county.get(f"/sampling/{drawn.pk}/")
    second_page = county.get(f"/sampling/{drawn.pk}/", {"row": first_page.context["row_after"]})
    newest = county.get(DESK)
    older = county.get(DESK, {"after": newest.context["after"]})

    assert [page.context["rows"][0].position for page in (first_page, second_page)] == [0, 1]
    assert [page.context["sheets"][0].draw for page in (newest, older)] == [second, drawn]
    assert second_page.context["row_after"] is None


# --- Elsewhere -------------------------------------------------------------------------------
def test_the_inbox_says_how_the_sampling_desk_stands(filed, cast, county):
    before = text(county.get("/inbox/"))
    drawn = samples.draw(filed, cast.county_reviewer)
    samples.judge(filed, cast.county_reviewer, sampled()[0])
    running = text(county.get("/inbox/"))
    samples.judge(filed, cast.county_reviewer, sampled()[1])
    passed = text(county.get("/inbox/"))

    assert drawn.number == 1
    assert "抽查台成批通过前须先抽查" in before.replace(" ", "")
    assert "抽查台1/2正在抽查" in running.replace(" ", "")
    assert "抽查通过，可以成批通过" in passed


def test_a_campaign_whose_work_has_left_the_desk_does_not_hide_it(filed, cast, county):
    """Its kept counts are zero by then, but not folded."""
    other = rounds.launched(cast, filed.at, code="2026-again")
    desks.hand_in(other, cast, "first_school")
    several = county.get("/inbox/")
    other.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    alone = county.get("/inbox/")

    assert several.context["sampling"].campaign == filed.campaign
    assert alone.context["sampling"].campaign == alone.context["page"].campaign == filed.campaign


def test_several_campaigns_that_ask_for_samples_lead_to_the_desk(filed, cast, county):
    other = rounds.launched(cast, filed.at, code="2026-again")
    samples.asked_for(other)
    desks.hand_in(other, cast, "first_school")

    page = county.get("/inbox/")

    assert page.context["sampling"].state == "several"
    assert 'href="/sampling/"' in page.content.decode()


def test_the_inbox_asks_one_statement_more_for_it_and_none_without(
    filed, cast, county, django_assert_num_queries
):
    county.get("/inbox/")
    with django_assert_num_queries(23):
        county.get("/inbox/")
    samples.asked_for(filed, share=0)
    with django_assert_num_queries(22):
        assert "抽查台" not in text(county.get("/inbox/"))


def test_the_receipt_of_a_bulk_approval_names_the_sampling_desk(filed, cast, county):
    tasks = list(Task.objects.open().for_post(cast.county_reviewer).values_list("pk", flat=True))

    answer = county.post("/tasks/decide/", {"task": tasks, "verdict": "approve"})

    assert "抽查尚未完成" in text(answer)


def test_the_campaign_s_page_shows_what_is_asked(filed, cast, sign_in):
    page = text(sign_in(cast.manager).get("/campaigns/2026/"))

    assert "成批通过前抽查 10%，不少于 2 件；差错率不超过 5%" in page
