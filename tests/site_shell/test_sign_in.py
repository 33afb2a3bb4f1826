"""Signing in and out, throttling, and the way home."""

import pytest
from django.urls import reverse

from teachers.models import Post
from tests.cast import PASSWORD

SIGN_IN = "/sign-in/"


def test_a_right_password_leads_home(client, cast):
    answer = client.post(SIGN_IN, {"username": "county_reviewer", "password": PASSWORD})

    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert client.session["_auth_user_id"] == str(cast.county_reviewer.user_id)


def test_sign_in_leads_on_to_the_page_that_was_wanted(client, cast):
    answer = client.post(f"{SIGN_IN}?next=/my-file/", {"username": "teacher", "password": PASSWORD})

    assert answer.url == "/my-file/"


def test_sign_in_never_leads_to_another_site(client, cast):
    answer = client.post(
        f"{SIGN_IN}?next=https://elsewhere.example/",
        {"username": "teacher", "password": PASSWORD},
    )

    assert answer.url == "/"


def test_a_wrong_password_says_so_and_names_neither_half(client, cast):
    answer = client.post(SIGN_IN, {"username": "county_reviewer", "password": "wrong"})

    assert answer.status_code == 200
    assert "用户名或密码不正确" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_five_wrong_passwords_lock_even_the_right_one_out(client, cast):
    for _ in range(5):
        answer = client.post(SIGN_IN, {"username": "county_reviewer", "password": "wrong"})
    locked = client.post(SIGN_IN, {"username": "county_reviewer", "password": PASSWORD})

    assert answer.status_code == 429
    assert locked.status_code == 429
    assert "登录已暂停" in locked.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_lock_does_not_touch_other_accounts(client, cast):
    for _ in range(5):
        client.post(SIGN_IN, {"username": "county_reviewer", "password": "wrong"})

    answer = client.post(SIGN_IN, {"username": "city_reviewer", "password": PASSWORD})

    assert answer.status_code == 302


def test_a_closed_account_cannot_sign_in(client, cast):
    cast.teacher.user.is_active = False
    cast.teacher.user.save()

    answer = client.post(SIGN_IN, {"username": "teacher", "password": PASSWORD})

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_signing_out_takes_a_form_not_a_link(client, cast):
    client.force_login(cast.teacher.user)

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == SIGN_IN
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("school_clerk", "/school/"),
        ("school_head", "/school/"),
        ("county_reviewer", "/inbox/"),
        ("manager", "/campaigns/"),
        ("province_supervisor", "/campaigns/"),
        ("teacher", "/my-file/"),
    ],
)
def test_home_is_the_desk_of_the_role(client, cast, who, where):
    client.force_login(cast.posts[who].user)

    assert client.get("/").url == where


def test_an_administrator_begins_in_the_administration(client, cast):
    user = cast.administrator.user
    user.is_superuser = True
    user.save()
    client.force_login(user)

    assert client.get("/").url == "/admin/"


def test_home_asks_a_stranger_to_sign_in(client, cast):
    assert client.get("/").url == "/sign-in/?next=/"


def test_somebody_without_a_post_is_told_whom_to_ask(client, cast):
    Post.objects.filter(pk=cast.teacher.pk).update(valid_to="2021-01-01")
    client.force_login(cast.teacher.user)

    answer = client.get("/")

    assert answer.status_code == 200
    assert "您目前没有有效的岗位授权" in answer.content.decode()
