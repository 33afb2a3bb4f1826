"""The notice that everybody reads once, and showing an identity number in full."""

import pytest
from django.test import Client
from django.urls import reverse

from teachers import identity, notice
from teachers.models import AccessEntry, Teacher, User
from tests.campaigns import people

NOTICE = reverse("teachers:notice")


@pytest.fixture
def newcomer(cast) -> Client:
    """The county's reviewer before reading the notice."""
    User.objects.filter(pk=cast.county_reviewer.user_id).update(notice_version="2020-1")
    client = Client()
    client.force_login(cast.county_reviewer.user)
    return client


def test_whoever_has_not_read_the_notice_reads_it_first_and_goes_on(newcomer, cast):
    wanted = reverse("campaigns:list") + "?x=1"

    sent = newcomer.get(wanted)
    page = newcomer.get(sent["Location"])
    answer = newcomer.post(NOTICE, {"next": page.context["next"]}, REMOTE_ADDR="10.1.1.7")

    assert sent["Location"].startswith(NOTICE)
    assert page.context["next"] == wanted
    assert answer["Location"] == wanted
    assert newcomer.get(wanted).status_code == 200
    entry = AccessEntry.objects.get()
    assert (entry.action, entry.subject, entry.address) == (
        "accept_notice",
        f"notice {notice.VERSION}",
        "10.1.1.7",
    )
    user = User.objects.get(pk=cast.county_reviewer.user_id)
    assert (user.notice_version, user.notice_read_at) == (notice.VERSION, entry.at)


def test_the_notice_is_accepted_once(newcomer):
    newcomer.post(NOTICE)
    newcomer.post(NOTICE)

    assert AccessEntry.objects.count() == 1
    assert newcomer.get(NOTICE).context["has_read"]


def test_nothing_is_done_and_nothing_shown_before_the_notice_is_read(newcomer, cast):
    post = newcomer.post(reverse("teachers:choose_post", args=[cast.county_reviewer.pk]))
    piece = newcomer.get(reverse("workflows:inbox"), headers={"HX-Request": "true"})

    assert post["Location"] == NOTICE
    assert (piece.status_code, piece["HX-Redirect"]) == (204, NOTICE)


def test_signing_out_and_changing_the_language_need_no_notice(newcomer):
    language = newcomer.post(reverse("set_language"), {"language": "en"})

    assert language["Location"] != NOTICE
    assert newcomer.post(reverse("teachers:sign_out"))["Location"] != NOTICE


def test_the_notice_never_sends_on_to_another_site(newcomer):
    answer = newcomer.post(NOTICE, {"next": "https://example.org/"})

    assert answer["Location"] == "/"


# --- Showing a number -------------------------------------------------------------------------


@pytest.fixture
def person(cast, now) -> Teacher:
    people.register(cast.first_school, [1], now)
    return Teacher.objects.get()


def reveal(post, person, reason="核对身份证复印件", **more):
    client = Client()
    client.force_login(post.user)
    return client.post(reverse("teachers:reveal", args=[person.pk]), {"reason": reason}, **more)


def test_a_number_is_shown_once_with_a_reason_that_is_logged(cast, person):
    answer = reveal(cast.county_reviewer, person, REMOTE_ADDR="10.1.1.7")

    assert people.card(1) in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    entry = AccessEntry.objects.get()
    assert (entry.action, entry.teacher, entry.organisation, entry.reason, entry.address) == (
        "reveal_identity",
        person,
        cast.first_school,
        "核对身份证复印件",
        "10.1.1.7",
    )
    assert people.card(1) not in entry.subject


def test_without_a_reason_the_number_stays_hidden(cast, person):
    answer = reveal(cast.county_reviewer, person, reason=" 查 ")

    assert answer.status_code == 422
    assert people.card(1) not in answer.content.decode()
    assert identity.mask(people.card(1)) in answer.content.decode()
    assert not AccessEntry.objects.exists()


def test_a_page_that_asks_for_the_piece_gets_the_piece(cast, person):
    answer = reveal(cast.county_reviewer, person, headers={"HX-Request": "true"})

    assert answer.content.decode().startswith(f'<div id="identity-{person.pk}"')


@pytest.mark.parametrize(
    "who", ["neighbour_reviewer", "administrator", "county_officer", "teacher"]
)
def test_who_may_not_see_the_file_learns_nothing(cast, person, who):
    answer = reveal(cast.posts[who], person)

    assert answer.status_code == 404
    assert not AccessEntry.objects.exists()
