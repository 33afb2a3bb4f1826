"""Programs sign in with a token; every failure is a problem with a stable code."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.authtoken.models import Token

from teachers.enums import Role
from teachers.models import Post
from tests.api import failure
from tests.cast import PASSWORD

TOKEN, ME = "/api/v1/token/", "/api/v1/me/"


def sign_in(client, username, password=PASSWORD):
    return client.post(
        TOKEN, {"username": username, "password": password}, content_type="application/json"
    )


def bearer(user) -> dict:
    return {"Authorization": f"Token {Token.objects.create(user=user).key}"}


def test_a_program_signs_in_and_reads_with_the_token(client, cast):
    answer = sign_in(client, "county_reviewer")

    assert answer.status_code == 200
    token = Token.objects.get(user=cast.county_reviewer.user)
    assert answer.json()["token"] == token.key
    me = client.get(ME, headers={"Authorization": f"Token {token.key}"})
    assert me.json() == {
        "username": "county_reviewer",
        "name": "马建国",
        "post": cast.county_reviewer.pk,
        "key": str(cast.county_reviewer.pk),
        "posts": [
            {
                "id": cast.county_reviewer.pk,
                "key": str(cast.county_reviewer.pk),
                "role": "reviewer",
                "organisation": {
                    "code": "622926",
                    "name": "东乡族自治县",
                    "kind": "county",
                    "school_kind": "",
                },
                "valid_from": "2020-01-01",
                "valid_to": None,
                "acting_for": None,
            }
        ],
    }


def test_signing_in_twice_gives_the_same_token(client, cast):
    first, second = sign_in(client, "manager"), sign_in(client, "manager")

    assert first.json() == second.json()


def test_a_wrong_password_is_a_401_problem(client, cast):
    answer = sign_in(client, "county_reviewer", "wrong")

    assert failure(answer) == (401, "wrong_password")
    assert answer.headers["WWW-Authenticate"] == "Token"
    assert not Token.objects.exists()


def test_a_closed_account_gets_no_token(client, cast):
    cast.manager.user.is_active = False
    cast.manager.user.save()

    assert failure(sign_in(client, "manager")) == (401, "wrong_password")


def test_a_token_of_an_account_closed_later_is_refused(client, cast):
    headers = bearer(cast.manager.user)
    cast.manager.user.is_active = False
    cast.manager.user.save()

    assert failure(client.get(ME, headers=headers)) == (401, "authentication_failed")


def test_a_token_ends_after_its_days_and_signing_in_gives_a_new_one(client, cast, settings):
    headers = bearer(cast.manager.user)
    Token.objects.update(created=timezone.now() - timedelta(days=settings.API_TOKEN_DAYS))

    ended = client.get(ME, headers=headers)
    renewed = sign_in(client, "manager").json()["token"]

    assert failure(ended) == (401, "token_ended")
    assert client.get(ME, headers={"Authorization": f"Token {renewed}"}).status_code == 200
    assert client.get(ME, headers=headers).status_code == 401


def test_a_revoked_token_is_refused(client, cast):
    headers = bearer(cast.manager.user)

    answer = client.delete(TOKEN, headers=headers)

    assert answer.status_code == 204
    assert failure(client.get(ME, headers=headers)) == (401, "authentication_failed")


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(client, cast):
    answers = [failure(sign_in(client, "manager", "wrong"))[1] for _ in range(5)]

    assert answers == ["wrong_password"] * 4 + ["locked_out"]
    assert failure(sign_in(client, "manager")) == (429, "locked_out")
    assert sign_in(client, "county_reviewer").status_code == 200


def test_too_many_sign_ins_from_one_place_are_throttled(client, cast):
    for number in range(30):
        sign_in(client, f"nobody{number}", "wrong")

    answer = sign_in(client, "manager")

    assert failure(answer) == (429, "throttled")
    assert int(answer.headers["Retry-After"]) > 0


def test_missing_values_are_named(client, cast):
    answer = client.post(TOKEN, {"username": "manager"}, content_type="application/json")

    assert failure(answer) == (400, "invalid")
    assert [(row["field"], row["code"]) for row in answer.json()["errors"]] == [
        ("password", "required")
    ]


@pytest.mark.parametrize(
    ("send", "expected"),
    [
        (lambda c: c.get(ME), (401, "not_authenticated")),
        (
            lambda c: c.get(ME, headers={"Authorization": "Token nonsense"}),
            (401, "authentication_failed"),
        ),
        (lambda c: c.get(TOKEN), (401, "not_authenticated")),
        (lambda c: c.put(TOKEN), (401, "not_authenticated")),
        (lambda c: c.get("/api/v1/nothing/"), (404, "not_found")),
        (lambda c: c.post("/api/v2/token/"), (404, "not_found")),
        (
            lambda c: c.post(TOKEN, "a=b", content_type="text/plain"),
            (415, "unsupported_media_type"),
        ),
        (
            lambda c: c.post(TOKEN, "{", content_type="application/json"),
            (400, "parse_error"),
        ),
    ],
)
def test_failures_are_problems_with_a_stable_code(client, cast, send, expected):
    assert failure(send(client)) == expected


def test_a_method_an_endpoint_does_not_have_is_a_405_problem(client, cast):
    answer = client.post(ME, headers=bearer(cast.manager.user))

    assert failure(answer) == (405, "method_not_allowed")


def test_failures_speak_the_language_of_the_request(client, cast):
    english = sign_in(Client(headers={"Accept-Language": "en"}), "manager", "wrong")
    chinese = sign_in(Client(headers={"Accept-Language": "zh-hans"}), "manager", "wrong")

    assert english.json()["detail"] == (
        "The user name or the password is wrong, or the account is closed."
    )
    assert chinese.json()["detail"] == "用户名或密码不正确，或者账号已停用。"


def test_the_header_chooses_among_the_users_own_posts(client, cast):
    second = Post.objects.create(
        user=cast.county_reviewer.user,
        organisation=cast.county,
        role=Role.SUPERVISOR,
        valid_from=date(2021, 1, 1),
    )
    headers = bearer(cast.county_reviewer.user)

    without = client.get(ME, headers=headers)
    chosen = client.get(ME, headers={**headers, "X-Post": str(second.pk)})

    assert without.json()["post"] == cast.county_reviewer.pk
    assert chosen.json()["post"] == second.pk


@pytest.mark.parametrize("wanted", ["other", "nonsense", ""])
def test_another_users_post_is_refused(client, cast, wanted):
    post = str(cast.neighbour_reviewer.pk) if wanted == "other" else wanted
    headers = {**bearer(cast.county_reviewer.user), "X-Post": post}

    assert failure(client.get(ME, headers=headers)) == (403, "not_your_post")


def test_a_post_that_has_ended_is_refused(client, cast):
    headers = bearer(cast.county_reviewer.user)
    Post.objects.filter(pk=cast.county_reviewer.pk).update(valid_to=date(2021, 1, 1))

    bare = client.get(ME, headers=headers)
    named = client.get(ME, headers={**headers, "X-Post": str(cast.county_reviewer.pk)})

    assert failure(bare) == (403, "no_post")
    assert failure(named) == (403, "not_your_post")


def test_the_token_counts_even_when_somebody_else_has_a_session(client, cast):
    client.force_login(cast.neighbour_reviewer.user)

    answer = client.get(ME, headers=bearer(cast.county_reviewer.user))

    assert answer.json()["username"] == "county_reviewer"
    assert answer.json()["post"] == cast.county_reviewer.pk


def test_a_session_reads_but_writes_only_with_the_csrf_token(cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.manager.user)

    assert browser.get(ME).json()["post"] == cast.manager.pk
    assert failure(browser.delete(TOKEN)) == (403, "csrf_failed")


def test_who_am_i_asks_two_queries(client, cast, django_assert_num_queries):
    headers = bearer(cast.county_reviewer.user)

    with django_assert_num_queries(2):
        client.get(ME, headers=headers)


def test_a_made_up_forwarding_header_does_not_escape_the_throttle(client, cast):
    for number in range(30):
        sign_in(client, f"nobody{number}", "wrong")

    answer = client.post(
        TOKEN,
        {"username": "manager", "password": PASSWORD},
        content_type="application/json",
        headers={"X-Forwarded-For": "203.0.113.9"},
    )

    assert failure(answer) == (429, "throttled")
