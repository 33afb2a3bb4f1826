"""The school's desk: what it shows, and handing in, signing, returning, recalling from it."""

import pytest

from campaigns.enums import SubmissionState
from campaigns.models import Finding, Submission
from tests import rounds
from workflows.enums import Verdict
from workflows.models import Decision


@pytest.fixture
def collection(cast, now) -> rounds.Round:
    return rounds.launched(cast, now)


@pytest.fixture
def submission(collection, cast) -> Submission:
    return collection.submission(cast.first_school)


@pytest.fixture
def act(client):
    """A client signed in under a post: act(cast.school_clerk).get("/school/")."""

    def _act(post):
        client.force_login(post.user)
        return client

    return _act


def text(answer) -> str:
    return answer.content.decode()


def state(submission: Submission) -> str:
    return Submission.objects.get(pk=submission.pk).state


def test_a_clerk_sees_what_is_asked_and_how_to_begin(act, cast, collection):
    page = text(act(cast.school_clerk).get("/school/"))

    for words in (
        "2026 年度教师信息采集",
        "锁南镇第二小学",
        "从教师名册带入",
        "下载模板",
        "基本信息",
    ):
        assert words in page, words
    assert "提交校长签字" not in page


def test_a_school_that_is_not_asked_is_told_so(act, cast):
    page = text(act(cast.school_clerk).get("/school/"))

    assert "目前没有需要贵校填报的采集任务" in page


def test_a_campaign_that_is_only_launched_is_not_shown_yet(act, cast, now):
    from workflows import actions

    campaign = rounds.new_campaign(cast, now)
    actions.launch(campaign, by=cast.manager.user, post=cast.manager, at=now)

    assert "目前没有需要贵校填报的采集任务" in text(act(cast.school_clerk).get("/school/"))


@pytest.mark.parametrize("who", ["county_reviewer", "manager", "county_supervisor", "teacher"])
def test_the_desk_is_for_clerk_and_head_only(act, cast, collection, who):
    assert act(cast.posts[who]).get("/school/").status_code == 404


def test_a_clerk_hands_in_and_the_head_signs(act, cast, collection, submission):
    collection.add_people(cast.first_school, cast.school_clerk)

    answer = act(cast.school_clerk).post(f"/submissions/{submission.pk}/submit/", follow=True)

    assert state(submission) == SubmissionState.SIGNING
    assert "已提交校长签字" in text(answer)

    answer = act(cast.school_head).post(f"/submissions/{submission.pk}/sign/", follow=True)

    assert state(submission) == SubmissionState.COUNTY_REVIEW
    assert "已签字" in text(answer)


def test_handing_in_with_an_open_error_is_refused_with_the_reason(
    act, cast, collection, submission
):
    collection.add_people(cast.first_school, cast.school_clerk)
    Submission.objects.filter(pk=submission.pk).update(errors_count=1)

    answer = act(cast.school_clerk).post(f"/submissions/{submission.pk}/submit/", follow=True)

    assert state(submission) == SubmissionState.DRAFT
    assert "尚有错误未改正" in text(answer)


def test_a_second_press_changes_nothing_and_says_why(act, cast, collection, submission):
    collection.add_people(cast.first_school, cast.school_clerk)
    clerk = act(cast.school_clerk)
    clerk.post(f"/submissions/{submission.pk}/submit/")

    answer = clerk.post(f"/submissions/{submission.pk}/submit/", follow=True)

    assert "不在您的待办中" in text(answer)
    assert Decision.objects.filter(case__submission=submission).count() == 1


def test_a_head_cannot_hand_in_and_a_clerk_cannot_sign(act, cast, collection, submission):
    collection.add_people(cast.first_school, cast.school_clerk)
    act(cast.school_head).post(f"/submissions/{submission.pk}/submit/")
    assert state(submission) == SubmissionState.DRAFT

    act(cast.school_clerk).post(f"/submissions/{submission.pk}/submit/")
    act(cast.school_clerk).post(f"/submissions/{submission.pk}/sign/")

    assert state(submission) == SubmissionState.SIGNING


def test_a_head_returns_with_reasons_and_the_clerk_reads_them(act, cast, collection, submission):
    collection.add_people(cast.first_school, cast.school_clerk)
    collection.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)

    act(cast.school_head).post(
        f"/submissions/{submission.pk}/send-back/",
        {"reason": [rounds.reason()], "words": "请补充合同。"},
    )

    assert state(submission) == SubmissionState.RETURNED
    page = text(act(cast.school_clerk).get("/school/"))
    assert "请补充合同。" in page
    assert "马成龙" in page


def test_a_head_who_returns_without_words_is_asked_for_them(act, cast, collection, submission):
    collection.add_people(cast.first_school, cast.school_clerk)
    collection.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)

    answer = act(cast.school_head).post(f"/submissions/{submission.pk}/send-back/", follow=True)

    assert state(submission) == SubmissionState.SIGNING
    assert 'class="alert error"' in text(answer)


def test_a_return_by_the_county_stands_on_the_school_desk(act, cast, collection, submission):
    collection.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    collection.send_back(cast.first_school, cast.county_reviewer)

    page = text(act(cast.school_clerk).get("/school/"))

    for words in ("请核对学历证书。", "马建国", "东乡族自治县"):
        assert words in page, words


def test_a_school_recalls_what_nobody_has_begun(act, cast, collection, submission):
    collection.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    answer = act(cast.school_clerk).post(f"/submissions/{submission.pk}/recall/", follow=True)

    assert state(submission) == SubmissionState.DRAFT
    assert "已撤回" in text(answer)


def test_each_is_offered_what_is_theirs_to_do(act, cast, collection, submission):
    def offered(post) -> list[str]:
        desk = act(post).get("/school/").context["desk"]
        names = ["may_edit", "may_submit", "may_sign", "may_recall"]
        return [name for name in names if getattr(desk, name)]

    collection.add_people(cast.first_school, cast.school_clerk)
    assert offered(cast.school_clerk) == ["may_edit", "may_submit"]
    assert offered(cast.school_head) == []

    collection.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)
    assert offered(cast.school_clerk) == ["may_recall"]
    assert offered(cast.school_head) == ["may_sign"]

    collection.decide(cast.first_school, cast.school_head, Verdict.SIGN)
    assert offered(cast.school_clerk) == ["may_recall"]
    assert offered(cast.school_head) == ["may_recall"]

    collection.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    assert offered(cast.school_clerk) == []


def test_what_the_county_has_approved_is_not_recalled(act, cast, collection, submission):
    collection.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    collection.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    answer = act(cast.school_clerk).post(f"/submissions/{submission.pk}/recall/", follow=True)

    assert state(submission) == SubmissionState.CITY_REVIEW
    assert 'class="alert error"' in text(answer)


@pytest.mark.parametrize("step", ["submit", "sign", "send-back", "recall"])
def test_the_neighbours_submission_is_not_there(act, cast, collection, submission, step):
    for post in (cast.neighbour_clerk, cast.second_head, cast.county_reviewer):
        assert act(post).post(f"/submissions/{submission.pk}/{step}/").status_code == 404
    assert state(submission) == SubmissionState.DRAFT


@pytest.mark.parametrize("step", ["submit", "sign", "send-back", "recall"])
def test_a_link_decides_nothing(act, cast, collection, submission, step):
    assert act(cast.school_clerk).get(f"/submissions/{submission.pk}/{step}/").status_code == 405


def test_the_list_begins_with_what_is_to_correct(act, cast, collection, submission):
    wrong, sound = collection.add_people(cast.first_school, cast.school_clerk, 2)
    Finding.objects.create(
        submission=submission,
        record=wrong,
        rule="has_left",
        severity="error",
        set_key="basic",
        indicator_key="person_status",
        params={"status": "308"},
    )

    listed = act(cast.school_clerk).get("/school/").context["page"].rows
    everyone = act(cast.school_clerk).get("/school/?show=all").context["page"].rows

    assert listed == [wrong]
    assert everyone == [wrong, sound]


def test_names_are_searched_among_all(act, cast, collection):
    first, second, third = collection.add_people(cast.first_school, cast.school_clerk, 3)

    found = act(cast.school_clerk).get("/school/", {"q": second.name}).context["page"].rows

    assert found == [second]


def test_the_list_pages_by_key(act, cast, collection):
    people = collection.add_people(cast.first_school, cast.school_clerk, 53)
    clerk = act(cast.school_clerk)

    first = clerk.get("/school/").context["page"]
    second = clerk.get("/school/", {"after": first.after}).context["page"]

    assert first.rows == people[:50]
    assert (second.rows, second.after) == (people[50:], None)


def test_nonsense_in_the_address_is_harmless(act, cast, collection):
    clerk = act(cast.school_clerk)

    assert clerk.get("/school/?after=-1&show=x&q=%25").status_code == 200
    assert clerk.get("/school/?q=%00").status_code == 400
    assert clerk.get("/school/?after=99999999999999999999").status_code == 200
    assert clerk.get("/school/?campaign=nothing").status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_the_desk_costs_a_fixed_number_of_queries(
    act, cast, collection, people, django_assert_num_queries
):
    collection.add_people(cast.first_school, cast.school_clerk, people)
    clerk = act(cast.school_clerk)
    clerk.get("/school/")

    with django_assert_num_queries(22):
        clerk.get("/school/")
