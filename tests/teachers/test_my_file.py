"""A teacher's own official file."""

import pytest

from teachers import identity
from teachers.models import (
    AccessEntry,
    Dossier,
    DossierRevision,
    IndexVersion,
    Teacher,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
CARD = "620102198506150031"


@pytest.fixture
def person(cast, now) -> Teacher:
    """The cast's teacher, linked to a register entry without a file."""
    person = Teacher.objects.create(
        number="620000000018",
        name="马晓兰",
        sex="2",
        birth_date="1985-06-15",
        ethnic="03",
        identity_hash=identity.search_hash("1", CARD),
        identity_sealed=identity.seal(CARD),
        identity_mask=identity.mask(CARD),
        organisation=cast.first_school,
        registered_at=now,
    )
    cast.teacher.user.teacher = person
    cast.teacher.user.save()
    return person


def publish(person: Teacher, now, *, learning: int = 1) -> DossierRevision:
    revision = DossierRevision.objects.create(
        teacher=person,
        sequence=1,
        index_version=IndexVersion.objects.get(code="2026"),
        organisation=person.organisation,
        data={
            "basic": {"name": "马晓兰", "sex": "2", "ethnic": "03", "birth_date": "1985-06-15"},
            "learning": [{"education": "21", "edu_school": "西北师范大学"}] * learning,
        },
        source="campaign/2026/2162002291",
        accepted_at=now,
        effective_on=now.date(),
    )
    Dossier.objects.create(teacher=person, revision=revision, revisions=1)
    return revision


@pytest.fixture
def page(client, cast):
    client.force_login(cast.teacher.user, BACKEND)
    return lambda: client.get("/my-file/")


def test_the_file_shows_values_in_words_and_the_identity_masked(page, person, now):
    publish(person, now)

    text = page().content.decode()

    for words in ("620000000018", "620102********0031", "回族", "西北师范大学", "大学本科"):
        assert words in text, words
    assert CARD not in text


def test_a_look_at_the_file_is_kept_in_the_access_log(page, person, cast, now):
    publish(person, now)

    page()

    entry = AccessEntry.objects.get()
    assert (entry.user, entry.post, entry.action, entry.subject) == (
        cast.teacher.user,
        cast.teacher,
        "read_own_file",
        "teacher 620000000018, revision 1",
    )


def test_a_file_that_is_not_published_yet_is_explained(page, person):
    answer = page()

    assert answer.status_code == 200
    assert "档案尚未发布" in answer.content.decode()
    assert AccessEntry.objects.count() == 0


def test_an_account_without_a_person_is_told_whom_to_ask(page, cast):
    assert "未关联教师档案" in page().content.decode()


def test_nobody_reaches_another_persons_file(client, person, cast, now):
    publish(person, now)
    client.force_login(cast.school_head.user, BACKEND)

    assert "620000000018" not in client.get("/my-file/").content.decode()


def test_a_stranger_is_asked_to_sign_in(client, db):
    assert client.get("/my-file/").url == "/sign-in/?next=/my-file/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_file_costs_a_fixed_number_of_queries(
    page, person, now, rows, django_assert_num_queries
):
    """Session, user, posts; the file; the look in the log. The form is kept in the process."""
    publish(person, now, learning=rows)
    page()

    with django_assert_num_queries(5):
        page()
