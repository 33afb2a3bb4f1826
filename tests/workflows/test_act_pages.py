"""Acts on the pages: the key of a press, the preview, a whole view, receipts, taking back."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Record, Submission
from teachers.enums import Role
from teachers.models import Delegation, Post, User
from tests import rounds
from tests.at_once import at_once
from tests.cast import BEGAN
from tests.colleagues import colleague
from tests.everywhere import visitor
from tests.invariants import violations
from workflows import actions, acts, inbox
from workflows.enums import ActState, OutcomeKind, Verdict
from workflows.inbox import Filters
from workflows.models import Act, Decision, Task

INBOX, DECIDE, ACTS = (reverse(f"workflows:{name}") for name in ("inbox", "decide", "acts"))
COUNTY = ("first_school", "second_school", "kindergarten")
CLERKS = {"first_school": "school", "second_school": "second", "kindergarten": "kindergarten"}
HTMX = {"HX-Request": "true"}


def hand_in(round, *schools: str) -> rounds.Round:
    for name in schools:
        who = CLERKS[name]
        posts = round.cast.posts
        round.hand_in(round.cast.units[name], posts[f"{who}_clerk"], posts[f"{who}_head"])
    return round


@pytest.fixture
def filed(round) -> rounds.Round:
    return hand_in(round, *COUNTY)


@pytest.fixture
def county(cast):
    return visitor(cast, "county_reviewer")


def states(filed, *schools: str) -> list[str]:
    return [filed.submission(filed.cast.units[school]).state for school in schools]


def task(filed, school: str) -> int:
    return filed.task(filed.cast.units[school]).pk


def hidden(html: str, form: str) -> dict[str, str]:
    """The hidden fields of a form of the page, as a browser would send them."""
    inside = html[html.index(form) :].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', inside)
    return {name: value.replace("&amp;", "&") for name, value in found}


def batch(client, query: str = "") -> dict[str, str]:
    return hidden(client.get(INBOX + query).content.decode(), '<form id="batch"')


def latest() -> Act:
    return Act.objects.latest("pk")


def of(act: Act, name: str = "act") -> str:
    return reverse(f"workflows:{name}", args=[act.pk])


# --- One press ----------------------------------------------------------------------------
def test_a_press_from_the_inbox_is_an_act_that_knows_when_the_page_was_read(filed, county):
    before = timezone.now()
    form = batch(county)

    county.post(DECIDE, {**form, "task": task(filed, "first_school"), "verdict": "approve"})

    act = latest()
    assert (str(act.key), act.items_count, act.done_count) == (form["key"], 1, 1)
    assert before <= act.seen_at <= timezone.now()
    assert states(filed, "first_school") == ["city_review"]


def test_a_double_press_decides_once_and_shows_the_same_receipt(filed, county):
    form = {**batch(county), "task": task(filed, "first_school"), "verdict": "approve"}

    first, second = county.post(DECIDE, form), county.post(DECIDE, form)

    assert [answer.context["act"].pk for answer in (first, second)] == [latest().pk] * 2
    assert [o.kind for o in second.context["receipt"].outcomes] == [OutcomeKind.DONE]
    assert Decision.objects.filter(task=form["task"]).count() == 1


def test_the_page_after_a_press_has_another_key(filed, county):
    form = batch(county)
    county.post(DECIDE, {**form, "task": task(filed, "first_school"), "verdict": "approve"})

    assert batch(county)["key"] != form["key"]


def test_an_old_page_with_another_choice_is_told_to_load_again(filed, county):
    form = batch(county)
    county.post(DECIDE, {**form, "task": task(filed, "first_school"), "verdict": "approve"})

    answer = county.post(
        DECIDE, {**form, "task": task(filed, "second_school"), "verdict": "approve"}
    )

    assert answer.status_code == 422
    assert "请重新打开页面" in answer.content.decode()
    assert states(filed, "second_school") == ["county_review"]


def test_what_changed_after_the_page_was_read_is_not_decided(filed, cast, county):
    form = batch(county)
    Record.objects.filter(submission=filed.submission(cast.first_school)).update(
        entered_at=timezone.now()
    )

    answer = county.post(
        DECIDE, {**form, "task": task(filed, "first_school"), "verdict": "approve"}
    )

    assert [o.kind for o in answer.context["receipt"].outcomes] == [OutcomeKind.CHANGED]
    assert states(filed, "first_school") == ["county_review"]


@pytest.mark.parametrize("forged", ["2099-01-01T00:00:00+08:00", "x:y", "2099-01-01:abc"])
def test_the_moment_of_the_look_cannot_be_forged(filed, county, forged):
    form = {**batch(county), "seen": forged}

    answer = county.post(
        DECIDE, {**form, "task": task(filed, "first_school"), "verdict": "approve"}
    )

    assert answer.status_code == 422
    assert states(filed, "first_school") == ["county_review"]


def test_the_pane_and_the_submission_s_page_press_with_keys_of_their_own(filed, cast, county):
    page = county.get(INBOX).content.decode()
    pane = county.get(reverse("workflows:pane", args=[task(filed, "first_school")]))
    own = county.get(reverse("workflows:submission", args=[filed.submission(cast.first_school).pk]))

    forms = [
        hidden(page, '<form id="batch"'),
        hidden(page[page.index('id="pane"') :], "<form"),
        hidden(pane.content.decode(), "<form"),
        hidden(own.content.decode(), 'class="card decide"'),
    ]

    assert len({form["key"] for form in forms}) == 4
    county.post(DECIDE, {**forms[3], "task": task(filed, "first_school"), "verdict": "approve"})
    assert str(latest().key) == forms[3]["key"]


def test_two_at_once_with_one_key_are_one_act(transactional_db, reference, cast, now):
    filed = hand_in(rounds.launched(cast, now), *COUNTY)
    tasks = [task(filed, school) for school in COUNTY]
    form = {"key": str(uuid4()), "task": tasks, "verdict": "approve"}

    def press():
        return visitor(cast, "county_reviewer").post(DECIDE, form).status_code

    results = at_once(press, press, press, press)

    assert all(status in (200, 302) for status in results), results
    assert Act.objects.count() == 1
    assert Decision.objects.filter(task__in=tasks).count() == 3
    assert (latest().state, latest().done_count) == (ActState.DONE, 3)
    assert violations() == {}


# --- Many at once -------------------------------------------------------------------------
def test_many_are_shown_before_they_are_decided(filed, cast, county):
    Submission.objects.filter(organisation=cast.second_school).update(errors_count=1)
    form = {**batch(county), "task": [task(filed, s) for s in COUNTY], "verdict": "approve"}

    shown = county.post(DECIDE, form)

    preview, text = shown.context["preview"], shown.content.decode()
    assert (preview.done, preview.refused) == (2, 1)
    assert not Act.objects.exists()
    assert str(OutcomeKind.HAS_ERRORS.label) in text
    assert states(filed, *COUNTY) == ["county_review"] * 3

    confirmed = hidden(text, 'class="return"')
    answer = county.post(DECIDE, {**confirmed, "task": form["task"]})

    assert confirmed["key"] == form["key"]
    assert (len(answer.context["receipt"].done), len(answer.context["receipt"].refused)) == (2, 1)
    assert states(filed, *COUNTY) == ["city_review", "county_review", "city_review"]


def test_one_alone_needs_no_preview(filed, county):
    form = {**batch(county), "task": [task(filed, "first_school")], "verdict": "approve"}

    county.post(DECIDE, form)

    assert states(filed, "first_school") == ["city_review"]


def test_a_return_of_many_shows_what_would_happen_beside_the_reasons(filed, cast, county):
    Task.objects.filter(pk=task(filed, "kindergarten")).update(owner=cast.city_reviewer.user)
    form = {**batch(county), "task": [task(filed, s) for s in COUNTY], "verdict": "return"}

    shown = county.post(DECIDE, form)
    text = shown.content.decode()
    confirmed = {
        **hidden(text, 'class="return"'),
        "task": form["task"],
        "reason": [rounds.reason()],
        "words": "请核对。",
    }
    county.post(DECIDE, confirmed)

    assert (shown.context["preview"].done, shown.context["preview"].refused) == (2, 1)
    assert str(OutcomeKind.CLAIMED.label) in text
    assert states(filed, *COUNTY) == ["returned", "returned", "county_review"]


def test_where_nothing_can_be_done_there_is_nothing_to_confirm(filed, cast, county):
    Task.objects.open().for_post(cast.county_reviewer).update(owner=cast.city_reviewer.user)
    tasks = [task(filed, school) for school in COUNTY]

    shown = county.post(DECIDE, {**batch(county), "task": tasks, "verdict": "approve"})

    form = shown.content.decode().partition('class="return"')[2].partition("</form>")[0]
    assert str(OutcomeKind.CLAIMED.label) in form
    assert "<button" not in form
    assert not Act.objects.exists()


# --- A whole view -------------------------------------------------------------------------
def test_the_inbox_offers_all_of_a_view_only_where_a_page_does_not_hold_it(
    filed, county, monkeypatch
):
    whole = 'name="whole"'
    assert whole not in county.get(INBOX).content.decode()

    monkeypatch.setattr(inbox, "PAGE_SIZE", 2)

    assert whole in county.get(INBOX).content.decode()
    assert whole not in county.get(f"{INBOX}?kind=K").content.decode()


def test_all_of_a_view_beyond_the_page_is_decided(filed, county, monkeypatch):
    monkeypatch.setattr(inbox, "PAGE_SIZE", 2)
    form = {**batch(county), "whole": "1", "verdict": "approve"}

    shown = county.post(DECIDE, form)
    county.post(DECIDE, hidden(shown.content.decode(), 'class="return"'))

    assert shown.context["preview"].done == 3
    act = latest()
    assert (act.items_count, act.done_count, act.filters) == (3, 3, {})
    assert states(filed, *COUNTY) == ["city_review"] * 3


def test_more_than_fifty_rows_go_on_as_one_act(round, cast, county):
    """Sixty schools of the county, all handed in."""
    schools = [_school(cast, number) for number in range(60)]
    campaign = rounds.launched(cast, round.at, code="2027")
    for school in schools:
        _hand_in(campaign, school, cast)
    form = batch(county, "?campaign=2027")

    county.post(DECIDE, {**form, "whole": "1", "verdict": "approve", "confirmed": "1"})

    act = latest()
    assert (act.items_count, act.done_count) == (60, 60)
    assert act.filters == {"campaign": "2027"}
    assert violations() == {}


def _school(cast, number: int):
    code = f"216209{number:04d}"
    like = cast.first_school
    return type(like).objects.create(
        code=code,
        name=f"东乡县第{number}小学",
        kind=like.kind,
        parent=cast.county,
        path=f"{cast.county.path}{code}/",
        depth=like.depth,
        valid_from=BEGAN,
        organiser=like.organiser,
        organiser_kind=like.organiser_kind,
        urban_rural=like.urban_rural,
        school_kind=like.school_kind,
        school_type=like.school_type,
        area_code=like.area_code,
    )


def _hand_in(campaign, school, cast) -> None:
    posts = []
    for role in (Role.CLERK, Role.HEAD):
        user = User.objects.create(username=f"{role}-{school.code}", name=f"{role}")
        posts.append(
            Post.objects.create(user=user, organisation=school, role=role, valid_from=BEGAN)
        )
    campaign.hand_in(school, *posts)


# --- Receipts -----------------------------------------------------------------------------
def press(post, at, verdict=Verdict.APPROVE, **more) -> Act:
    return acts.ask(key=uuid4(), verdict=verdict, by=post.user, post=post, at=at, **more)


def test_the_answer_in_the_inbox_links_to_the_receipt_and_takes_back(filed, county):
    form = {**batch(county), "task": task(filed, "first_school"), "verdict": "approve"}

    text = county.post(DECIDE, form, headers=HTMX).content.decode()

    assert f'href="{of(latest())}"' in text
    assert f'action="{of(latest(), "act_undo")}"' in text


def test_the_receipt_says_who_when_what_and_why_not(filed, cast, county):
    filed.decide(cast.second_school, cast.county_reviewer, Verdict.APPROVE)
    tasks = [task(filed, "first_school"), filed.newest_task(cast.second_school).pk]
    decided = Decision.objects.get(verdict=Verdict.APPROVE).task_id
    act = press(cast.county_reviewer, filed.at, tasks=[tasks[0], decided])

    page = county.get(of(act))
    text = page.content.decode()

    assert page.context["counts"] == {
        OutcomeKind.DONE: 1,
        OutcomeKind.ALREADY_DECIDED: 1,
    }
    [row] = page.context["rows"]
    assert (row.organisation, row.decided_by) == ("达板镇中心小学", "马建国")
    assert row.text in text
    assert row.address in text


def test_a_receipt_names_the_colleague_who_had_claimed_a_task_also_later(filed, cast, county):
    second = colleague(cast.county, "马芳")
    tasks = [task(filed, school) for school in COUNTY[:2]]
    actions.claim(tasks[:1], by=second.user, post=second, at=filed.at)

    shown = county.post(
        DECIDE,
        {**batch(county), "task": tasks, "verdict": "approve", "confirmed": "1"},
        headers=HTMX,
    )
    actions.release(tasks[:1], by=second.user, post=second, at=timezone.now())

    assert "马芳已认领。" in shown.content.decode()
    [claimed] = county.get(of(latest()), {"outcome": "claimed"}).context["rows"]
    assert (claimed.organisation, claimed.text) == ("锁南镇第二小学", "马芳已认领。")
    assert violations() == {}


def test_a_foreign_task_on_a_receipt_has_no_name(filed, cast, county):
    filed.hand_in(cast.neighbour_school, cast.neighbour_clerk, cast.neighbour_head)
    act = press(cast.county_reviewer, filed.at, tasks=[task(filed, "neighbour_school")])

    assert "临夏市城关小学" not in county.get(of(act)).content.decode()


def test_a_receipt_belongs_to_the_desk(filed, cast):
    act = press(cast.county_reviewer, filed.at, filters=Filters())
    notice_read = cast.manager.user.notice_version
    cast.posts["colleague"] = Post.objects.create(
        user=User.objects.create(username="colleague", name="同事", notice_version=notice_read),
        organisation=cast.county,
        role=Role.REVIEWER,
        valid_from=BEGAN,
    )

    seen = {
        who: visitor(cast, who).get(of(act)).status_code
        for who in ("county_reviewer", "colleague", "neighbour_reviewer", "county_supervisor")
    }

    assert seen == {
        "county_reviewer": 200,
        "colleague": 200,
        "neighbour_reviewer": 404,
        "county_supervisor": 404,
    }


def test_a_receipt_says_for_whom_a_colleague_acted(filed, cast, county):
    post = Post.objects.get(pk=cast.county_reviewer.pk)
    post.delegation = Delegation.objects.create(
        post=post,
        to=cast.city_reviewer.user,
        valid_from=filed.at.date(),
        valid_to=filed.at.date() + timedelta(days=3),
        reason="出差",
        created_by=post.user,
        created_at=filed.at,
    )
    act = acts.ask(
        key=uuid4(),
        verdict=Verdict.APPROVE,
        by=cast.city_reviewer.user,
        post=post,
        at=filed.at,
        filters=Filters(),
    )

    text = county.get(of(act)).content.decode()

    assert "妥明" in text
    assert "代马建国办理" in text


def test_a_running_act_asks_for_itself_until_it_is_done(filed, cast, county, settings):
    settings.ACT_IN_REQUEST = 2
    form = {**batch(county), "task": [task(filed, s) for s in COUNTY], "verdict": "approve"}

    answer = county.post(DECIDE, {**form, "confirmed": "1"}, headers=HTMX).content.decode()
    act = latest()
    running = [county.get(of(act)).content.decode(), answer]
    acts.carry_out(act.pk, clock=lambda: filed.at)
    done = [
        county.get(of(act), headers=HTMX).content.decode(),
        county.get(f"{of(act)}?short=1", headers=HTMX).content.decode(),
    ]

    assert ["every 2s" in text for text in running] == [True, True]
    assert ["every 2s" in text for text in done] == [False, False]
    assert act.state == ActState.QUEUED
    assert states(filed, *COUNTY) == ["city_review"] * 3


def test_a_press_without_a_script_over_many_leads_to_the_receipt(filed, county, settings):
    settings.ACT_IN_REQUEST = 2
    form = {**batch(county), "task": [task(filed, s) for s in COUNTY], "verdict": "approve"}

    answer = county.post(DECIDE, {**form, "confirmed": "1"})

    assert (answer.status_code, answer.headers["Location"]) == (302, of(latest()))


@pytest.mark.parametrize("count", [1, 3])
def test_a_receipt_costs_the_same_for_one_item_and_for_three(
    filed, cast, county, django_assert_num_queries, count
):
    Task.objects.open().for_post(cast.county_reviewer).update(owner=cast.city_reviewer.user)
    tasks = [task(filed, school) for school in COUNTY[:count]]
    act = press(cast.county_reviewer, filed.at, tasks=tasks)
    county.get(of(act))

    with django_assert_num_queries(9):
        page = county.get(of(act))

    assert len(page.context["rows"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_receipt_and_for_three(
    filed, cast, county, django_assert_num_queries, count
):
    for school in COUNTY[:count]:
        press(cast.county_reviewer, filed.at, tasks=[task(filed, school)])
    county.get(ACTS)

    with django_assert_num_queries(5):
        page = county.get(ACTS)

    assert len(page.context["rows"]) == count


def test_items_and_receipts_page_by_key(filed, cast, county, monkeypatch):
    monkeypatch.setattr("workflows.views.acts.PAGE", 2)
    Task.objects.open().for_post(cast.county_reviewer).update(owner=cast.city_reviewer.user)
    for _time in range(3):
        act = press(cast.county_reviewer, filed.at, filters=Filters())

    first = county.get(of(act))
    second = county.get(of(act), {"after": first.context["after"]})
    newest = county.get(ACTS)
    older = county.get(ACTS, {"after": newest.context["after"]})

    shown = [row.organisation for page in (first, second) for row in page.context["rows"]]
    assert sorted(shown) == sorted(cast.units[name].name for name in COUNTY)
    assert [len(page.context["rows"]) for page in (newest, older)] == [2, 1]
    assert second.context["after"] is None


def test_the_list_is_that_of_the_own_desk(filed, cast, county):
    act = press(cast.county_reviewer, filed.at, filters=Filters())

    mine = [read.act.pk for read in county.get(ACTS).context["rows"]]
    others = visitor(cast, "neighbour_reviewer").get(ACTS).context["rows"]

    assert (mine, others) == ([act.pk], [])


# --- Taking back, trying again, going on ---------------------------------------------------
def test_the_page_takes_an_act_back_and_shows_the_receipt_of_that(filed, cast, county):
    act = press(cast.county_reviewer, timezone.now(), filters=Filters())
    offered = 'class="undo' in county.get(of(act)).content.decode()

    answer = county.post(of(act, "act_undo"))

    undone = latest()
    assert offered
    assert (answer.status_code, answer.headers["Location"]) == (302, of(undone))
    assert (undone.undoes, undone.done_count) == (act, 3)
    assert states(filed, *COUNTY) == ["county_review"] * 3
    after = county.get(of(act)).content.decode()
    assert of(undone) in after
    assert 'class="undo' not in after
    assert violations() == {}


def test_taking_back_from_the_inbox_answers_there(filed, cast, county):
    act = press(cast.county_reviewer, timezone.now(), filters=Filters())

    answer = county.post(of(act, "act_undo"), headers=HTMX)

    assert answer.headers["HX-Trigger"] == "decided"
    assert of(latest()) in answer.content.decode()
    assert states(filed, *COUNTY) == ["county_review"] * 3


def test_after_the_window_the_page_says_so(filed, cast, county):
    act = press(cast.county_reviewer, filed.at, filters=Filters())

    answer = county.post(of(act, "act_undo"), follow=True)

    assert "撤回时限已过" in answer.content.decode()
    assert 'class="undo' not in answer.content.decode()
    assert states(filed, *COUNTY) == ["city_review"] * 3


def test_the_page_tries_the_rest_again(filed, cast, county):
    Submission.objects.filter(organisation=cast.second_school).update(errors_count=1)
    act = press(cast.county_reviewer, filed.at, filters=Filters())
    before = county.get(of(act))
    Submission.objects.filter(organisation=cast.second_school).update(errors_count=0)
    page = county.get(of(act))
    form = hidden(page.content.decode(), of(act, "act_retry"))

    first, second = (county.post(of(act, "act_retry"), form) for _time in range(2))

    assert (before.context["again"], page.context["again"]) == (0, 1)
    assert first.headers["Location"] == second.headers["Location"] == of(latest())
    assert Act.objects.count() == 2
    assert states(filed, *COUNTY) == ["city_review"] * 3


def test_an_act_that_was_broken_off_goes_on(filed, cast, county, settings):
    settings.ACT_IN_REQUEST = 0
    act = press(cast.county_reviewer, filed.at, filters=Filters())
    Act.objects.filter(pk=act.pk).update(state=ActState.FAILED, finished_at=filed.at, attempts=5)
    shown = county.get(of(act)).content.decode()

    county.post(of(act, "act_resume"))
    acts.carry_out(act.pk, clock=lambda: filed.at)

    assert of(act, "act_resume") in shown
    assert (latest().state, latest().done_count) == (ActState.DONE, 3)


def test_nothing_to_go_on_with_is_said(filed, cast, county):
    act = press(cast.county_reviewer, filed.at, filters=Filters())

    answer = county.post(of(act, "act_resume"), follow=True)

    assert "没有中断" in answer.content.decode()


# --- Desks --------------------------------------------------------------------------------
def test_a_chief_works_at_the_inbox_like_a_reviewer(filed, cast, client):
    chief = Post.objects.create(
        user=User.objects.create(
            username="chief", name="马局", notice_version=cast.manager.user.notice_version
        ),
        organisation=cast.county,
        role=Role.CHIEF,
        valid_from=BEGAN,
    )
    Task.objects.filter(pk=task(filed, "first_school")).update(role=Role.CHIEF)
    client.force_login(chief.user)

    page = client.get(INBOX)

    assert [row.process.organisation for row in page.context["page"].rows] == [cast.first_school]
    assert page.context["forward"] == Verdict.APPROVE
    assert [entry.name for entry in page.context["rail"]] == [
        "workflows:inbox",
        "workflows:changes",
        "workflows:problems",
        "campaigns:list",
        "reports:list",
        "workflows:desk",
        "teachers:search",
        "workflows:desk_settings",
    ]
