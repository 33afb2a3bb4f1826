"""The access log: who may search it, what a search finds, and how long it is kept."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from teachers import access, access_log, retention
from teachers.models import AccessEntry, Teacher
from tests.campaigns import people

PAGE = reverse("teachers:access_log")


def browser(post) -> Client:
    client = Client()
    client.force_login(post.user)
    return client


@pytest.fixture
def person(cast, now) -> Teacher:
    """Somebody of the first school."""
    people.register(cast.first_school, [1], now)
    return Teacher.objects.get()


def look(post, at, teacher=None, action="read_file", **more) -> AccessEntry:
    return access.note(action, "file", by=post.user, post=post, at=at, teacher=teacher, **more)


def found(post, **query) -> list[int]:
    filters = access_log.Filters(**query)
    return [entry.pk for entry in access_log.search(post, filters).entries]


def test_an_entry_says_whose_data_of_which_unit_and_which_sub_sets(cast, person, now):
    entry = look(cast.county_reviewer, now, person, sets={"pay": 1, "basic": 2}, address="")

    entry.refresh_from_db()
    assert (entry.teacher, entry.organisation, entry.sets, entry.address) == (
        person,
        cast.first_school,
        ["basic", "pay"],
        None,
    )


def test_an_officer_sees_looks_at_people_and_by_users_of_the_own_subtree_only(cast, person, now):
    at_ours_from_outside = look(cast.neighbour_reviewer, now, person)
    by_ours_at_nobody = look(cast.county_reviewer, now + timedelta(seconds=1))
    elsewhere = look(cast.neighbour_reviewer, now + timedelta(seconds=2))

    assert found(cast.county_officer) == [by_ours_at_nobody.pk, at_ours_from_outside.pk]
    assert found(cast.officer) == [elsewhere.pk, by_ours_at_nobody.pk, at_ours_from_outside.pk]
    for other in (cast.county_reviewer, cast.manager, cast.administrator, cast.teacher, None):
        assert found(other) == []


@pytest.mark.parametrize("who", ["county_reviewer", "administrator", "school_head", "teacher"])
def test_other_roles_do_not_find_the_page(cast, who):
    client = browser(cast.posts[who])

    assert client.get(PAGE).status_code == 404
    assert client.get(reverse("teachers:access_log_export")).status_code == 404


def test_every_filter_narrows_the_search(cast, person, now):
    yesterday = look(cast.county_reviewer, now - timedelta(days=1), person, address="10.1.1.7")
    today = look(cast.school_head, now, action="reveal_identity", reason="核对身份")

    post = cast.officer
    assert found(post) == [today.pk, yesterday.pk]
    assert found(post, person=person.name) == [yesterday.pk]
    assert found(post, person=person.identity_mask) == [yesterday.pk]
    assert found(post, person="nobody") == []
    assert found(post, user="school_head") == found(post, user="马成龙") == [today.pk]
    assert found(post, action="reveal_identity") == [today.pk]
    assert found(post, since=date(2026, 11, 23)) == [today.pk]
    assert found(post, until=date(2026, 11, 22)) == [yesterday.pk]
    assert found(post, address="10.1.1.7") == [yesterday.pk]
    assert found(post, address="not an address") == []


def test_pages_follow_each_other_without_gap_or_repetition(cast, person, now):
    """Also when many looks happened in the same instant."""
    entries = [look(cast.school_head, now, person).pk for _n in range(access_log.PAGE + 3)]

    first = access_log.search(cast.officer, access_log.Filters())
    client = browser(cast.officer)
    second = client.get(f"{PAGE}?{first.older}").context["page"]

    seen = [entry.pk for entry in (*first.entries, *second.entries)]
    assert seen == sorted(entries, reverse=True)
    assert second.older == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_for_three_entries(
    cast, now, rows, django_assert_num_queries
):
    people.register(cast.first_school, range(rows), now)
    for teacher in Teacher.objects.all():
        look(cast.school_head, now, teacher, sets=["basic"])
    client = browser(cast.county_officer)

    with django_assert_num_queries(5):  # session, user, posts, entries, names of the sub-sets
        answer = client.get(PAGE)

    assert len(answer.context["page"].entries) == rows


def test_the_export_holds_what_the_filters_find_and_stands_in_the_log(cast, person, now):
    look(cast.county_reviewer, now, person, action="reveal_identity", reason="=1+1")
    look(cast.school_head, now, person)

    answer = browser(cast.officer).get(
        reverse("teachers:access_log_export"), {"action": "reveal_identity"}
    )
    lines = b"".join(answer.streaming_content).decode().splitlines()

    assert lines[0].startswith("\ufeff时间,")
    assert len(lines) == 2
    assert "马建国,county_reviewer" in lines[1]
    assert "'=1+1" in lines[1]
    entry = AccessEntry.objects.get(action="export_access_log")
    assert (entry.user, entry.subject) == (cast.officer.user, "action=reveal_identity")


def test_the_log_cannot_be_edited_or_emptied(cast, now):
    entry = look(cast.school_head, now)

    for statement in (
        lambda: AccessEntry.objects.update(reason="x"),
        lambda: AccessEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="access_log|Cannot"), transaction.atomic():
            statement()


# --- How long it is kept ----------------------------------------------------------------------


def kept() -> set[str]:
    return set(AccessEntry.objects.values_list("subject", flat=True))


def note_of(post, action: str, days: int, now: datetime) -> None:
    access.note(action, f"{action} {days}", by=post.user, post=post, at=now - timedelta(days=days))


def test_pruning_deletes_old_looks_and_keeps_acts_for_three_years(cast, now):
    for action in ("read_file", "reveal_identity"):
        for days in (100, 200, 2000):
            note_of(cast.school_head, action, days, now)

    pruned = retention.prune(
        before=timezone.localdate(now) - timedelta(days=180), by=cast.officer.user, at=now
    )

    assert (pruned.looks, pruned.acts) == (2, 1)
    note = AccessEntry.objects.get(action="prune_access_log")
    assert note.user == cast.officer.user
    assert kept() - {note.subject} == {
        "read_file 100",
        "reveal_identity 100",
        "reveal_identity 200",
    }
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessEntry.objects.all().delete()


def test_pruning_keeps_everything_for_three_years_unless_told_otherwise(cast, now):
    note_of(cast.school_head, "read_file", 1000, now)
    note_of(cast.school_head, "read_file", 2000, now)

    retention.prune(before=None, by=cast.officer.user, at=now)

    assert "read_file 1000" in kept()
    assert "read_file 2000" not in kept()


def test_pruning_refuses_days_within_the_last_180(cast, now):
    with pytest.raises(retention.TooRecent):
        retention.prune(
            before=timezone.localdate(now) - timedelta(days=179), by=cast.officer.user, at=now
        )


def test_the_command_prunes_in_the_name_of_a_user(cast):
    note_of(cast.school_head, "read_file", 2000, timezone.now())
    out = StringIO()

    call_command("prune_access_log", by="officer", stdout=out)

    assert out.getvalue() == "1 looks and 0 acts deleted.\n"
    with pytest.raises(CommandError, match="no active user 'nobody'"):
        call_command("prune_access_log", by="nobody")
    with pytest.raises(CommandError, match="180"):
        call_command("prune_access_log", "--by", "officer", "--before", "2099-01-01")
