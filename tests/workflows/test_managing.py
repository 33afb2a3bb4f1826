"""The campaign's manager cancels one submission, opens one again, and with it a closed campaign."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.models import Campaign, Record, Submission
from campaigns.publication import publish_released
from teachers.models import DossierRevision, Teacher, TeacherNumber
from tests import rounds
from tests.api import Program, failure
from tests.at_once import at_once
from tests.invariants import violations
from workflows import actions, responsibility
from workflows.enums import OutcomeKind, Verdict
from workflows.models import Decision, Task

REVIEWERS = ("county_reviewer", "city_reviewer", "province_reviewer")


def who(round, name: str = "manager") -> dict:
    post = round.cast.posts[name]
    return {"by": post.user, "post": post, "at": round.at}


def cancel(round, school="first_school", words="学校已撤并。", name="manager") -> None:
    submission = round.submission(round.cast.units[school])
    actions.cancel_submission(submission, words=words, **who(round, name))


def reopen(round, school="first_school", words="漏报一人。", name="manager") -> None:
    submission = round.submission(round.cast.units[school])
    actions.reopen_submission(submission, words=words, **who(round, name))


def bring_through(round) -> Submission:
    """The first school's answer from the clerk to the province's approval."""
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    for name in REVIEWERS:
        assert round.decide(cast.first_school, cast.posts[name], Verdict.APPROVE).refused == []
    return round.submission(cast.first_school)


# --- Cancelling one --------------------------------------------------------------------------
def test_the_manager_cancels_one_submission_with_a_reason(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    cancel(round)

    submission = round.submission(cast.first_school)
    last = Decision.objects.filter(case=submission.case).order_by("-sequence")[0]
    assert (submission.state, submission.case.status) == ("cancelled", "CANCELED")
    assert (last.verdict, last.words, last.by, last.to_position) == (
        "cancel",
        "学校已撤并。",
        cast.manager.user,
        None,
    )
    assert round.submission(cast.second_school).state == "draft"
    assert violations() == {}


def test_what_has_ended_cannot_be_cancelled(round):
    bring_through(round)
    with pytest.raises(actions.CannotCancel):
        cancel(round)


@pytest.mark.parametrize("name", ["county_reviewer", "province_reviewer", "school_head"])
def test_only_the_campaign_s_manager_cancels_and_opens_again(round, name):
    with pytest.raises(actions.NotForManager):
        cancel(round, name=name)
    with pytest.raises(actions.NotForManager):
        reopen(round, name=name)


def test_a_reason_is_needed(round):
    with pytest.raises(actions.WhyMissing):
        cancel(round, words="  ")
    with pytest.raises(actions.WhyMissing):
        reopen(round, words="")


# --- Opening one again -----------------------------------------------------------------------
def test_an_approved_submission_goes_back_to_the_school_with_days_as_for_a_return(round, cast):
    bring_through(round)
    round.at = datetime(2026, 12, 16, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    reopen(round)

    submission, task = round.submission(cast.first_school), round.task(cast.first_school)
    last = Decision.objects.filter(case=submission.case).order_by("-sequence")[0]
    assert (submission.state, submission.approved_at, submission.case.finished) == (
        "returned",
        None,
        None,
    )
    assert (task.step, task.role, task.due_date, task.counted_days) == (
        "fill",
        "clerk",
        date(2026, 12, 23),
        5,
    )
    assert (last.verdict, last.words, last.from_position, last.to_position) == (
        "reopen",
        "漏报一人。",
        4,
        0,
    )
    assert (last.task.step, last.task.role, last.task.organisation) == (
        "reopening",
        "manager",
        cast.province,
    )
    assert violations() == {}


def test_a_cancelled_submission_lives_again(round, cast):
    cancel(round)
    reopen(round, words="学校恢复办学。")
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    assert round.submission(cast.first_school).state == "county_review"
    assert violations() == {}


def test_published_again_each_file_has_its_next_revision_and_its_old_number(round, cast):
    bring_through(round)
    teacher = Teacher.objects.get()
    Record.objects.update(entered_at=round.at)
    reopen(round)
    round.add_people(cast.first_school, cast.school_clerk)
    bring_through(round)

    numbers = TeacherNumber.objects.filter(teacher=teacher).values_list("number", flat=True)
    revisions = DossierRevision.objects.filter(teacher=teacher).order_by("sequence")
    assert list(numbers) == [teacher.number]
    assert list(revisions.values_list("sequence", flat=True)) == [1, 2]
    assert Teacher.objects.count() == 2
    assert round.submission(cast.first_school).attempt == 2
    assert violations() == {}


def test_each_revision_names_who_passed_it_and_not_who_passed_the_next_one(round, cast):
    bring_through(round)
    round.at += timedelta(days=1)
    reopen(round)
    first = DossierRevision.objects.get()
    while_open = responsibility.chains([first], post=cast.county_reviewer)[first.pk]
    round.at += timedelta(days=1)
    bring_through(round)
    both = list(DossierRevision.objects.order_by("sequence"))
    chains = responsibility.chains(both, post=cast.county_reviewer)

    days = [{one.at.day for one in chains[revision.pk].passed} for revision in both]
    assert len(while_open.passed) == 5
    assert days == [{23}, {25}]


def test_a_record_that_was_held_back_from_the_second_approval_is_published_when_it_is_freed(
    round, cast
):
    """It stands in the register from the first one: that says nothing of the correction."""
    record = bring_through(round).records.get()
    who_settles = {"by": cast.city_reviewer.user, "at": round.at}
    before = publish_released([record.pk], **who_settles)
    Submission.objects.update(approved_at=round.at + timedelta(days=1))

    assert (before, publish_released([record.pk], **who_settles)) == (0, 1)


def test_it_can_be_opened_again_twice(round, cast):
    for _time in range(2):
        bring_through(round)
        reopen(round)

    case = round.submission(cast.first_school).case
    assert Decision.objects.filter(case=case, verdict="reopen").count() == 2
    assert violations() == {}


def test_what_lives_cannot_be_opened_again(round):
    with pytest.raises(actions.CannotReopen):
        reopen(round)
    assert not Task.objects.filter(step="reopening").exists()


def end_all_but_the_first(round) -> None:
    for submission in round.campaign.submissions.exclude(
        organisation=round.cast.first_school
    ).select_related("campaign"):
        actions.cancel_submission(submission, words="免报。", **who(round))


def closed(round) -> Campaign:
    bring_through(round)
    end_all_but_the_first(round)
    actions.begin_review(
        round.campaign, by=round.cast.manager.user, post=round.cast.manager, at=round.at
    )
    return actions.close(round.campaign, **who(round))


def test_a_closed_campaign_takes_no_corrections_by_itself(round):
    closed(round)
    with pytest.raises(actions.CannotReopen):
        reopen(round)


def test_a_closed_campaign_goes_back_into_review_for_the_submissions_named(round, cast):
    campaign = closed(round)
    submission = round.submission(cast.first_school)
    opened = actions.reopen_campaign(
        campaign, submissions=[submission.pk], words="省统计局来函。", **who(round)
    )

    words = Decision.objects.filter(verdict="reopen").values_list("case", "words", "by")
    assert (opened.state, opened.closed_at) == ("in_review", None)
    assert list(words) == [(submission.case.pk, "省统计局来函。", cast.manager.user_id)]
    assert violations() == {}


def test_a_campaign_is_not_opened_for_nothing_nor_while_it_runs(round):
    with pytest.raises(actions.CannotReopen):
        actions.reopen_campaign(round.campaign, submissions=[1], words="更正。", **who(round))
    campaign = closed(round)
    with pytest.raises(actions.CannotReopen):
        actions.reopen_campaign(campaign, submissions=[], words="更正。", **who(round))


# --- At once ---------------------------------------------------------------------------------
def test_a_cancel_and_an_approval_at_once_leave_one_of_both(transactional_db, reference, cast, now):
    round = rounds.launched(cast, now)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    task = round.task(cast.first_school).pk
    post = cast.county_reviewer

    approved, cancelled = at_once(
        lambda: actions.decide([task], verdict=Verdict.APPROVE, by=post.user, post=post, at=now),
        lambda: cancel(round),
    )

    assert cancelled is None  # after the approval it is still not at its end
    assert round.submission(cast.first_school).state == "cancelled"
    assert approved.outcomes[0].kind in {OutcomeKind.DONE, OutcomeKind.ALREADY_DECIDED}
    assert violations() == {}


def test_two_who_open_again_at_once_make_one_decision(transactional_db, reference, cast, now):
    round = rounds.launched(cast, now)
    cancel(round)

    results = at_once(lambda: reopen(round), lambda: reopen(round))

    assert sorted(str(type(result).__name__) for result in results) == ["CannotReopen", "NoneType"]
    assert violations() == {}


def test_closing_and_opening_again_at_once_leave_no_live_case_in_a_closed_campaign(
    transactional_db, reference, cast, now
):
    round = rounds.launched(cast, now)
    bring_through(round)
    end_all_but_the_first(round)
    actions.begin_review(round.campaign, by=cast.manager.user, post=cast.manager, at=round.at)

    at_once(lambda: actions.close(round.campaign, **who(round)), lambda: reopen(round))

    campaign = Campaign.objects.get(pk=round.campaign.pk)
    state = round.submission(cast.first_school).state
    assert (campaign.state, state) in {("closed", "approved"), ("in_review", "returned")}
    assert violations() == {}


# --- Pages -----------------------------------------------------------------------------------
def test_the_manager_cancels_and_opens_again_on_the_submission_s_page(round, cast, client):
    address = f"/submissions/{round.submission(cast.first_school).pk}/"
    client.force_login(cast.manager.user)
    before = client.get(address).content.decode()
    cancelled = client.post(f"{address}cancel/", {"words": "学校已撤并。"}, follow=True)
    opened = client.post(f"{address}reopen/", {"words": "恢复办学。"}, follow=True)

    assert "取消该校报送" in before
    assert "已取消：本次任务不再要求锁南镇第二小学报送。" in cancelled.content.decode()
    assert "重新开放" in cancelled.content.decode()
    assert "已重新开放：锁南镇第二小学现可更正。" in opened.content.decode()


def test_a_refusal_stands_on_the_page(round, cast, client):
    address = f"/submissions/{round.submission(cast.first_school).pk}/"
    client.force_login(cast.manager.user)
    answer = client.post(f"{address}cancel/", {"words": " "}, follow=True)

    assert "请写明理由：学校和各级主管部门都会看到。" in answer.content.decode()
    assert round.submission(cast.first_school).state == "draft"


def test_a_reviewer_sees_no_such_buttons(round, cast, client):
    client.force_login(cast.county_reviewer.user)
    page = client.get(f"/submissions/{round.submission(cast.first_school).pk}/")

    assert "取消该校报送" not in page.content.decode()


def test_opening_again_on_the_page_takes_a_closed_campaign_along(round, cast, client):
    closed(round)
    address = f"/submissions/{round.submission(cast.first_school).pk}/"
    client.force_login(cast.manager.user)
    page = client.get(address).content.decode()
    client.post(f"{address}reopen/", {"words": "省统计局来函。"})

    assert "任务已结束：将随该校报送一并退回审核阶段。" in page
    assert Campaign.objects.get().state == "in_review"


def test_the_school_reads_why_it_was_opened_again(round, cast, client):
    bring_through(round)
    reopen(round, words="请补报新进教师。")
    client.force_login(cast.school_clerk.user)
    page = client.get("/school/").content.decode()

    assert "甘肃省重新开放了该报送" in page
    assert "请补报新进教师。" in page


# --- The API ---------------------------------------------------------------------------------
def test_programs_cancel_and_open_again(round, cast):
    address = f"/api/v1/submissions/{round.submission(cast.first_school).pk}/"
    manager = Program(cast.manager)

    assert failure(manager.send(f"{address}cancel/", {"words": ""})) == (400, "invalid")
    assert failure(manager.send(f"{address}reopen/", {"words": "x"})) == (409, "cannot_reopen")
    cancelled = manager.send(f"{address}cancel/", {"words": "学校已撤并。"})
    opened = manager.send(f"{address}reopen/", {"words": "恢复办学。"})

    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (opened.status_code, opened.json()["state"]) == (200, "returned")
    county = Program(cast.county_reviewer)
    assert failure(county.send(f"{address}cancel/", {"words": "x"})) == (403, "not_for_manager")
