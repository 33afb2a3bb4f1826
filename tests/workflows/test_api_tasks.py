"""Programs work on their inbox: list by key, decide one or many, an outcome for each."""

import pytest

from campaigns.enums import SubmissionState
from campaigns.models import Submission
from teachers.models import Code
from tests import rounds
from tests.api import Program, failure
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Decision

TASKS, DECIDE = "/api/v1/tasks/", "/api/v1/tasks/decide/"


@pytest.fixture
def filed(round, cast) -> rounds.Round:
    """Two schools of the county have handed in, and the neighbour's."""
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    round.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    round.hand_in(cast.neighbour_school, cast.neighbour_clerk, cast.neighbour_head)
    return round


def tasks_of(answer) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]


def outcomes(answer) -> list[tuple[int, str]]:
    assert answer.status_code == 200, answer.content
    return [(row["task"], row["kind"]) for row in answer.json()["outcomes"]]


# --- The inbox ----------------------------------------------------------------------------
def test_the_inbox_holds_the_tasks_of_the_own_desk_only(filed, cast):
    mine = [filed.task(cast.first_school).pk, filed.task(cast.second_school).pk]

    assert tasks_of(Program(cast.county_reviewer).get(TASKS)) == mine
    assert tasks_of(Program(cast.city_reviewer).get(TASKS)) == []
    assert tasks_of(Program(cast.teacher).get(TASKS)) == []
    assert tasks_of(Program(cast.administrator).get(TASKS)) == []


def test_a_task_says_what_can_be_done_with_it(filed, cast):
    task = filed.task(cast.first_school)

    answer = Program(cast.county_reviewer).get(f"{TASKS}{task.pk}/").json()

    assert {key: answer[key] for key in ("id", "step", "verdicts", "campaign", "claimed_by")} == {
        "id": task.pk,
        "step": "county_review",
        "verdicts": ["approve", "return"],
        "campaign": "2026",
        "claimed_by": None,
    }
    assert answer["organisation"]["code"] == cast.first_school.code
    assert [target["step"] for target in answer["return_to"]] == ["fill"]


def test_a_task_of_another_desk_is_not_found(filed, cast):
    task = filed.task(cast.first_school)

    for post in (cast.neighbour_reviewer, cast.city_reviewer, cast.school_clerk, cast.teacher):
        assert failure(Program(post).get(f"{TASKS}{task.pk}/")) == (404, "not_found")


def test_the_inbox_pages_by_key_and_never_shows_a_task_twice(filed, cast):
    program = Program(cast.county_reviewer)

    first = program.get(TASKS, {"page_size": 1})
    second = program.get(first.json()["next"])

    assert tasks_of(first) + tasks_of(second) == tasks_of(program.get(TASKS))
    assert second.json()["next"] is None


def test_a_page_stays_in_place_when_a_task_before_it_is_decided(filed, cast):
    program = Program(cast.county_reviewer)
    first = program.get(TASKS, {"page_size": 1})
    second_task = filed.task(cast.second_school).pk

    filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    assert tasks_of(program.get(first.json()["next"])) == [second_task]


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "nonsense"},
        {"cursor": "WzFd"},
        {"cursor": "WyJhIiwgMV0"},
        {"cursor": "WyJcdTAwMDAiLCAxXQ"},
        {"page_size": "0"},
        {"page_size": "201"},
        {"page_size": "many"},
        {"overdue": "perhaps"},
        {"campaign": "x" * 21},
    ],
)
def test_a_query_that_does_not_fit_is_answered_with_400(filed, cast, query):
    assert failure(Program(cast.county_reviewer).get(TASKS, query)) == (400, "invalid")


def test_the_inbox_filters_by_campaign_and_by_deadline(filed, cast):
    program = Program(cast.county_reviewer)
    mine = tasks_of(program.get(TASKS))

    assert tasks_of(program.get(TASKS, {"campaign": "2026"})) == mine
    assert tasks_of(program.get(TASKS, {"campaign": "1999"})) == []
    late = tasks_of(program.get(TASKS, {"overdue": "true"}))
    in_time = tasks_of(program.get(TASKS, {"overdue": "false"}))
    assert sorted(late + in_time) == mine
    assert late == [] or in_time == []


@pytest.mark.parametrize("schools", [1, 3])
def test_the_inbox_asks_three_queries(round, cast, schools, django_assert_num_queries):
    for name, clerk, head in [
        ("first_school", "school_clerk", "school_head"),
        ("second_school", "second_clerk", "second_head"),
        ("kindergarten", "kindergarten_clerk", "kindergarten_head"),
    ][:schools]:
        round.hand_in(getattr(cast, name), getattr(cast, clerk), getattr(cast, head))
    program = Program(cast.county_reviewer)

    with django_assert_num_queries(3):
        answer = program.get(TASKS)

    assert len(tasks_of(answer)) == schools


# --- Deciding -----------------------------------------------------------------------------
def test_many_tasks_are_decided_at_once_and_each_has_its_outcome(filed, cast):
    mine = filed.task(cast.first_school)
    also_mine = filed.task(cast.second_school)
    neighbours = filed.task(cast.neighbour_school)
    wanted = [neighbours.pk, mine.pk, 999_999_999, also_mine.pk]

    answer = Program(cast.county_reviewer).send(DECIDE, {"tasks": wanted, "verdict": "approve"})

    assert outcomes(answer) == [
        (neighbours.pk, "not_yours"),
        (mine.pk, "done"),
        (999_999_999, "not_yours"),
        (also_mine.pk, "done"),
    ]
    body = answer.json()
    assert (body["verdict"], body["done"], body["refused"]) == ("approve", 2, 2)
    assert body["outcomes"][0]["organisation"] == ""
    assert body["outcomes"][0]["submission"] is None
    assert filed.submission(cast.first_school).state == SubmissionState.CITY_REVIEW
    assert filed.submission(cast.neighbour_school).state == SubmissionState.COUNTY_REVIEW


def test_a_repeated_call_changes_nothing_and_says_who_decided(filed, cast):
    task = filed.task(cast.first_school)
    body = {"tasks": [task.pk], "verdict": "approve"}
    program = Program(cast.county_reviewer)
    program.send(DECIDE, body)
    decisions = Decision.objects.count()

    again = program.send(DECIDE, body)

    assert outcomes(again) == [(task.pk, "already_decided")]
    assert again.json()["outcomes"][0]["decided_by"] == "马建国"
    assert Decision.objects.count() == decisions


def test_a_task_named_twice_is_decided_once(filed, cast):
    task = filed.task(cast.first_school)
    body = {"tasks": [task.pk, task.pk], "verdict": "approve"}

    answer = Program(cast.county_reviewer).send(DECIDE, body)

    assert outcomes(answer) == [(task.pk, "done")]


def test_a_return_carries_its_reasons_and_words_to_the_school(filed, cast):
    task = filed.task(cast.first_school)
    body = {
        "tasks": [task.pk],
        "verdict": "return",
        "reasons": ["01"],
        "words": "请核对学历证书。",
    }

    answer = Program(cast.county_reviewer).send(DECIDE, body)

    assert outcomes(answer) == [(task.pk, "done")]
    submission = filed.submission(cast.first_school)
    assert submission.state == SubmissionState.RETURNED
    told = Program(cast.school_clerk).get(f"/api/v1/submissions/{submission.pk}/").json()
    newest = told["history"][0]
    assert (newest["verdict"], newest["reasons"], newest["words"]) == (
        "return",
        ["01"],
        "请核对学历证书。",
    )


def test_the_province_returns_to_the_county_it_names(filed, cast):
    for post in (cast.county_reviewer, cast.city_reviewer):
        filed.decide(cast.first_school, post, Verdict.APPROVE)
    body = {
        "tasks": [filed.task(cast.first_school).pk],
        "verdict": "return",
        "reasons": ["99"],
        "words": "请县级复核。",
        "return_to": "county_review",
    }

    answer = Program(cast.province_reviewer).send(DECIDE, body)

    assert [kind for _task, kind in outcomes(answer)] == ["done"]
    assert filed.submission(cast.first_school).state == SubmissionState.COUNTY_REVIEW


def test_a_target_off_the_route_is_an_outcome_not_a_failure(filed, cast):
    task = filed.task(cast.first_school)
    body = {
        "tasks": [task.pk],
        "verdict": "return",
        "reasons": ["01"],
        "words": "退回。",
        "return_to": "province_review",
    }

    answer = Program(cast.county_reviewer).send(DECIDE, body)

    assert outcomes(answer) == [(task.pk, "wrong_target")]


@pytest.mark.parametrize(
    ("reasons", "words", "code"),
    [
        ([], "请核对。", "reason_missing"),
        (["01"], " ", "reason_missing"),
        (["zz"], "x", "unknown_reason"),
    ],
)
def test_a_return_without_grounds_is_refused_as_a_whole(filed, cast, reasons, words, code):
    body = {
        "tasks": [filed.task(cast.first_school).pk],
        "verdict": "return",
        "reasons": reasons,
        "words": words,
    }

    answer = Program(cast.county_reviewer).send(DECIDE, body)

    assert failure(answer) == (409, code)
    assert filed.submission(cast.first_school).state == SubmissionState.COUNTY_REVIEW


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"verdict": "approve"}, "tasks"),
        ({"tasks": [], "verdict": "approve"}, "tasks"),
        ({"tasks": ["first"], "verdict": "approve"}, "tasks.0"),
        ({"tasks": [2**63], "verdict": "approve"}, "tasks.0"),
        ({"tasks": [1], "verdict": "cancel"}, "verdict"),
        ({"tasks": [1], "verdict": "recall"}, "verdict"),
        ({"tasks": [1]}, "verdict"),
        ({"tasks": [1], "verdict": "approve", "words": "x" * 1001}, "words"),
        ({"tasks": [1], "verdict": "approve", "words": "a\0b"}, "words"),
        ([1, 2], ""),
    ],
)
def test_a_body_that_does_not_fit_names_the_field(filed, cast, body, field):
    answer = Program(cast.county_reviewer).send(DECIDE, body)

    assert failure(answer) == (400, "invalid")
    assert answer.json()["errors"][0]["field"] == field


def test_more_than_ten_thousand_tasks_at_once_are_refused(filed, cast):
    body = {"tasks": list(range(1, 10_002)), "verdict": "approve"}

    assert failure(Program(cast.county_reviewer).send(DECIDE, body)) == (400, "invalid")


def test_a_body_beyond_reason_is_refused_before_it_is_read(filed, cast):
    answer = Program(cast.county_reviewer).post(
        DECIDE, "[" + " " * 1024 * 1024 + "]", content_type="application/json"
    )

    assert failure(answer) == (413, "too_large")


def test_a_form_is_not_what_the_endpoint_reads(filed, cast):
    answer = Program(cast.county_reviewer).post(DECIDE, {"tasks": "1"})

    assert failure(answer) == (415, "unsupported_media_type")


def test_a_clerk_submits_and_a_head_signs_by_program(round, cast):
    round.add_people(cast.first_school, cast.school_clerk)
    for post, verdict in [(cast.school_clerk, "submit"), (cast.school_head, "sign")]:
        body = {"tasks": [round.task(cast.first_school).pk], "verdict": verdict}
        assert [kind for _t, kind in outcomes(Program(post).send(DECIDE, body))] == ["done"]

    assert round.submission(cast.first_school).state == SubmissionState.COUNTY_REVIEW


def test_the_clerk_cannot_sign_nor_the_head_approve(filed, round, cast):
    task = round.task(cast.kindergarten)

    for verdict in ("sign", "approve", "return"):
        body = {"tasks": [task.pk], "verdict": verdict, "reasons": ["01"], "words": "x"}
        assert outcomes(Program(cast.kindergarten_clerk).send(DECIDE, body)) == [
            (task.pk, "not_yours")
        ]


def test_an_empty_answer_cannot_be_submitted(round, cast):
    task = round.task(cast.first_school)
    body = {"tasks": [task.pk], "verdict": "submit"}

    assert outcomes(Program(cast.school_clerk).send(DECIDE, body)) == [(task.pk, "empty")]


def test_a_post_of_somebody_else_decides_nothing(filed, cast):
    program = Program(cast.neighbour_reviewer)
    body = {"tasks": [filed.task(cast.first_school).pk], "verdict": "approve"}

    answer = program.post(
        DECIDE,
        body,
        content_type="application/json",
        headers={"X-Post": str(cast.county_reviewer.pk)},
    )

    assert failure(answer) == (403, "not_your_post")
    assert filed.submission(cast.first_school).state == SubmissionState.COUNTY_REVIEW


def test_the_reasons_for_a_return_are_listed_in_the_language_asked(cast):
    program = Program(cast.county_reviewer)
    known = Code.objects.filter(code_list__key="return_reason").order_by("position")

    english = program.get("/api/v1/tasks/reasons/").json()
    chinese = program.get("/api/v1/tasks/reasons/", headers={"Accept-Language": "zh-hans"}).json()

    assert english == [{"code": row.code, "name": row.name_en} for row in known]
    assert chinese == [{"code": row.code, "name": row.name} for row in known]
    assert {"code": "99", "name": "其他"} in chinese


# --- A submission on its way --------------------------------------------------------------
def test_a_submission_is_read_with_its_path_and_history(filed, cast):
    submission = filed.submission(cast.first_school)

    body = Program(cast.county_reviewer).get(f"/api/v1/submissions/{submission.pk}/").json()

    assert [
        (stop["step"], stop["organisation"]["code"], stop["state"]) for stop in body["path"]
    ] == [
        ("fill", "2162002291", "done"),
        ("sign", "2162002291", "done"),
        ("county_review", "622926", "now"),
        ("city_review", "622900", "ahead"),
        ("province_review", "620000", "ahead"),
    ]
    assert [(row["verdict"], row["by"]) for row in body["history"]] == [
        ("sign", "马成龙"),
        ("submit", "汪晓梅"),
    ]
    assert body["findings"] == []


def test_a_submission_out_of_sight_is_not_found(filed, cast):
    address = f"/api/v1/submissions/{filed.submission(cast.first_school).pk}/"

    for post in (cast.neighbour_reviewer, cast.second_clerk, cast.teacher, cast.administrator):
        assert failure(Program(post).get(address)) == (404, "not_found")


def test_the_school_recalls_until_the_next_level_has_begun(filed, cast):
    submission = filed.submission(cast.first_school)
    address = f"/api/v1/submissions/{submission.pk}/recall/"
    clerk = Program(cast.school_clerk)

    assert failure(Program(cast.county_reviewer).send(address)) == (409, "cannot_recall")
    assert failure(Program(cast.neighbour_reviewer).send(address)) == (404, "not_found")
    recalled = clerk.send(address, {"words": "补充一人。"})

    assert (recalled.status_code, recalled.json()["state"]) == (200, "draft")
    assert failure(clerk.send(address)) == (409, "cannot_recall")


# --- Launching ----------------------------------------------------------------------------
def test_a_launch_repeated_opens_nothing_twice(cast, now):
    rounds.new_campaign(cast, now)
    manager = Program(cast.manager)

    first = manager.send("/api/v1/campaigns/2026/launch/")
    second = manager.send("/api/v1/campaigns/2026/launch/")

    assert (first.status_code, first.json()) == (200, {"opened": 8, "existing": 0})
    assert (second.status_code, second.json()) == (200, {"opened": 0, "existing": 8})
    assert Submission.objects.count() == 8


def test_only_the_manager_launches(cast, now):
    rounds.new_campaign(cast, now)
    expected = {
        "province_reviewer": (403, "not_for_manager"),
        "province_supervisor": (403, "not_for_manager"),
        "county_reviewer": (404, "not_found"),
        "school_clerk": (404, "not_found"),
    }

    for name, refused in expected.items():
        answer = Program(cast.posts[name]).send("/api/v1/campaigns/2026/launch/")
        assert (name, failure(answer)) == (name, refused)
    assert not Submission.objects.exists()


def test_a_campaign_that_runs_cannot_be_launched_again(round, cast):
    answer = Program(cast.manager).send("/api/v1/campaigns/2026/launch/")

    assert failure(answer) == (409, "cannot_launch")


def test_an_unknown_campaign_is_not_found(cast):
    assert failure(Program(cast.manager).send("/api/v1/campaigns/1999/launch/")) == (
        404,
        "not_found",
    )


def test_api_and_page_share_the_same_action(filed, cast):
    """What the action did outside the API shows in the API at once."""
    task = filed.task(cast.first_school)
    actions.decide(
        [task.pk],
        verdict=Verdict.APPROVE,
        by=cast.county_reviewer.user,
        post=cast.county_reviewer,
        at=filed.at,
    )

    assert tasks_of(Program(cast.city_reviewer).get(TASKS)) == [filed.task(cast.first_school).pk]
