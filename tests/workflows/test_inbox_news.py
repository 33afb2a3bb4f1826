"""What a page of the inbox hears of since it was read."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.everywhere import visitor
from tests.workflows import desks
from workflows.enums import Verdict

URL = reverse("workflows:inbox")
NEWS = reverse("workflows:inbox_news")


@pytest.fixture
def page(round, cast):
    """The county's page with the first two schools on it, and what it tells the server."""
    desks.hand_in(round, cast, "first_school", "second_school")
    client = visitor(cast, "county_reviewer")
    context = client.get(URL).context
    rows = context["page"].rows
    return client, {
        "known": context["known"],
        "since": context["since"],
        "shown": ",".join(str(row.pk) for row in rows),
    }


def test_nothing_new_is_answered_with_nothing_by_two_statements(page, django_assert_num_queries):
    client, told = page
    client.get(NEWS, told)

    with django_assert_num_queries(5):  # the session, the user, the post; the two
        answer = client.get(NEWS, told)

    assert (answer.status_code, answer.content) == (204, b"")


def test_an_arrival_is_told_and_counted(page, round, cast):
    client, told = page
    round.at = timezone.now() + timedelta(seconds=1)
    desks.hand_in(round, cast, "kindergarten")

    answer = client.get(NEWS, told)

    assert answer.context["news"].arrived == [round.task(cast.kindergarten).pk]
    assert "新到 1 件" in answer.content.decode()
    again = client.get(NEWS, {**told, "known": answer.context["known"]})
    assert again.status_code == 204


def test_a_colleagues_decision_says_who_and_when(page, round, cast):
    client, told = page
    task = round.task(cast.first_school)
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    answer = client.get(NEWS, told)

    assert list(answer.context["news"].gone) == [task.pk]
    text = answer.content.decode()
    assert f'<li data-gone="{task.pk}">10:00 马建国：审核通过</li>' in text
    assert "他人已办 1 件" in text
    assert f'data-task="{task.pk}"' not in text


def test_a_claim_changes_the_row(page, round, cast):
    client, told = page
    task = round.task(cast.first_school)
    task.owner = cast.county_supervisor.user
    task.save(update_fields=["owner"])

    assert "马文斌已认领" in client.get(NEWS, told).content.decode()


def test_a_row_that_slipped_to_the_next_page_stays(page, round, cast, monkeypatch):
    client, told = page
    monkeypatch.setattr("workflows.inbox.PAGE_SIZE", 1)

    rows = client.get(NEWS, told).context["page"].rows

    assert sorted(row.process.organisation.name for row in rows) == [
        "达板镇中心小学",
        "锁南镇第二小学",
    ]


def test_what_is_not_on_the_desk_is_never_told(page, round, cast):
    _client, told = page
    desks.hand_in(round, cast, "neighbour_school")

    answer = visitor(cast, "neighbour_reviewer").get(NEWS, told)

    names = [row.process.organisation.name for row in answer.context["page"].rows]
    assert (names, answer.context["news"].gone) == (["临夏市城关小学"], {})


@pytest.mark.parametrize("shown", ["", "x", "1,,-2,9999999999999999999999", "0"])
def test_nonsense_is_left_out(page, shown):
    client, told = page

    answer = client.get(NEWS, {"known": "x", "since": "yesterday", "shown": shown})

    assert answer.status_code == 200
    assert answer.context["news"].arrived == []
