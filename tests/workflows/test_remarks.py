"""Remarks on a submission: between the levels, or for the school, too; and who reads which."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction
from django.urls import reverse

from teachers.models import Attachment, Delegation, Post
from tests import uploads
from workflows import actions
from workflows.models import Remark

HTMX = {"HX-Request": "true"}


@pytest.fixture
def sign_in(client):
    def as_(post):
        client.force_login(post.user)
        return client

    return as_


@pytest.fixture
def submission(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    return round.submission(cast.first_school)


def write(round, submission, post, words="请核对。", **more) -> Remark:
    by = more.pop("by", post.user)
    return actions.remark(submission, words=words, by=by, post=post, at=round.at, **more)


def thread(client, submission) -> list[str]:
    page = client.get(reverse("workflows:submission", args=[submission.pk]), {"tab": "remarks"})
    return [row.words for row in page.context["remarks"]]


def test_levels_read_everything_the_school_what_is_meant_for_it(round, cast, submission, sign_in):
    write(round, submission, cast.county_reviewer, "只给上级。")
    write(round, submission, cast.city_reviewer, "给学校。", for_school=True)
    write(round, submission, cast.school_clerk, "学校答复。")

    everything = ["学校答复。", "给学校。", "只给上级。"]
    for who in ("county_reviewer", "city_reviewer", "province_reviewer", "county_supervisor"):
        assert thread(sign_in(cast.posts[who]), submission) == everything
    for who in ("school_clerk", "school_head"):
        assert thread(sign_in(cast.posts[who]), submission) == everything[:2]


def test_the_tab_counts_what_the_reader_may_read(round, cast, submission, sign_in):
    write(round, submission, cast.county_reviewer, "只给上级。")
    page = reverse("workflows:submission", args=[submission.pk])
    assert sign_in(cast.city_reviewer).get(page).context["remarks_count"] == 1
    assert sign_in(cast.school_clerk).get(page).context["remarks_count"] == 0


def test_the_school_s_desk_leads_to_what_was_written_for_it(round, cast, submission, sign_in):
    client = sign_in(cast.school_clerk)
    assert "tab=remarks" not in client.get("/school/").content.decode()
    write(round, submission, cast.county_reviewer, for_school=True)
    assert "tab=remarks" in client.get("/school/").content.decode()


def test_what_a_school_writes_is_for_both(round, cast, submission):
    assert write(round, submission, cast.school_head, for_school=False).for_school


@pytest.mark.parametrize("who", ["administrator", "teacher", "officer"])
def test_who_has_no_part_in_it_writes_nothing(round, cast, submission, who):
    with pytest.raises(actions.CannotRemark):
        write(round, submission, cast.posts[who])
    with pytest.raises(actions.CannotRemark):
        write(round, submission, cast.county_reviewer, by=cast.posts[who].user)
    assert not Remark.objects.exists()


@pytest.mark.parametrize("words", ["", "  \n ", "长" * 1001])
def test_a_remark_needs_words_of_a_length_to_read(round, cast, submission, words):
    with pytest.raises(actions.CannotRemark):
        write(round, submission, cast.county_reviewer, words)


def test_a_remark_is_never_edited(round, cast, submission):
    written = write(round, submission, cast.county_reviewer)
    with pytest.raises(InternalError), transaction.atomic():
        Remark.objects.filter(pk=written.pk).update(words="改")
    with pytest.raises(InternalError), transaction.atomic():
        written.delete()


def test_a_colleague_writes_for_the_holder_and_it_is_shown(round, cast, submission, sign_in):
    post = Post.objects.select_related("organisation", "user").get(pk=cast.county_reviewer.pk)
    post.delegation = Delegation.objects.create(
        post=post,
        to=cast.county_supervisor.user,
        valid_from=round.at.date(),
        valid_to=round.at.date().replace(year=2099),
        reason="出差",
        created_by=post.user,
        created_at=round.at,
    )
    write(round, submission, post, by=cast.county_supervisor.user)
    page = sign_in(cast.city_reviewer).get(
        reverse("workflows:submission", args=[submission.pk]), {"tab": "remarks"}
    )
    assert "代理马建国" in page.content.decode().replace(" ", "")


def test_files_come_along_and_lie_with_the_school(cast, submission, sign_in):
    client = sign_in(cast.county_reviewer)
    file = SimpleUploadedFile("说明.pdf", uploads.pdf(), "application/pdf")
    client.post(
        reverse("workflows:remark", args=[submission.pk]),
        {"words": "见附件。", "files": [file], "for_school": "on"},
        headers=HTMX,
    )

    attachment = Attachment.objects.get()
    assert (attachment.kind, attachment.organisation, attachment.remarks.get().words) == (
        "remark",
        cast.first_school,
        "见附件。",
    )
    shown = reverse("teachers:attachment", args=[attachment.pk])
    assert sign_in(cast.school_clerk).get(shown).status_code == 200
    assert sign_in(cast.neighbour_reviewer).get(shown).status_code == 404


def test_a_school_does_not_open_the_files_of_what_is_not_for_it(cast, submission, sign_in):
    file = SimpleUploadedFile("说明.pdf", uploads.pdf(), "application/pdf")
    sign_in(cast.county_reviewer).post(
        reverse("workflows:remark", args=[submission.pk]), {"words": "请市局看。", "files": [file]}
    )

    shown = reverse("teachers:attachment", args=[Attachment.objects.get().pk])
    assert sign_in(cast.city_reviewer).get(shown).status_code == 200
    assert sign_in(cast.school_head).get(shown).status_code == 404


def test_a_file_that_may_not_be_handed_in_is_named_and_the_words_stay(cast, submission, sign_in):
    answer = sign_in(cast.county_reviewer).post(
        reverse("workflows:remark", args=[submission.pk]),
        {"words": "见附件。", "files": [SimpleUploadedFile("宏.docm", b"PK")]},
        headers=HTMX,
    )
    text = answer.content.decode()
    assert "宏.docm" in text
    assert "见附件。" in text
    assert not Remark.objects.exists()


def test_without_a_script_the_page_is_loaded_again(cast, submission, sign_in):
    client = sign_in(cast.school_clerk)
    answer = client.post(reverse("workflows:remark", args=[submission.pk]), {"words": "已核对。"})
    assert answer.headers["Location"].endswith("?tab=remarks")
    assert Remark.objects.get().words == "已核对。"


def test_the_thread_pages_by_key_the_newest_first(round, cast, submission, sign_in):
    for number in range(51):
        write(round, submission, cast.county_reviewer, f"第{number}条")
    client = sign_in(cast.county_reviewer)
    page = reverse("workflows:submission", args=[submission.pk])
    first = client.get(page, {"tab": "remarks"}).context
    rest = client.get(page, {"tab": "remarks", "after": first["after"]}).context
    assert [row.words for row in first["remarks"]][:2] == ["第50条", "第49条"]
    assert ([row.words for row in rest["remarks"]], rest["after"]) == (["第0条"], None)


@pytest.mark.parametrize("count", [1, 3])
def test_the_thread_costs_the_same_for_one_remark_and_for_three(
    round, cast, submission, sign_in, django_assert_num_queries, count
):
    for _number in range(count):
        write(round, submission, cast.county_reviewer)
    client = sign_in(cast.county_reviewer)
    page = reverse("workflows:submission", args=[submission.pk])
    client.get(page, {"tab": "remarks"})
    with django_assert_num_queries(19):
        client.get(page, {"tab": "remarks"})
