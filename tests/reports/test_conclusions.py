"""Each rule of the conclusions, by its effect on the sentences."""

from datetime import timedelta

import pytest
from django.utils import translation

from reports.conclusions import conclusions, grouped
from reports.figures import figures


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def points(found: dict) -> dict[str, tuple[str, str]]:
    return {point.rule: (point.tone, point.text) for point in conclusions(found)}


FIRST = (
    "plain",
    "This is the first issue of this report; there is nothing to compare it with.",
)


def before(late: dict, **totals) -> dict:
    """An issue before, that said the same but for some totals."""
    return {
        "issue": 2,
        "at": "2026-12-01T18:00:00+08:00",
        "totals": {**late["totals"], **totals},
        "parts": {},
        "waiting": 0,
        "problems": 0,
    }


@pytest.fixture
def late(under_way, cast):
    """The county nine days later, when the stage's last day is over."""
    at = under_way.at + timedelta(days=9)
    return figures(under_way.campaign, "county_review", cast.county, at)


def test_it_says_how_far_the_unit_is_who_is_behind_and_what_to_do(late):
    assert points(late) == {
        "progress": (
            "bad",
            "Whole county: of 3 units asked, 1 have handed in (33.3%); County stage passed: 1 "
            "(33.3%).",
        ),
        "standing": (
            "plain",
            "By this rate it stands at place 2 among 2 units of 临夏回族自治州.",
        ),
        "not_filed": ("bad", "2 units have not handed in: 唐汪镇幼儿园, 达板镇中心小学."),
        "overdue": (
            "bad",
            "Overdue tasks: 2 (desks concerned: 2); the latest is 10 days behind, at 唐汪镇幼儿园 "
            "(Filling in).",
        ),
        "returns": (
            "plain",
            "Units returned: 1 (1 returns in all); most frequent reason: "
            f"“{late['returns']['reasons'][0]['name_en']}” (1).",
        ),
        "answers": (
            "bad",
            "No return has been answered with a new signature; still with the schools: 1.",
        ),
        "to_do": (
            "bad",
            "The last day of the stage (December 4) is over. Units still open: 2. They are to be "
            "completed by December 14, and those responsible are to give their reasons in writing.",
        ),
        "file": (
            "bad",
            "To hand in what is missing by December 14: 唐汪镇幼儿园, 达板镇中心小学.",
        ),
        "answer": (
            "bad",
            "Returns not answered within 5 working days: 1; the schools are to answer them by "
            "December 14.",
        ),
        "in_time": (
            "bad",
            "Units that reached the goal by the last day, December 4 (extensions counted): 1 "
            "(33.3%).",
        ),
        "first_issue": FIRST,
    }


def test_before_the_last_day_the_request_names_it(under_way, cast):
    found = figures(under_way.campaign, "county_review", cast.county, under_way.at)

    assert points(found)["to_do"] == (
        "plain",
        "Units still open: 2. They are to be completed by December 4, the overdue ones first.",
    )


def test_subordinate_units_below_the_mark_are_named_with_their_rate(under_way, cast):
    found = figures(under_way.campaign, "county_review", cast.city, under_way.at)

    assert points(found)["behind"] == (
        "bad",
        "1 subordinate unit is below 90%: 东乡族自治县 (33.3%).",
    )
    assert points(found)["not_filed"][1] == (
        "3 units have not handed in, most of them in 东乡族自治县."
    )


def test_a_unit_that_is_done_is_told_so(under_way, cast):
    found = figures(under_way.campaign, "county_review", cast.neighbour_county, under_way.at)

    assert points(found) == {
        "progress": (
            "good",
            "Whole county: of 1 units asked, 1 have handed in (100.0%); County stage passed: 1 "
            "(100.0%).",
        ),
        "standing": (
            "plain",
            "By this rate it stands at place 1 among 2 units of 临夏回族自治州.",
        ),
        "done": ("good", "The stage is complete; nothing is left to do here."),
        "first_issue": FIRST,
    }


DESK = {"code": "622926", "name": "东乡族自治县", "name_en": "", "count": 1}


@pytest.mark.parametrize(
    ("left", "also"),
    [
        ({"problems": [{"kind": "two_schools", "found": 2, "open": 2}]}, "settle"),
        ({"returns": {"late": 1, "allowed": 5}}, "answer"),
        (
            {"waiting": {"days": 10, "desks": [DESK]}},
            "decide",
        ),
    ],
)
def test_where_all_units_are_done_what_else_is_left_is_not_denied(under_way, cast, left, also):
    found = figures(under_way.campaign, "county_review", cast.neighbour_county, under_way.at)
    for part, more in left.items():
        found[part] = {**found[part], **more} if isinstance(more, dict) else more

    said = points(found)

    assert said["done_but"][1] == (
        "Every unit has completed the stage; what is still to be settled follows."
    )
    assert also in said
    assert "done" not in said


@pytest.mark.parametrize(
    ("rate", "tone", "words"),
    [(20.0, "good", "rose by 13.3 points"), (40.0, "bad", "fell by 6.7 points")],
)
def test_it_compares_with_the_last_issue(late, rate, tone, words):
    late["previous"] = before(late, passed_rate=rate)

    found = points(late)["movement"]

    assert found == (tone, f"Since issue 2 (2026-12-01 18:00) the rate {words}.")


def test_no_movement_is_said_too(late):
    late["previous"] = before(late)

    assert points(late)["movement"] == (
        "plain",
        "The rate has not moved since issue 2 (2026-12-01 18:00).",
    )


@pytest.mark.parametrize(("hours", "said"), [(72.0, False), (72.1, True)])
def test_a_review_is_slow_when_half_wait_longer_than_three_days(late, hours, said):
    late["steps"] = [{"step": "city_review", "passed": 1, "returned": 0, "median_hours": hours}]

    assert ("slow" in points(late)) is said


def test_open_findings_are_counted(late):
    late["totals"] |= {"errors": 4, "unexplained": 2}

    assert points(late)["open_findings"][1] == (
        "The checks still show errors: 4; warnings without explanation: 2."
    )


def test_preparation_names_who_is_missing(early, cast, now):
    found = figures(early.campaign, "preparation", cast.county, now)
    never_there = {
        "never_there": (
            "plain",
            "Of 7 clerks, heads and reviewers in place, 7 (100.0%) have not signed in yet.",
        )
    }
    assert points(found) == never_there | {
        "readiness": (
            "good",
            "Whole county: 3 units are asked; 3 have a clerk and a head in place.",
        ),
        "prepared": ("good", "Everybody is in place; the collection can begin on its day."),
    }

    kindergarten = {"code": "1", "name": "唐汪镇幼儿园", "clerk": False, "head": True}
    found["readiness"] |= {
        "ready": 2,
        "clerkless": 1,
        "lacking": [kindergarten],
        "reviewerless": [{"name": "东乡族自治县"}],
    }
    assert points(found) == never_there | {
        "readiness": (
            "bad",
            "Whole county: 3 units are asked; 2 have a clerk and a head in place.",
        ),
        "nobody_fills": (
            "bad",
            "Units without clerk: 1; without head: 0: 唐汪镇幼儿园.",
        ),
        "nobody_reviews": (
            "bad",
            "Authorities without reviewer: 1: 东乡族自治县. What their schools hand in would wait "
            "there.",
        ),
        "name_them": (
            "bad",
            "The authorities are to name the clerks, heads and reviewers who are missing by "
            "November 30.",
        ),
    }


def test_closing_says_what_was_published(under_way, cast):
    found = figures(under_way.campaign, "closing", cast.county, under_way.at)

    assert points(found)["published"] == (
        "good",
        "Electronic files published: 7; teachers new to the province who received their number: 7.",
    )


def test_names_cannot_bring_markup_into_the_document(late):
    late["schools"][0]["name"] = "<b>x</b>"

    html = next(point.html for point in conclusions(late) if point.rule == "not_filed")

    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<b>2</b>" in html


def test_what_got_worse_since_the_last_issue_is_named(under_way, cast):
    found = figures(under_way.campaign, "county_review", cast.city, under_way.at)
    found["previous"] = before(found, overdue=0) | {"parts": {"622926": 50.0, "622901": 100.0}}
    found["totals"]["overdue"] = 3
    found["problems"] = [{"kind": "same_identity", "found": 2, "settled": 1, "open": 1}]

    said = points(found)

    assert said["fallen"] == (
        "bad",
        "The rate of 1 unit fell (percentage points): 东乡族自治县 (−16.7).",
    )
    assert said["more_waiting"] == ("bad", "Overdue tasks rose from 0 to 3.")
    assert said["more_problems"] == ("bad", "Open cases of problem data rose from 0 to 1.")
    assert "first_issue" not in said


def test_desks_that_keep_submissions_are_named_and_told_by_when(late):
    desk = {
        "code": "622900",
        "name": "临夏回族自治州",
        "step": "city_review",
        "count": 4,
        "days": 12,
    }
    late["waiting"] = {"days": 10, "count": 4, "desks": [desk]}

    said = points(late)

    assert said["waiting"] == (
        "bad",
        "Submissions waiting for a review for more than 10 working days: 4, at 临夏回族自治州 (4).",
    )
    assert said["decide"] == (
        "bad",
        "To decide by December 14 what waits for more than 10 working days: 临夏回族自治州.",
    )


def test_open_problem_data_is_to_be_settled(late):
    late["problems"] = [{"kind": "same_identity", "found": 2, "settled": 1, "open": 1}]

    said = points(late)

    assert said["open_problems"] == ("bad", "Problem data: 2 cases found, still open: 1.")
    assert said["settle"] == (
        "bad",
        "Open cases of problem data: 1; their common superiors are to settle them by December 14.",
    )


def test_duties_that_were_not_kept_apart_are_said(late):
    late["separation"] = {"count": 2, "rows": []}

    assert points(late)["separation"] == (
        "bad",
        "2 decisions were made by persons who had a part in the case before.",
    )


@pytest.mark.parametrize(("again", "said"), [(9, False), (10, True)])
def test_rework_is_said_from_a_tenth_on(late, again, said):
    late["totals"]["again"] = again
    late["rework"]["attempts"] = [
        {"attempt": 0, "count": 50},
        {"attempt": 1, "count": 100 - again},
        {"attempt": 2, "count": again},
    ]

    assert ("rework" in points(late)) is said


def test_points_stand_under_their_heading_in_order(late):
    headings = [title for title, _points in grouped(late)]

    assert headings == [
        "What is done",
        "Who is behind",
        "What changed since the last issue",
        "Quality and review",
        "What is to be done by when",
    ]
