"""Acting under a colleague's post: on every page, in the API, within the scope, on record."""

import pytest
from django.utils import timezone
from rest_framework.authtoken.models import Token

from teachers.models import AccessEntry, Delegation
from tests import rounds
from tests.api import failure
from tests.colleagues import colleague, ended, given
from tests.workflows.test_claims import hand_in
from workflows.models import Decision, Task

DEPUTY = "county_supervisor"


@pytest.fixture
def filed(round) -> rounds.Round:
    return hand_in(round)


@pytest.fixture
def today():
    return timezone.now()


@pytest.fixture
def delegation(filed, cast, today) -> Delegation:
    return given(cast.county_reviewer, cast.posts[DEPUTY].user, today, kinds=["submission"])


def act(client, delegation):
    client.force_login(delegation.to)
    return client.post(f"/posts/{delegation.post_id}/for/{delegation.pk}/")


def test_the_menu_offers_the_colleague_s_post_and_the_bar_says_for_whom(client, cast, delegation):
    client.force_login(delegation.to)
    offered = client.get("/desks/").content.decode()
    answer = act(client, delegation)
    page = client.get("/inbox/").content.decode()

    assert f"/posts/{delegation.post_id}/for/{delegation.pk}/" in offered
    assert (answer.status_code, answer.url) == (302, "/")
    assert "您现在代理马建国，身份为东乡族自治县审核员。" in page
    assert '<span class="tag warn">代理 马建国</span> 审核员 · 东乡族自治县' in page


def test_one_s_own_post_comes_first_and_is_chosen_again(client, cast, delegation):
    act(client, delegation)
    own = cast.posts[DEPUTY]

    assert [post.key for post in client.get("/inbox/").wsgi_request.posts] == [
        str(own.pk),
        f"{delegation.post_id}:{delegation.pk}",
    ]
    client.post(f"/posts/{own.pk}/")
    assert client.get("/desks/").wsgi_request.post.delegation is None


@pytest.mark.parametrize("gone", ["ended", "over", "post"])
def test_a_delegation_that_no_longer_holds_gives_way_to_the_own_post(
    client, cast, delegation, today, gone
):
    act(client, delegation)
    if gone == "ended":
        Delegation.objects.update(ended_at=today, ended_by=delegation.to)
    elif gone == "over":
        Delegation.objects.update(valid_from="2026-01-01", valid_to="2026-01-05")
    else:
        ended(cast.county_reviewer, timezone.localdate())

    assert client.get("/desks/").wsgi_request.post == cast.posts[DEPUTY]
    assert client.post(f"/posts/{delegation.post_id}/for/{delegation.pk}/").status_code == 404


def test_somebody_else_s_delegation_is_not_there(client, cast, delegation):
    client.force_login(cast.neighbour_reviewer.user)

    assert client.post(f"/posts/{delegation.post_id}/for/{delegation.pk}/").status_code == 404


def test_own_and_delegated_posts_come_in_one_query(
    client, cast, delegation, filed, today, django_assert_num_queries
):
    client.force_login(delegation.to)
    client.get("/nowhere/")
    with django_assert_num_queries(3):
        client.get("/nowhere/")
    given(colleague(cast.county, "马芳"), delegation.to, today, within=cast.first_school)
    given(cast.city_reviewer, cast.province_reviewer.user, today)
    with django_assert_num_queries(3):
        answer = client.get("/nowhere/")

    assert len(answer.wsgi_request.posts) == 3


def names(answer) -> list[str]:
    return sorted(str(row.process.organisation) for row in answer.context["page"].rows)


def test_the_scope_narrows_what_is_seen(client, cast, filed, today):
    row = given(cast.county_reviewer, cast.posts[DEPUTY].user, today, within=cast.first_school)
    act(client, row)

    inbox = client.get("/inbox/")
    other = filed.submission(cast.second_school)

    assert names(inbox) == ["锁南镇第二小学"]
    assert inbox.context["page"].by_kind == {"submission": (1, 0)}
    assert client.get(f"/submissions/{other.pk}/").status_code == 404
    assert client.get(f"/tasks/{filed.task(cast.second_school).pk}/").status_code == 404
    own = filed.submission(cast.first_school)
    assert client.get(f"/submissions/{own.pk}/").status_code == 200


def test_kinds_that_were_not_passed_on_are_not_seen(client, cast, filed, today):
    row = given(cast.county_reviewer, cast.posts[DEPUTY].user, today, kinds=["change"])
    act(client, row)

    assert names(client.get("/inbox/")) == []
    assert client.get(f"/submissions/{filed.submission(cast.first_school).pk}/").status_code == 404
    assert client.get("/problems/").context["counts"]["state"] == {}


def test_a_decision_on_screen_names_both_everywhere(client, cast, filed, delegation):
    act(client, delegation)
    task = filed.task(cast.first_school).pk
    client.post("/tasks/decide/", {"task": task, "verdict": "approve"})

    decision = Decision.objects.get(delegation=delegation)
    submission = filed.submission(cast.first_school)
    history = client.get(f"/submissions/{submission.pk}/?tab=history").content.decode()

    assert (decision.by, decision.post) == (delegation.to, delegation.post)
    assert '马文斌 <span class="tag plain">代理马建国</span>' in history


def test_looks_are_logged_as_the_deputy_s(client, cast, filed, delegation):
    act(client, delegation)
    submission = filed.submission(cast.first_school)
    record = submission.records.get()
    client.get(f"/submissions/{submission.pk}/records/{record.pk}/view/")

    entry = AccessEntry.objects.get(action="read_record")
    assert (entry.user, entry.post) == (delegation.to, delegation.post)
    client.force_login(cast.county_officer.user)
    log = client.get("/access-log/").content.decode()
    assert "代理 马建国 · 审核员 · 东乡族自治县" in log


# --- Programs --------------------------------------------------------------------------------
def bearer(user, **more) -> dict:
    return {"Authorization": f"Token {Token.objects.get_or_create(user=user)[0].key}", **more}


def test_a_program_names_the_delegated_post_by_its_key(client, cast, delegation):
    key = f"{delegation.post_id}:{delegation.pk}"

    me = client.get("/api/v1/me/", headers=bearer(delegation.to, **{"X-Post": key})).json()

    assert (me["post"], me["key"]) == (delegation.post_id, key)
    assert [post["key"] for post in me["posts"]] == [str(cast.posts[DEPUTY].pk), key]
    assert me["posts"][1]["acting_for"] == {
        "id": delegation.pk,
        "holder": "马建国",
        "valid_from": delegation.valid_from.isoformat(),
        "valid_to": delegation.valid_to.isoformat(),
        "kinds": ["submission"],
        "within": None,
    }


@pytest.mark.parametrize("key", ["{post}", "{post}:0", "{post}:{pk}0", ":{pk}"])
def test_other_keys_name_nothing(client, cast, delegation, key):
    named = key.format(post=delegation.post_id, pk=delegation.pk)

    answer = client.get("/api/v1/me/", headers=bearer(delegation.to, **{"X-Post": named}))

    assert failure(answer) == (403, "not_your_post")


def test_a_program_claims_assigns_and_releases(client, cast, filed, delegation):
    second = colleague(cast.county, "马芳")
    task = filed.task(cast.first_school).pk
    headers = bearer(delegation.to, **{"X-Post": f"{delegation.post_id}:{delegation.pk}"})

    def post(name, **body):
        answer = client.post(
            f"/api/v1/tasks/{name}/",
            {"tasks": [task], **body},
            content_type="application/json",
            headers=headers,
        )
        return [one["kind"] for one in answer.json()["outcomes"]]

    assert post("claim") == ["done"]
    assert Task.objects.get(pk=task).owner == delegation.to
    assert post("assign", to=second.user.username) == ["done"]
    assert post("claim") == ["claimed"]
    assert post("release") == ["claimed"]


def test_a_program_that_assigns_to_nobody_is_told_so(client, cast, filed):
    answer = client.post(
        "/api/v1/tasks/assign/",
        {"tasks": [1], "to": "nobody"},
        content_type="application/json",
        headers=bearer(cast.county_reviewer.user),
    )

    assert failure(answer) == (400, "invalid")
