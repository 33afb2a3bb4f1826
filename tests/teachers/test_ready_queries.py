"""Queries that are put together once: the same rows as the queryset, in one statement."""

import pytest
from django.db import DataError, transaction
from django.utils import timezone

from teachers.models import Organisation, Post, User
from teachers.ready_queries import Ready


@pytest.fixture
def posts():
    """A query of its own for each test: none knows its plan yet."""
    return Ready(
        "posts_under_test",
        lambda user, on: Post.objects.acted_under(user, on).order_by("pk"),
        user="bigint",
        on="date",
    )


def test_it_gives_the_objects_of_the_queryset_in_one_statement_each_time(
    cast, posts, django_assert_num_queries
):
    today = timezone.localdate()
    for post in (cast.county_reviewer, cast.city_reviewer, cast.school_clerk):
        plain = list(Post.objects.acted_under(post.user, today).order_by("pk"))
        with django_assert_num_queries(1):
            found = posts(user=post.user_id, on=today)
            said = [(one.pk, one.organisation.name, one.user.name) for one in found]
        assert said == [(one.pk, one.organisation.name, one.user.name) for one in plain]


def test_lists_and_texts_reach_the_query_as_they_are(cast):
    named = Ready(
        "organisations_under_test",
        lambda keys, names: (
            Organisation.objects.filter(pk__any_of=keys, name__any_of=names)
            .exclude(name="100%")
            .order_by("pk")
            .values_list("name", flat=True)
        ),
        keys="bigint[]",
        names="text[]",
    )
    keys = [cast.county.pk, cast.city.pk]
    assert named(keys=keys, names=[cast.county.name, 'a "quoted" \\ %s {}']) == [cast.county.name]
    assert named(keys=keys, names=[]) == []


def test_what_begins_with_a_text_is_found_whatever_signs_it_has(cast):
    below = Ready(
        "subtree_under_test",
        lambda words, path: (
            Organisation.objects.filter(name__startswith=words, path__startswith=path)
            .order_by("pk")
            .values_list("name", flat=True)
        ),
        words="text",
        path="text",
    )
    odd = "5_0%\\ 小学"
    Organisation.objects.filter(pk=cast.first_school.pk).update(name=odd)

    assert below(words="5_0%\\", path=cast.county.path) == [odd]
    assert below(words="5_", path=cast.neighbour_school.path) == []
    assert below(words="5%", path=cast.county.path) == []
    assert below(words="_", path=cast.county.path) == []


def test_moments_reach_the_query_as_they_are(cast):
    joined = Ready(
        "accounts_under_test",
        lambda at: User.objects.filter(date_joined__gt=at).order_by("pk"),
        at="timestamptz",
    )
    first = User.objects.order_by("date_joined").first()
    assert joined(at=first.date_joined) == list(
        User.objects.filter(date_joined__gt=first.date_joined).order_by("pk")
    )


def test_a_query_without_values_is_asked_as_well(cast):
    first = Ready("first_under_test", lambda: Organisation.objects.order_by("pk")[:1])
    assert first() == [Organisation.objects.order_by("pk").first()]


def test_a_first_use_that_fails_does_not_stand_in_the_way_of_the_next(cast):
    by_key = Ready("key_under_test", lambda key: Organisation.objects.filter(pk=key), key="bigint")
    with pytest.raises(DataError), transaction.atomic():
        by_key(key=10**30)
    assert by_key(key=cast.county.pk) == [cast.county]


def test_a_value_that_the_query_changes_is_refused_rather_than_kept(cast):
    below = Ready(
        "below_under_test",
        lambda path: Organisation.objects.filter(path__endswith=path),
        path="text",
    )
    with pytest.raises(ValueError, match="below_under_test"):
        below(path=cast.county.path)
