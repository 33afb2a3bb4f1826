"""A record for reading, and the logged look at the identity number."""

import pytest
from django.urls import reverse

from teachers import identity
from teachers.models import AccessEntry


@pytest.fixture
def sign_in(client):
    def as_(post):
        client.force_login(post.user)
        return client

    return as_


@pytest.fixture
def record(round, cast):
    from teachers import reference, schema

    reference.load()
    schema.forget_forms()
    return round.add_people(cast.first_school, cast.school_clerk)[0]


def page(record, name: str = "record") -> str:
    return reverse(f"workflows:{name}", args=[record.submission_id, record.pk])


def test_values_stand_in_words_and_the_number_is_masked(record, cast, sign_in):
    text = sign_in(cast.county_reviewer).get(page(record)).content.decode()
    assert "马一兰" in text
    assert record.identity_mask in text
    assert identity.unseal(record.identity_sealed) not in text


def test_a_look_at_a_record_is_logged(record, cast, sign_in):
    sign_in(cast.county_reviewer).get(page(record))

    (entry,) = AccessEntry.objects.filter(action="read_record")
    assert (entry.user, entry.post, entry.subject, entry.address) == (
        cast.county_reviewer.user,
        cast.county_reviewer,
        f"submission {record.submission_id}, record {record.pk}",
        "127.0.0.1",
    )


def test_a_reveal_shows_the_number_once_and_is_logged(record, cast, sign_in):
    client = sign_in(cast.county_reviewer)
    number = identity.unseal(record.identity_sealed)
    shown = client.post(page(record, "reveal"), {"reason": "核对身份证复印件"})
    assert number in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert number not in client.get(page(record)).content.decode()
    (entry,) = AccessEntry.objects.filter(action="reveal_identity")
    assert (entry.user, entry.post, entry.reason, entry.subject) == (
        cast.county_reviewer.user,
        cast.county_reviewer,
        "核对身份证复印件",
        f"record {record.pk}",
    )


def test_without_a_reason_nothing_is_revealed_and_nothing_logged(record, cast, sign_in):
    response = sign_in(cast.county_reviewer).post(page(record, "reveal"), {"reason": "  "})
    assert identity.unseal(record.identity_sealed) not in response.content.decode()
    assert response.context["problem"]
    assert not AccessEntry.objects.filter(action="reveal_identity").exists()


@pytest.mark.parametrize("who", ["neighbour_reviewer", "second_clerk", "administrator", "teacher"])
def test_a_record_of_somebody_elses_school_is_not_found(record, cast, sign_in, who):
    client = sign_in(cast.posts[who])
    assert client.get(page(record)).status_code == 404
    assert client.post(page(record, "reveal"), {"reason": "核对证件"}).status_code == 404


def test_a_record_under_another_submission_is_not_found(record, round, cast, sign_in):
    other = round.submission(cast.second_school)
    url = reverse("workflows:record", args=[other.pk, record.pk])
    assert sign_in(cast.county_reviewer).get(url).status_code == 404
