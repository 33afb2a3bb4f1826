"""The pages of desks: claims on screen, delegating, handing over, desks without anybody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from teachers.enums import Role
from teachers.models import Delegation, Post
from tests import rounds
from tests.colleagues import colleague, ended, given
from tests.workflows.test_claims import claim, hand_in, tasks
from tests.workflows.test_separation import past_the_triggers
from workflows import desk_pages
from workflows.enums import Verdict
from workflows.models import Decision, Holding, Task
from workflows.views import staffing

DAY = timedelta(days=1)


@pytest.fixture
def filed(round) -> rounds.Round:
    return hand_in(round)


@pytest.fixture
def sign_in(client):
    def as_(post):
        client.force_login(post.user)
        return client

    return as_


def text(answer) -> str:
    return answer.content.decode()


# --- Claims on screen ------------------------------------------------------------------------
def test_the_row_says_who_has_claimed_it(filed, cast, sign_in):
    second = colleague(cast.county, "马芳")
    mine, theirs = filed.task(cast.first_school).pk, filed.task(cast.second_school).pk
    claim(filed, cast.county_reviewer, [mine])
    claim(filed, second, [theirs])

    page = text(sign_in(cast.county_reviewer).get("/inbox/"))

    assert "我已认领" in page
    assert "马芳已认领" in page


def test_claiming_on_screen_is_answered_with_a_receipt(filed, cast, sign_in):
    ids = tasks(cast.county_reviewer)
    claim(filed, colleague(cast.county, "马芳"), ids[:1])

    page = text(sign_in(cast.county_reviewer).post("/tasks/claim/", {"task": ids}))

    assert "已认领：2 件" in page
    assert "马芳已认领。" in page
    assert Task.objects.filter(owner=cast.county_reviewer.user).count() == 2


def test_assigning_asks_to_whom_first(filed, cast, sign_in):
    second = colleague(cast.county, "马芳")
    client, ids = sign_in(cast.county_reviewer), tasks(cast.county_reviewer)

    asked = text(client.post("/tasks/assign/", {"task": ids}))
    again = client.post("/tasks/assign/", {"task": ids, "confirmed": "1"})
    done = client.post("/tasks/assign/", {"task": ids, "confirmed": "1", "to": second.user_id})

    assert "分派 3 项待办" in asked
    assert f'value="{second.user_id}"' in asked
    assert (again.status_code, "请选择一位同事。" in text(again)) == (422, True)
    assert "已分派：3 件" in text(done)


def test_the_chief_is_asked_why(filed, cast, sign_in):
    chief = colleague(cast.county, "马局", role=Role.CHIEF)
    ids = tasks(cast.county_reviewer)
    claim(filed, cast.county_reviewer, ids)
    client = sign_in(chief)

    asked = text(client.post("/tasks/release/", {"task": ids}))
    done = client.post("/tasks/release/", {"task": ids, "reason": "病假", "confirmed": "1"})

    assert "收回的原因" in asked
    assert "已释放：3 件" in text(done)
    assert set(Holding.objects.filter(kind="release").values_list("reason", flat=True)) == {"病假"}


def test_nothing_selected_is_said_so(filed, cast, sign_in):
    answer = sign_in(cast.county_reviewer).post("/tasks/claim/", {})

    assert (answer.status_code, "请至少选择一件" in text(answer)) == (422, True)


# --- My desk ---------------------------------------------------------------------------------
def test_my_desk_shows_colleagues_with_what_they_have_in_hand(filed, cast, sign_in):
    second, gone = colleague(cast.county, "马芳"), colleague(cast.county, "马丽")
    ids = tasks(second)
    claim(filed, second, ids[:1])
    claim(filed, gone, ids[1:2])
    ended(gone, timezone.localdate())

    answer = sign_in(cast.county_reviewer).get("/desk/")

    people = [(one.user.name, len(one.seats), one.open) for one in answer.context["people"]]
    assert people == [("马建国", 1, 0), ("马芳", 1, 1), ("马丽", 0, 1)]
    assert [(one.role, one.open) for one in answer.context["lying"]] == [("reviewer", 1)]
    assert "已离岗" in text(answer)


@pytest.mark.parametrize("count", [1, 3])
def test_my_desk_costs_the_same_for_one_row_and_for_three(
    filed, cast, sign_in, count, django_assert_num_queries
):
    now = timezone.now()
    for number in range(count):
        post = colleague(cast.county, f"同事{number}")
        claim(filed, post, tasks(post)[number : number + 1])
        given(post, cast.county_supervisor.user, now)
    client = sign_in(cast.county_reviewer)
    client.get("/desk/")

    with django_assert_num_queries(9):
        answer = client.get("/desk/")
    assert len(answer.context["delegations"]) == count


def test_delegations_turn_pages_by_key_and_stand_apart_when_over(filed, cast, sign_in, monkeypatch):
    monkeypatch.setattr(desk_pages, "PAGE", 2)
    now = timezone.now()
    for number in range(3):
        given(colleague(cast.county, f"同事{number}"), cast.county_supervisor.user, now)
    Delegation.objects.create(
        post=cast.county_reviewer,
        to=cast.county_supervisor.user,
        valid_from="2026-01-01",
        valid_to="2026-02-01",
        reason="培训",
        created_by=cast.county_reviewer.user,
        created_at=now,
    )
    client = sign_in(cast.county_reviewer)

    first = client.get("/desk/").context
    second = client.get(f"/desk/?after={first['after']}").context
    over = client.get("/desk/?tab=ended").context

    assert [len(page["delegations"]) for page in (first, second, over)] == [2, 1, 1]
    assert (second["after"], over["delegations"][0].standing) == (None, "over")


# --- Delegating and handing over -------------------------------------------------------------
def form(to, **more) -> dict:
    today = timezone.localdate()
    return {"to": to.pk, "valid_from": today, "last_day": today + 5 * DAY, "reason": "出差", **more}


def test_a_post_is_delegated_on_screen_and_ended_again(filed, cast, sign_in):
    client, deputy = sign_in(cast.county_reviewer), cast.county_supervisor.user
    address = f"/posts/{cast.county_reviewer.pk}/delegate/"

    answer = client.post(
        address, form(deputy, kinds=["submission"], within="2162002291"), follow=True
    )
    row = Delegation.objects.get()
    ended_page = client.post(f"/desk/delegations/{row.pk}/end/", follow=True)

    assert answer.redirect_chain == [("/desk/", 302)]
    assert "已委托马文斌代理马建国。" in text(answer)
    assert (row.within, row.kinds) == (cast.first_school, ["submission"])
    assert row.last_day == timezone.localdate() + 5 * DAY
    assert "代理已终止。" in text(ended_page)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"last_day": timezone.localdate() - DAY}, "早于"),
        ({"within": "2162009001"}, "没有代码为"),
        ({"reason": ""}, "必填"),
    ],
)
def test_a_refusal_stands_on_the_page_with_what_was_filled_in(filed, cast, sign_in, more, words):
    client, deputy = sign_in(cast.county_reviewer), cast.county_supervisor.user

    answer = client.post(
        f"/posts/{cast.county_reviewer.pk}/delegate/", form(deputy, **{"reason": "出差", **more})
    )

    assert answer.status_code == 422
    assert words in text(answer)
    assert not Delegation.objects.exists()


def test_the_desk_is_handed_over_on_screen(filed, cast, sign_in):
    second = colleague(cast.county, "马芳")
    claim(filed, cast.county_reviewer, tasks(cast.county_reviewer))
    client, address = sign_in(cast.manager), f"/posts/{cast.county_reviewer.pk}/hand-over/"

    page = text(client.get(address))
    answer = client.post(address, {"to": second.user_id, "reason": "调动"}, follow=True)

    assert "<b>3</b><span>已认领待办</span>" in page
    assert "移交待办 3 项" in text(answer)
    assert client.get(address).status_code == 404
    assert Task.objects.filter(owner=second.user).count() == 3


def test_who_hands_the_own_desk_over_comes_to_the_door(filed, cast, sign_in):
    client = sign_in(cast.county_reviewer)

    answer = client.post(f"/posts/{cast.county_reviewer.pk}/hand-over/", {"reason": "退休"})

    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").wsgi_request.post is None


# --- Desks without anybody -------------------------------------------------------------------
def test_an_empty_desk_is_shown_above_with_what_helps(filed, cast, sign_in):
    ended(cast.county_reviewer, timezone.localdate())

    manager = sign_in(cast.manager).get("/desks/")
    administrator = sign_in(cast.administrator).get("/desks/")

    (
        row,
        help_,
    ) = manager.context["rows"][0]
    assert (row.code, row.role, row.tasks) == ("622926", "reviewer", 3)
    assert (help_["last"].user.name, help_["delegate"], help_["appoint"]) == (
        "马建国",
        False,
        False,
    )
    assert "/desks/622926/reviewer/appoint/" in text(administrator)


def test_the_administrator_enters_a_post_on_screen(filed, cast, sign_in):
    ended(cast.county_reviewer, timezone.localdate())
    client, address = sign_in(cast.administrator), "/desks/622926/reviewer/appoint/"

    wrong = client.post(address, {"username": "nobody", "reason": "补缺"})
    right = client.post(address, {"username": "county_supervisor", "reason": "补缺"}, follow=True)

    assert (wrong.status_code, "没有账号“nobody”" in text(wrong)) == (422, True)
    assert "马文斌现为东乡族自治县的审核员。" in text(right)
    assert "各岗位均有人办理" in text(right)
    assert Post.objects.filter(user=cast.county_supervisor.user, role="reviewer").count() == 1


def test_empty_desks_turn_pages_and_cost_the_same(
    filed, cast, sign_in, monkeypatch, django_assert_num_queries
):
    client = sign_in(cast.manager)
    today = timezone.localdate()
    ended(cast.county_reviewer, today)
    client.get("/desks/")
    with django_assert_num_queries(7):
        one = client.get("/desks/").context
    ended(cast.neighbour_clerk, today)
    ended(cast.university_clerk, today)
    with django_assert_num_queries(7):
        three = client.get("/desks/").context
    monkeypatch.setattr(staffing, "PAGE", 2)
    first = client.get("/desks/").context
    second = client.get("/desks/", {"after": first["after"]}).context

    def codes(context):
        return [row.code for row, _help in context["rows"]]

    assert codes(one) == ["622926"]
    assert sorted(codes(three)) == sorted([*codes(first), *codes(second)])
    assert (len(codes(first)), len(codes(second)), second["after"]) == (2, 1, "")


# --- Broken rules ----------------------------------------------------------------------------
def test_broken_rules_are_shown_to_those_who_watch(filed, cast, sign_in, django_assert_num_queries):
    client = sign_in(cast.county_supervisor)
    page = client.get("/desks/separation/")
    assert "没有违反回避规则的决定" in text(page)

    for number, unit in enumerate(["first_school", "second_school", "kindergarten"], start=1):
        filed.decide(cast.units[unit], cast.county_reviewer, Verdict.APPROVE)
        clerk = {"first_school": "school", "second_school": "second"}.get(unit, unit)
        newest = Decision.objects.filter(verdict="approve").order_by("-pk")[0]
        past_the_triggers(Decision.objects.filter(pk=newest.pk), cast.posts[f"{clerk}_clerk"].user)
        if number == 2:
            continue
        with django_assert_num_queries(8):
            page = client.get("/desks/separation/?campaign=2026")
        assert len(page.context["rows"]) == number

    assert text(page).count('<td class="why">填报、提交或签字的人不得审核。</td>') == 3
    assert sign_in(cast.neighbour_reviewer).get("/desks/separation/").status_code == 404
