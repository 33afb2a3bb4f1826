"""The inbox: what lies on a desk, how it is narrowed, and what it costs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Finding, Submission
from workflows import inbox
from workflows.inbox_filters import ALLOWED
from workflows.inbox_narrowing import narrowed_by
from workflows.models import Task

URL = reverse("workflows:inbox")


def names(response) -> list[str]:
    return [task.process.organisation.name for task in response.context["page"].rows]


@pytest.fixture
def schools(cast):
    """Each school with its clerk and head."""
    return {
        "first": (cast.first_school, cast.school_clerk, cast.school_head),
        "second": (cast.second_school, cast.second_clerk, cast.second_head),
        "kindergarten": (cast.kindergarten, cast.kindergarten_clerk, cast.kindergarten_head),
        "neighbour": (cast.neighbour_school, cast.neighbour_clerk, cast.neighbour_head),
    }


@pytest.fixture
def sign_in(client):
    def as_(post):
        client.force_login(post.user)
        return client

    return as_


def test_a_desk_shows_its_own_open_tasks_and_not_the_neighbours(round, cast, schools, sign_in):
    round.hand_in(*schools["first"])
    round.hand_in(*schools["neighbour"])
    assert names(sign_in(cast.county_reviewer).get(URL)) == ["锁南镇第二小学"]


def test_a_head_finds_what_waits_for_the_signature(round, cast, schools, sign_in):
    round.add_people(cast.first_school, cast.school_clerk)
    round.decide(cast.first_school, cast.school_clerk, "submit")
    response = sign_in(cast.school_head).get(URL)
    assert names(response) == ["锁南镇第二小学"]
    assert response.context["forward"] == "sign"


def test_an_empty_desk_says_so(round, cast, sign_in):
    response = sign_in(cast.county_reviewer).get(URL)
    assert names(response) == []
    assert "empty" in response.content.decode()


def test_the_visitor_is_asked_to_sign_in(client, db):
    assert client.get(URL).headers["Location"] == f"{reverse('teachers:sign_in')}?next={URL}"


def test_filters_narrow_and_chips_count_what_each_would_show(round, cast, schools, sign_in):
    for key in ("first", "second", "kindergarten"):
        round.hand_in(*schools[key])
    today = timezone.localdate()
    for unit, days in [(cast.first_school, 30), (cast.second_school, -1), (cast.kindergarten, 3)]:
        due = today + timedelta(days=days)
        Task.objects.filter(pk=round.task(unit).pk).update(due_date=due)
    client = sign_in(cast.county_reviewer)
    page = client.get(URL).context["page"]
    assert {c.value: c.count for c in page.chips["kind"]} == {"K": 1, "P": 2}
    assert {c.value: c.count for c in page.chips["due"]} == {"overdue": 1, "week": 1}
    assert names(client.get(URL, {"kind": "K"})) == ["唐汪镇幼儿园"]
    assert names(client.get(URL, {"due": "overdue"})) == ["达板镇中心小学"]
    overdue = client.get(URL, {"due": "overdue"}).context["page"]
    assert {c.value: c.count for c in overdue.chips["kind"]} == {"P": 1}


def test_search_finds_by_name_and_by_code(round, cast, schools, sign_in):
    for key in ("first", "second", "kindergarten"):
        round.hand_in(*schools[key])
    client = sign_in(cast.county_reviewer)
    assert names(client.get(URL, {"q": "达板"})) == ["达板镇中心小学"]
    assert names(client.get(URL, {"q": "1162"})) == ["唐汪镇幼儿园"]
    assert names(client.get(URL, {"q": "没有"})) == []


def test_what_came_back_corrected_is_told_from_what_is_new(round, cast, schools, sign_in):
    round.hand_in(*schools["first"])
    round.hand_in(*schools["second"])
    round.send_back(cast.first_school, cast.county_reviewer)
    round.hand_in(*schools["first"])
    client = sign_in(cast.county_reviewer)
    assert names(client.get(URL, {"attempt": "again"})) == ["锁南镇第二小学"]
    assert names(client.get(URL, {"attempt": "first"})) == ["达板镇中心小学"]


def test_a_higher_desk_narrows_to_a_county(round, cast, schools, sign_in):
    for key, reviewer in [("first", cast.county_reviewer), ("neighbour", cast.neighbour_reviewer)]:
        round.hand_in(*schools[key])
        round.decide(schools[key][0], reviewer, "approve")
    client = sign_in(cast.city_reviewer)
    page = client.get(URL).context["page"]
    assert [(u.code, u.level, u.count) for u in page.units] == [("622901", 0, 1), ("622926", 0, 1)]
    assert names(client.get(URL, {"unit": "622901"})) == ["临夏市城关小学"]


def test_pages_follow_the_key_and_miss_nobody(round, cast, schools, sign_in, monkeypatch):
    monkeypatch.setattr(inbox, "PAGE_SIZE", 2)
    for key in ("first", "second", "kindergarten"):
        round.hand_in(*schools[key])
    client = sign_in(cast.county_reviewer)
    first = client.get(URL)
    second = client.get(URL + first.context["page"].next_address)
    assert len(names(first)) == 2
    assert len(names(second)) == 1
    assert set(names(first)) | set(names(second)) == {
        "锁南镇第二小学",
        "达板镇中心小学",
        "唐汪镇幼儿园",
    }
    assert second.context["page"].next_address == ""


@pytest.mark.parametrize("after", ["nonsense", "2026-99-99.1", "2026-12-04.", "."])
def test_a_broken_cursor_shows_the_first_page(round, cast, schools, sign_in, after):
    round.hand_in(*schools["first"])
    assert names(sign_in(cast.county_reviewer).get(URL, {"after": after})) == ["锁南镇第二小学"]


def test_findings_are_named_on_the_row(round, cast, schools, sign_in):
    round.hand_in(*schools["first"])
    submission = round.submission(cast.first_school)
    Finding.objects.create(submission=submission, rule="degree_lower", severity="warning")
    Submission.objects.filter(pk=submission.pk).update(warnings_count=1, unexplained_count=1)
    page = sign_in(cast.county_reviewer).get(URL).context["page"]
    assert page.tags == {
        submission.pk: [
            {
                "submission_id": submission.pk,
                "rule": "degree_lower",
                "severity": "warning",
                "n": 1,
                "unexplained": 1,
            }
        ]
    }
    assert (page.clean, page.to_look_at) == (0, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_for_one_row_and_for_three(
    round, cast, schools, sign_in, django_assert_num_queries, count
):
    for key in list(schools)[:count]:
        round.hand_in(*schools[key])
    client = sign_in(cast.county_reviewer)
    client.get(URL)
    with django_assert_num_queries(22):
        client.get(URL)


def test_the_pane_of_somebody_elses_task_is_not_found(round, cast, schools, sign_in):
    round.hand_in(*schools["first"])
    pane = reverse("workflows:pane", args=[round.task(cast.first_school).pk])
    assert sign_in(cast.neighbour_reviewer).get(pane).status_code == 404
    assert sign_in(cast.county_reviewer).get(pane).status_code == 200


@pytest.mark.parametrize("words", ["%", "_", "'", "\\", "没有" * 60])
def test_any_search_is_answered(round, cast, schools, sign_in, words):
    round.hand_in(*schools["first"])
    assert sign_in(cast.county_reviewer).get(URL, {"q": words}).status_code == 200


def test_somebody_without_a_post_has_no_inbox(cast, client):
    from teachers import notice
    from teachers.models import User

    nobody = User.objects.create(username="nobody", name="无岗", notice_version=notice.VERSION)
    client.force_login(nobody)
    assert client.get(URL).status_code == 404
    assert client.post(reverse("workflows:decide"), {"task": 1}).status_code == 404


def test_the_summary_says_what_changed_beside_the_register(round, cast, schools, sign_in):
    round.add_people(cast.first_school, cast.school_clerk, 2)
    round.hand_in(*schools["first"])
    change = sign_in(cast.county_reviewer).get(URL).context["summary"].change
    assert (change.on_register, change.reported, change.new, change.gone) == (0, 2, 2, 0)


def test_the_summary_shows_why_it_was_returned_before(round, cast, schools, sign_in, db):
    round.hand_in(*schools["first"])
    round.send_back(cast.first_school, cast.county_reviewer)
    round.hand_in(*schools["first"])
    summary = sign_in(cast.county_reviewer).get(URL).context["summary"]
    assert summary.returned.words == "请核对学历证书。"
    assert len(summary.returned_for) == 1


def test_names_on_the_rows_are_text_and_never_markup(round, cast, schools, sign_in):
    round.hand_in(*schools["first"])
    type(cast.first_school).objects.filter(pk=cast.first_school.pk).update(name='<i id="x">')
    shown = sign_in(cast.county_reviewer).get(URL).content.decode()
    assert '<i id="x">' not in shown
    rows = shown[shown.index("<tbody") : shown.index("</tbody>")]
    assert rows.count("&lt;i id=&#34;x&#34;&gt;") == 2


def test_a_query_that_is_put_together_once_reads_each_day_and_desk_anew(round, cast, schools):
    round.hand_in(*schools["first"])
    round.hand_in(*schools["neighbour"])
    due = Task.objects.open().for_post(cast.county_reviewer).get().due_date
    late = inbox.Filters(due="overdue")

    def found(post, on):
        return [row.process.organisation for row in inbox.read(post, late, on=on).rows]

    assert found(cast.county_reviewer, due) == []
    assert found(cast.county_reviewer, due + timedelta(days=1)) == [cast.first_school]
    assert found(cast.neighbour_reviewer, due + timedelta(days=1)) == [cast.neighbour_school]
    assert found(cast.city_reviewer, due + timedelta(days=1)) == []


@pytest.mark.parametrize("name", sorted(ALLOWED.keys() - {"why"}))
def test_each_filter_that_is_put_together_once_lets_through_what_it_would(
    round, cast, schools, name, now
):
    for key in ("first", "second", "kindergarten"):
        round.hand_in(*schools[key])
    round.send_back(cast.first_school, cast.county_reviewer)
    round.hand_in(*schools["first"])
    post, on = cast.county_reviewer, timezone.localdate(now)
    desk = Task.objects.open().for_post(post)
    Task.objects.filter(pk=desk.order_by("pk")[0].pk).update(owner=post.user)

    for value in ALLOWED[name]:
        filters = inbox.Filters(**{name: value})
        plain = narrowed_by(filters, desk, post=post, on=on).order_by("due_date", "id")
        assert [row.pk for row in inbox.read(post, filters, on=on).rows] == [t.pk for t in plain]
