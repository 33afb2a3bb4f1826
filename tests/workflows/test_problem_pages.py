"""The pages of problem data: what each side sees, and what a list costs."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from campaigns import problems
from campaigns.models import Problem, Record
from tests import rounds, uploads
from workflows import actions


@pytest.fixture
def sign_in(client):
    def as_(post):
        client.force_login(post.user)
        return client

    return as_


@pytest.fixture
def raise_cases(cast, now):
    """raise_cases(3): so many persons of the first school, reported by the neighbour too."""
    collection = rounds.launched(cast, now)

    def _raise(count: int) -> list[Problem]:
        known = collection.add_people(cast.first_school, cast.school_clerk, count)
        target = collection.submission(cast.neighbour_school)
        for person in known:
            Record.objects.create(
                submission=target,
                name=person.name,
                identity_hash=person.identity_hash,
                identity_sealed=person.identity_sealed,
                identity_mask=person.identity_mask,
                data={**person.data, "contact": {"mobile": "19900000099"}},
                entered_by=cast.neighbour_clerk.user,
                entered_at=now,
            )
        problems.look_at([p.identity_hash for p in known], found_on="save", at=now)
        actions.open_problems(at=now)
        return list(Problem.objects.order_by("pk"))

    return _raise


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_case_and_for_three(
    raise_cases, cast, sign_in, django_assert_num_queries, count
):
    raise_cases(count)
    client = sign_in(cast.city_reviewer)
    client.get(reverse("workflows:problems"))

    with django_assert_num_queries(8):
        page = client.get(reverse("workflows:problems"))

    assert len(page.context["rows"]) == count


def test_the_superior_sees_both_sides_and_what_differs(raise_cases, cast, sign_in):
    (problem,) = raise_cases(1)

    page = sign_in(cast.city_reviewer).get(reverse("workflows:problem", args=[problem.pk]))

    assert [line.values for line in page.context["duel"].differing] == [
        ["19900000099", "19900000000"]
    ]


def test_a_school_sees_its_own_values_only(raise_cases, cast, sign_in):
    (problem,) = raise_cases(1)

    text = sign_in(cast.school_clerk).get(reverse("workflows:problem", args=[problem.pk]))
    text = text.content.decode()

    assert "19900000000" in text
    assert "19900000099" not in text


def test_a_school_answers_on_the_page(raise_cases, cast, sign_in):
    (problem,) = raise_cases(1)
    Problem.objects.update(answer_by=timezone.localdate())
    party = problem.parties.get(organisation=cast.first_school)
    proof = SimpleUploadedFile("proof.png", uploads.picture(40, 40, "PNG"), "image/png")

    answer = sign_in(cast.school_clerk).post(
        reverse("workflows:problem_answer", args=[problem.pk, party.pk]),
        {
            f"p{party.pk}-answer": "ours",
            f"p{party.pk}-words": "在岗。",
            f"p{party.pk}-seen_at": "",
            f"p{party.pk}-evidence": proof,
        },
    )

    party.refresh_from_db()
    assert (answer.status_code, party.answer, party.evidence.count()) == (302, "ours", 1)
