"""The frame around every page: language, posts, safety headers, error pages."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config import navigation
from teachers.enums import Role
from teachers.models import Post, User
from tests import rounds
from tests.cast import BEGAN
from workflows.models import Task


@pytest.fixture
def second_post(cast) -> Post:
    """The county's reviewer also supervises the city."""
    return Post.objects.create(
        user=cast.county_reviewer.user,
        organisation=cast.city,
        role=Role.SUPERVISOR,
        valid_from=BEGAN,
    )


@pytest.fixture
def no_post_page(client, cast) -> Client:
    """Somebody without a post, whose home is a page of the frame and nothing else."""
    Post.objects.filter(pk=cast.teacher.pk).update(valid_to="2021-01-01")
    client.force_login(cast.teacher.user)
    return client


def test_pages_are_chinese_unless_english_is_asked_for(client, db):
    assert '<html lang="zh-hans">' in client.get("/sign-in/").content.decode()

    client.post("/i18n/setlang/", {"language": "en", "next": "/sign-in/"})

    page = client.get("/sign-in/").content.decode()
    assert '<html lang="en">' in page
    assert "Sign in" in page


def test_a_post_of_ones_own_can_be_chosen(client, second_post):
    client.force_login(second_post.user)

    answer = client.post(f"/posts/{second_post.pk}/")

    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").wsgi_request.post == second_post


def test_somebody_elses_post_is_not_there(client, cast):
    client.force_login(cast.county_reviewer.user)

    answer = client.post(f"/posts/{cast.city_reviewer.pk}/")

    assert answer.status_code == 404
    assert client.get("/").wsgi_request.post == cast.county_reviewer


def test_a_post_that_has_ended_is_not_there(client, second_post):
    client.force_login(second_post.user)
    Post.objects.filter(pk=second_post.pk).update(valid_to="2021-01-01")

    assert client.post(f"/posts/{second_post.pk}/").status_code == 404


def test_a_chosen_post_that_ends_gives_way_to_one_in_force(client, second_post, cast):
    client.force_login(second_post.user)
    client.post(f"/posts/{second_post.pk}/")
    Post.objects.filter(pk=second_post.pk).update(valid_to="2021-01-01")

    assert client.get("/").wsgi_request.post == cast.county_reviewer


def test_the_frame_writes_names_as_text_and_its_forms_with_their_token(client, second_post, cast):
    User.objects.filter(pk=second_post.user_id).update(name="<b>马</b>")
    client.force_login(second_post.user)

    page = client.get(reverse("workflows:desk")).content.decode()

    frame = page.partition('<main class="main"')[0]
    assert "&lt;b&gt;马&lt;/b&gt;" in frame
    assert "<b>马</b>" not in page
    tokens = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w{64})"', frame))
    assert len(tokens) == 1
    assert frame.count("csrfmiddlewaretoken") == frame.count("<form") == 4


def test_a_session_that_is_over_is_no_session(client, cast):
    client.force_login(cast.county_reviewer.user)
    assert client.get(reverse("workflows:inbox")).status_code == 200

    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    answer = client.get(reverse("workflows:inbox"))
    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=/inbox/")


def test_choosing_a_post_takes_a_form_not_a_link(client, second_post):
    client.force_login(second_post.user)

    assert client.get(f"/posts/{second_post.pk}/").status_code == 405


def test_the_menu_offers_ones_own_running_posts(client, second_post):
    client.force_login(second_post.user)
    client.post(f"/posts/{second_post.pk}/")
    page = client.get("/nowhere/").wsgi_request

    assert [post.pk for post in page.posts] == sorted(post.pk for post in page.posts)
    assert {post.role for post in page.posts} == {Role.REVIEWER, Role.SUPERVISOR}


def test_the_policy_forbids_foreign_and_inline_scripts(client, db):
    policy = client.get("/sign-in/").headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_pages_hold_no_inline_script_or_style(client, no_post_page):
    for page in (client.get("/"), Client().get("/sign-in/")):
        text = page.content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
        assert re.findall(r"<style|\sstyle=|\son\w+=", text) == []


def test_invented_data_are_marked_on_every_page(client, db, settings):
    assert "演示数据" in client.get("/sign-in/").content.decode()

    settings.DEMONSTRATION = False

    assert "演示数据" not in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_missing_page_says_so_in_the_readers_language(client, db, language):
    words = {"zh-hans": "没有找到该页面", "en": "There is nothing here"}[language]
    client.cookies["django_language"] = language

    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert words in answer.content.decode()


def test_an_expired_form_is_explained(cast):
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/sign-in/", {"username": "teacher", "password": "x"})

    assert answer.status_code == 403
    assert "表单已失效" in answer.content.decode()


def test_a_failure_shows_a_page_without_details(client, cast, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("config.navigation.rail", fail)
    client.force_login(cast.teacher.user)
    client.raise_request_exception = False

    answer = client.get("/")

    assert answer.status_code == 500
    assert "系统出现故障" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_the_administration_is_for_superusers(client, cast):
    user = cast.administrator.user
    user.is_staff = True
    user.save()
    client.force_login(user)
    assert client.get("/admin/").status_code == 302

    user.is_superuser = True
    user.save()

    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("page", ["user", "post", "organisation", "codelist", "indexversion"])
def test_the_administration_lists_without_showing_identities(client, cast, page):
    user = cast.administrator.user
    user.is_superuser = True
    user.save()
    client.force_login(user)

    answer = client.get(f"/admin/teachers/{page}/")

    assert answer.status_code == 200
    assert "identity" not in answer.content.decode()


def test_the_administration_holds_no_teachers(client, cast):
    user = cast.administrator.user
    user.is_superuser = True
    user.save()
    client.force_login(user)

    for page in ("teacher", "dossier", "dossierrevision", "accessentry"):
        assert client.get(f"/admin/teachers/{page}/").status_code == 404


def test_the_frame_costs_a_fixed_number_of_queries(client, cast, django_assert_num_queries):
    """Session, user, posts with organisation: the same for one post and for three."""
    client.force_login(cast.county_reviewer.user)
    with django_assert_num_queries(3):
        client.get("/nowhere/")
    for unit in (cast.city, cast.province):
        Post.objects.create(
            user=cast.county_reviewer.user,
            organisation=unit,
            role=Role.SUPERVISOR,
            valid_from=BEGAN,
        )
    with django_assert_num_queries(3):
        client.get("/nowhere/")


WORKS_ON = ["workflows:changes", "workflows:problems"]
WATCHES = ["campaigns:list", "reports:list"]
KEEPS_DAYS = ["workflows:calendar"]


@pytest.mark.parametrize(
    ("who", "lines"),
    [
        (
            "school_clerk",
            ["workflows:school", *WORKS_ON, "workflows:desk", "teachers:search"],
        ),
        (
            "school_head",
            ["workflows:school", *WORKS_ON, "workflows:desk", "teachers:search"],
        ),
        (
            "county_reviewer",
            ["workflows:inbox", *WORKS_ON, *WATCHES, "workflows:desk", "teachers:search"],
        ),
        (
            "manager",
            [
                *WATCHES,
                *WORKS_ON,
                "teachers:search",
                "teachers:index_versions",
                "workflows:desks",
                *KEEPS_DAYS,
            ],
        ),
        ("county_supervisor", [*WATCHES, *WORKS_ON, "teachers:search", "workflows:desks"]),
        ("teacher", ["teachers:my_file", "workflows:changes"]),
        (
            "administrator",
            [
                "teachers:index_versions",
                "workflows:reorganisations",
                "workflows:desk_settings",
                "workflows:desks",
                *KEEPS_DAYS,
            ],
        ),
    ],
)
def test_the_rail_shows_only_what_the_role_uses(cast, who, lines):
    pages = navigation.pages_of(cast.posts[who], is_superuser=False)

    assert [name for name, _label, _icon in pages] == lines


def test_the_rail_counts_open_work_and_what_is_late(client, cast, now):
    round_ = rounds.launched(cast, now)
    client.force_login(cast.school_clerk.user)
    task = round_.task(cast.first_school)
    Task.objects.filter(pk=task.pk).update(due_date=timezone.localdate() + timedelta(days=1))

    assert "<b>1</b>" in client.get("/school/").content.decode()

    Task.objects.filter(pk=task.pk).update(due_date=timezone.localdate() - timedelta(days=1))

    assert '<b class="late"' in client.get("/school/").content.decode()
