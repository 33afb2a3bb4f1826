"""A teacher's own official file."""

from datetime import timedelta

import pytest
from django.urls import reverse

from teachers import access, confirming, identity
from teachers.files import write_revision
from teachers.models import (
    AccessEntry,
    Dossier,
    DossierRevision,
    FileConfirmation,
    IndexVersion,
    Teacher,
)

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
    client.force_login(cast.teacher.user)
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
    client.force_login(cast.school_head.user)

    assert "620000000018" not in client.get("/my-file/").content.decode()


def test_a_stranger_is_asked_to_sign_in(client, db):
    assert client.get("/my-file/").url == "/sign-in/?next=/my-file/"


# --- Confirming ---------------------------------------------------------------------------
def test_the_teacher_confirms_the_revision_that_was_read(client, page, person, cast, now):
    revision = publish(person, now)
    assert "确认" in page().content.decode()

    answer = client.post("/my-file/confirm/", {"revision": revision.pk}, follow=True)

    confirmation = FileConfirmation.objects.get()
    assert (confirmation.revision, confirmation.by) == (revision, cast.teacher.user)
    assert "您已于" in answer.content.decode()


def test_confirming_twice_keeps_the_first_moment(person, cast, now):
    revision = publish(person, now)
    user = type(cast.teacher.user).objects.get(pk=cast.teacher.user.pk)

    first = confirming.confirm(revision, by=user, at=now)
    second = confirming.confirm(revision, by=user, at=now + timedelta(days=1))

    assert (first, second.at) == (second, now)


def test_what_has_changed_meanwhile_must_be_read_again(client, page, person, cast, now):
    read = publish(person, now)
    page()
    write_revision(
        person,
        data={**read.data, "contact": {"mobile": "13900000000"}},
        source="change/1",
        entered_by=cast.school_clerk.user,
        accepted_by=cast.county_reviewer.user,
        at=now,
        effective_on=now.date(),
    )

    answer = client.post("/my-file/confirm/", {"revision": read.pk}, follow=True)

    assert "请重新阅读后再确认" in answer.content.decode()
    assert FileConfirmation.objects.count() == 0


@pytest.mark.parametrize("revision", ["", "x", "0", "9" * 30])
def test_only_the_own_revision_can_be_confirmed(client, page, person, now, revision):
    publish(person, now)
    page()

    assert client.post("/my-file/confirm/", {"revision": revision}).status_code == 404


def test_a_colleague_cannot_confirm_it(client, person, cast, now):
    revision = publish(person, now)
    client.force_login(cast.school_head.user)

    answer = client.post("/my-file/confirm/", {"revision": revision.pk})

    assert answer.status_code == 404
    with pytest.raises(confirming.NotYourFile):
        confirming.confirm(revision, by=cast.school_head.user, at=now)


# --- Who has looked -----------------------------------------------------------------------
def look(person: Teacher, post, at, reason: str = "") -> None:
    access.note(
        "read_file",
        f"teacher {person.number}",
        by=post.user,
        post=post,
        at=at,
        reason=reason,
        teacher=person,
        sets=["basic", "contact"],
    )


def test_the_teacher_sees_who_looked_when_why_and_at_what(page, person, cast, now):
    publish(person, now)
    look(person, cast.county_reviewer, now, "核对职称")
    page()

    (seen,) = page().context["looks"]

    assert (seen.entry.user, seen.entry.post) == (
        cast.county_reviewer.user,
        cast.county_reviewer,
    )
    assert (seen.act, seen.sets, seen.entry.reason) == (
        "查看档案",
        ["基本信息", "联系方式"],
        "核对职称",
    )


def test_older_looks_are_a_page_further(client, page, person, cast, now):
    publish(person, now)
    for _time in range(23):
        look(person, cast.county_reviewer, now)

    first = page()
    second = client.get("/my-file/", {"before": first.context["following"]})

    assert [len(answer.context["looks"]) for answer in (first, second)] == [20, 3]
    assert second.context["following"] is None


def test_looks_at_other_files_are_not_shown(page, person, cast, now):
    publish(person, now)
    access.note(
        "read_file", "another", by=cast.county_reviewer.user, post=cast.county_reviewer, at=now
    )

    assert page().context["looks"] == []


def test_a_teacher_is_offered_the_own_corrections_and_the_printed_file(page, person, now):
    publish(person, now)

    answer = page()

    assert [kind.value for kind in answer.context["kinds"]] == ["correction", "key_correction"]
    assert reverse("reports:dossier", args=[person.pk]) in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_file_costs_a_fixed_number_of_queries(
    page, person, cast, now, rows, django_assert_num_queries
):
    """Session, user, posts, whose post; the file; its looks and the names of the sub-sets; the
    look in the log. The form is kept in the process."""
    publish(person, now, learning=rows)
    for _time in range(rows):
        look(person, cast.county_reviewer, now)
    page()

    with django_assert_num_queries(8):
        page()
