"""Deciding from the pages: one or many, once or twice, plain or by htmx."""

import pytest
from django.urls import reverse

from campaigns.models import Submission
from teachers.models import Code, CodeList
from workflows.enums import OutcomeKind, Verdict
from workflows.models import Decision, Task

URL = reverse("workflows:decide")


@pytest.fixture
def schools(cast):
    return {
        "first": (cast.first_school, cast.school_clerk, cast.school_head),
        "second": (cast.second_school, cast.second_clerk, cast.second_head),
        "neighbour": (cast.neighbour_school, cast.neighbour_clerk, cast.neighbour_head),
    }


@pytest.fixture
def reasons(db):
    known, _made = CodeList.objects.get_or_create(
        key="return_reason", defaults={"name": "退回原因"}
    )
    for position, (code, name) in enumerate([("02", "学历学位与证明材料不符"), ("99", "其他")]):
        Code.objects.get_or_create(
            code_list=known, code=code, defaults={"name": name, "position": position}
        )


@pytest.fixture
def sign_in(client):
    def as_(post):
        client.force_login(post.user)
        return client

    return as_


def kinds(response) -> list[str]:
    return [outcome.kind for outcome in response.context["receipt"].outcomes]


def test_approving_moves_the_submission_on_and_says_so(round, cast, schools, sign_in):
    round.hand_in(*schools["first"])
    task = round.task(cast.first_school)
    response = sign_in(cast.county_reviewer).post(URL, {"task": task.pk, "verdict": "approve"})
    assert kinds(response) == [OutcomeKind.DONE]
    assert round.submission(cast.first_school).state == "city_review"
    assert "锁南镇第二小学" in response.content.decode()


def test_deciding_twice_says_who_decided_and_when(round, cast, schools, sign_in):
    round.hand_in(*schools["first"])
    form = {"task": round.task(cast.first_school).pk, "verdict": "approve"}
    client = sign_in(cast.county_reviewer)
    client.post(URL, form)
    again = client.post(URL, form)
    assert kinds(again) == [OutcomeKind.ALREADY_DECIDED]
    outcome = again.context["receipt"].outcomes[0]
    assert outcome.decided_by == "马建国"
    assert outcome.text in again.content.decode()
    assert Decision.objects.filter(task=form["task"], verdict=Verdict.APPROVE).count() == 1


def test_a_batch_does_what_it_can_and_names_the_rest(round, cast, schools, sign_in):
    for key in schools:
        round.hand_in(*schools[key])
    mine, done, strange = (round.task(schools[k][0]) for k in ("first", "second", "neighbour"))
    round.decide(cast.second_school, cast.county_reviewer, "approve")
    response = sign_in(cast.county_reviewer).post(
        URL, {"task": [mine.pk, done.pk, strange.pk], "verdict": "approve"}
    )
    assert kinds(response) == [
        OutcomeKind.DONE,
        OutcomeKind.ALREADY_DECIDED,
        OutcomeKind.NOT_YOURS,
    ]
    assert "临夏市城关小学" not in response.content.decode()


def test_a_return_first_asks_why(round, cast, schools, reasons, sign_in):
    round.hand_in(*schools["first"])
    task = round.task(cast.first_school)
    response = sign_in(cast.county_reviewer).post(URL, {"task": task.pk, "verdict": "return"})
    assert response.templates[0].name == "workflows/return.html"
    assert "学历学位与证明材料不符" in response.content.decode()
    assert round.submission(cast.first_school).state == "county_review"


def test_a_return_with_reasons_reopens_it_for_the_school(round, cast, schools, reasons, sign_in):
    round.hand_in(*schools["first"])
    response = sign_in(cast.county_reviewer).post(
        URL,
        {
            "task": round.task(cast.first_school).pk,
            "verdict": "return",
            "confirmed": "1",
            "reason": ["02"],
            "words": "马晓兰的最高学历与毕业证不一致。",
        },
    )
    assert kinds(response) == [OutcomeKind.DONE]
    assert round.submission(cast.first_school).state == "returned"
    decision = Decision.objects.get(verdict=Verdict.RETURN)
    assert (decision.reasons, decision.words) == (["02"], "马晓兰的最高学历与毕业证不一致。")


def test_a_return_without_words_keeps_what_was_chosen(round, cast, schools, reasons, sign_in):
    round.hand_in(*schools["first"])
    task = round.task(cast.first_school)
    form = {"task": task.pk, "verdict": "return", "confirmed": "1", "reason": ["99"], "words": ""}
    response = sign_in(cast.county_reviewer).post(URL, form)
    assert response.status_code == 422
    assert response.context["asked"]["reason"] == ["99"]
    assert response.context["problem"]
    assert round.submission(cast.first_school).state == "county_review"


def test_a_higher_level_may_return_to_a_lower_one(round, cast, schools, reasons, sign_in):
    round.hand_in(*schools["first"])
    round.decide(cast.first_school, cast.county_reviewer, "approve")
    task = round.task(cast.first_school)
    client = sign_in(cast.city_reviewer)
    asked = client.post(URL, {"task": task.pk, "verdict": "return"})
    assert [name for name, _title in asked.context["targets"]] == ["fill", "county_review"]
    client.post(
        URL,
        {
            "task": task.pk,
            "verdict": "return",
            "confirmed": "1",
            "reason": ["99"],
            "words": "请县里再看。",
            "return_to": "county_review",
        },
    )
    assert round.submission(cast.first_school).state == "county_review"


def test_approving_after_the_school_recalled_is_told_so(round, cast, schools, sign_in):
    from workflows import actions

    round.hand_in(*schools["first"])
    task = round.task(cast.first_school)
    actions.recall(
        round.submission(cast.first_school),
        by=cast.school_clerk.user,
        post=cast.school_clerk,
        at=round.at,
    )
    response = sign_in(cast.county_reviewer).post(URL, {"task": task.pk, "verdict": "approve"})
    assert kinds(response) == [OutcomeKind.ALREADY_DECIDED]
    assert round.submission(cast.first_school).state == "draft"


def test_nothing_selected_gets_a_sentence(round, cast, sign_in):
    response = sign_in(cast.county_reviewer).post(URL, {"verdict": "approve"})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_htmx_gets_the_receipt_alone_and_the_list_is_told(round, cast, schools, sign_in):
    round.hand_in(*schools["first"])
    response = sign_in(cast.county_reviewer).post(
        URL,
        {"task": round.task(cast.first_school).pk, "verdict": "approve"},
        headers={"HX-Request": "true"},
    )
    assert response.headers["HX-Trigger"] == "decided"
    assert "<html" not in response.content.decode()


def test_a_supervisor_cannot_decide(round, cast, schools, sign_in):
    round.hand_in(*schools["first"])
    task = round.task(cast.first_school)
    response = sign_in(cast.county_supervisor).post(URL, {"task": task.pk, "verdict": "approve"})
    assert kinds(response) == [OutcomeKind.NOT_YOURS]
    assert Task.objects.open().filter(pk=task.pk).exists()
    assert Submission.objects.get(pk=task.process.submission_id).state == "county_review"


def test_a_decision_is_sent_never_followed(round, cast, sign_in):
    assert sign_in(cast.county_reviewer).get(URL).status_code == 405
