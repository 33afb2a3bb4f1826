"""Time, rework, load, problem data and exceptions, each against a plain count over the rows."""

from collections import Counter
from datetime import date, timedelta
from statistics import median

import pytest
from django.utils import timezone

from campaigns import counts as kept_counts
from campaigns.enums import StageKind
from campaigns.models import Problem, ProblemParty, Submission
from reports.enums import ReportState
from reports.figures import figures
from reports.measures import REVIEWS
from reports.models import Report
from teachers.models import Delegation
from teachers.working_days import Calendar
from tests import colleagues
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Decision

UNITS = ["province", "city", "county", "university", "department"]


def below(unit, path: str) -> bool:
    return path.startswith(unit.path)


@pytest.mark.parametrize("name", UNITS)
def test_totals_are_those_of_the_campaign_desk(under_way, cast, name):
    """The desk reads kept counts; the report counts the rows at the same moment."""
    unit = cast.units[name]
    found = figures(under_way.campaign, "county_review", unit, under_way.at)["totals"]

    desk = kept_counts.by_state(kept_counts.now(under_way.campaign, within=unit))

    desk.pop("cancelled", None)
    signed = sum(n for state, n in desk.items() if state not in {"draft", "returned", "signing"})
    assert found["asked"] == sum(desk.values())
    assert found["signed"] == signed
    assert found["approved"] == desk.get("approved", 0)
    assert found["open_returns"] == desk.get("returned", 0)


def passed_days(campaign, unit, step: str) -> dict:
    """By submission below the unit: the first day on which the step approved it."""
    days: dict = {}
    for d in Decision.objects.select_related("case__organisation").order_by("at"):
        judged = d.verdict == Verdict.APPROVE and d.step == step
        if judged and below(unit, d.case.organisation.path):
            days.setdefault(d.case.submission_id, timezone.localdate(d.at))
    return days


def test_in_time_is_who_stands_at_the_goal_and_came_by_the_last_day(under_way, cast):
    campaign = under_way.campaign
    campaign.stages.filter(kind="county_review").update(
        starts_on=date(2026, 11, 20), ends_on=date(2026, 11, 24)
    )

    late = figures(campaign, "county_review", cast.county, under_way.at)["totals"]
    campaign.stages.filter(kind="county_review").update(ends_on=date(2026, 11, 25))
    in_time = figures(campaign, "county_review", cast.county, under_way.at)["totals"]

    assert set(passed_days(campaign, cast.county, "county_review").values()) == {date(2026, 11, 25)}
    assert (late["on_time"], late["on_time_rate"]) == (0, 0.0)
    assert (in_time["on_time"], in_time["on_time_rate"]) == (1, 33.3)


def test_where_the_route_has_no_review_of_the_stage_handing_in_is_in_time(under_way, cast):
    """The university's own submission goes straight to the province."""
    under_way.hand_in(cast.university, cast.university_clerk, cast.university_head)

    found = figures(under_way.campaign, "county_review", cast.university, under_way.at)

    own = next(row for row in found["schools"] if row["code"] == cast.university.code)
    assert (own["passed"], own["on_time"]) == (1, 1)


def test_an_extension_of_the_desk_moves_the_last_day(under_way, cast):
    campaign = under_way.campaign
    campaign.stages.filter(kind="county_review").update(
        starts_on=date(2026, 11, 20), ends_on=date(2026, 11, 24)
    )
    actions.extend(
        campaign,
        stage=StageKind.COUNTY_REVIEW,
        organisation=cast.county,
        until=date(2026, 12, 18),
        reason="停电三天",
        by=cast.province_reviewer.user,
        post=cast.province_reviewer,
        at=under_way.at,
    )

    found = figures(campaign, "county_review", cast.city, under_way.at)

    rows = {row["code"]: row["on_time"] for row in found["groups"][0]["rows"]}
    assert rows == {"622926": 1, "622901": 0}
    assert found["totals"]["on_time"] == sum(g["total"]["on_time"] for g in found["groups"])
    assert [
        (row["code"], row["stage"], row["until"], row["reason"])
        for row in found["extensions"]["rows"]
    ] == [("622926", "county_review", "2026-12-18", "停电三天")]


def test_what_lies_at_a_desk_for_more_than_ten_working_days_is_named(under_way, cast):
    """Neighbour school has waited for the city since Wednesday, 25 November."""
    opened, calendar = date(2026, 11, 25), Calendar()
    tenth, eleventh = calendar.after(opened, 10), calendar.after(opened, 11)

    def waiting(day):
        moment = under_way.at.replace(year=day.year, month=day.month, day=day.day)
        return figures(under_way.campaign, "county_review", cast.city, moment)["waiting"]

    assert waiting(tenth) == {"days": 10, "count": 0, "desks": []}
    assert waiting(eleventh) == {
        "days": 10,
        "count": 1,
        "desks": [
            {
                "code": "622900",
                "name": "临夏回族自治州",
                "name_en": "",
                "step": "city_review",
                "count": 1,
                "since": "2026-11-25",
                "days": 11,
            }
        ],
    }


def test_returns_not_answered_in_their_days_are_late(under_way, cast):
    """Second school was sent back on 25 November and has five working days."""

    def late(days):
        moment = under_way.at.replace(day=25) + timedelta(days=days)
        return figures(under_way.campaign, "county_review", cast.county, moment)["returns"]["late"]

    assert [late(7), late(8)] == [0, 1]


@pytest.mark.parametrize("name", UNITS)
def test_rework_equals_a_plain_count(under_way, cast, name):
    under_way.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    unit = cast.units[name]

    found = figures(under_way.campaign, "county_review", unit, under_way.at)

    mine = [s for s in Submission.objects.all() if below(unit, s.organisation.path)]
    plain = Counter(s.attempt for s in mine)
    assert {r["attempt"]: r["count"] for r in found["rework"]["attempts"]} == plain
    assert found["totals"]["again"] == sum(s.attempt > 1 for s in mine)


@pytest.mark.parametrize("name", UNITS)
def test_load_equals_a_plain_count_and_median(under_way, cast, name):
    unit = cast.units[name]

    found = figures(under_way.campaign, "closing", unit, under_way.at)["load"]

    made = [
        d
        for d in Decision.objects.select_related("organisation", "task", "case__organisation")
        if d.step in REVIEWS
        and below(unit, d.organisation.path)
        and below(unit, d.case.organisation.path)
    ]
    hours: dict = {}
    for d in made:
        waited = (d.at - d.task.created).total_seconds() / 3600
        hours.setdefault(d.organisation.code, []).append(max(waited, 0))
    assert found["decisions"] == len(made)
    assert found["returned"] == sum(d.verdict == Verdict.RETURN for d in made)
    assert found["people"] == len({(d.organisation_id, d.by_id) for d in made})
    assert {row["code"]: row["median_hours"] for row in found["desks"]} == {
        code: round(median(values), 1) for code, values in hours.items()
    }
    assert {(row["code"], row["person"]): row["decisions"] for row in found["persons"]} == Counter(
        (d.organisation.code, d.by.name) for d in made
    )


def problem(kind, desk, schools, number, now, **more) -> None:
    raised = Problem.objects.create(
        kind=kind,
        fingerprint=str(number),
        organisation=desk,
        raised_from="collection",
        raised_at=now,
        answer_by=now.date(),
        **more,
    )
    for i, school in enumerate(schools):
        ProblemParty.objects.create(
            problem=raised,
            position=i,
            organisation=school,
            name="马一",
            identity_mask="620102********0031",
            identity_hash="0",
        )


def test_problem_data_counts_once_for_whoever_has_a_party(early, cast, now):
    both = [cast.first_school, cast.neighbour_school]
    ours = {"campaign": early.campaign}
    settled = {"state": "settled", "settled_at": now, "outcome": "not_same"}
    problem("same_identity", cast.city, both, 1, now, **ours)
    problem("same_identity", cast.city, both, 2, now, **ours, **settled)
    problem("identity_mismatch", cast.county, [cast.first_school], 3, now, **ours)
    problem("same_identity", cast.city, both, 4, now)  # of no campaign

    def found(unit):
        rows = figures(early.campaign, "collection", unit, early.at)["problems"]
        return {row["kind"]: (row["found"], row["settled"], row["open"]) for row in rows}

    whole = {"same_identity": (2, 1, 1), "identity_mismatch": (1, 0, 1)}
    assert found(cast.province) == found(cast.city) == found(cast.county) == whole
    assert found(cast.neighbour_county) == {"same_identity": (2, 1, 1)}
    assert found(cast.university) == {}


def test_an_exempted_school_is_named_with_its_reason(early, cast):
    actions.cancel_submission(
        early.submission(cast.kindergarten),
        words="该园已撤并。",
        by=cast.manager.user,
        post=cast.manager,
        at=early.at,
    )

    found = figures(early.campaign, "collection", cast.county, early.at)

    assert found["exemptions"] == {
        "count": 1,
        "rows": [
            {
                "code": cast.kindergarten.code,
                "name": "唐汪镇幼儿园",
                "name_en": "",
                "day": "2026-11-23",
                "words": "该园已撤并。",
            }
        ],
    }
    assert found["totals"]["asked"] == 2


def test_decisions_for_a_colleague_are_counted_by_delegation(under_way, cast):
    someone = colleagues.colleague(cast.city).user
    delegation = colleagues.given(cast.city_reviewer, someone, under_way.at)
    actions.decide(
        [under_way.task(cast.neighbour_school).pk],
        verdict=Verdict.APPROVE,
        by=someone,
        post=colleagues.acting(delegation),
        at=under_way.at,
    )

    found = figures(under_way.campaign, "city_review", cast.city, under_way.at)["delegations"]

    assert (found["count"], found["decisions"]) == (1, 1)
    row = found["rows"][0]
    assert (row["code"], row["holder"], row["to"]) == ("622900", "妥明", someone.name)
    assert Delegation.objects.get().decisions.count() == row["decisions"]


def test_duties_kept_apart_leave_nothing_to_report(under_way, cast):
    found = figures(under_way.campaign, "closing", cast.province, under_way.at)

    assert found["separation"] == {"count": 0, "rows": []}


def test_the_seal_of_the_stage_is_that_of_the_ledger(early, cast):
    by = {"by": cast.manager.user, "post": cast.manager}
    actions.begin_review(early.campaign, at=early.at, **by)

    found = figures(early.campaign, "collection", cast.county, early.at)["seals"]
    other = figures(early.campaign, "county_review", cast.county, early.at)["seals"]

    seal = early.campaign.seals.get(stage="collection")
    assert found["of_stage"] == {
        "number": seal.number,
        "stage": "collection",
        "root": seal.root,
        "cases": 8,
        "at": seal.at.isoformat(),
    }
    assert other["of_stage"] is None


def test_the_last_issue_is_kept_whole_for_comparison(under_way, cast):
    campaign, at = under_way.campaign, under_way.at
    first = figures(campaign, "county_review", cast.city, at - timedelta(hours=1))
    Report.objects.create(
        campaign=campaign,
        stage="county_review",
        organisation=cast.city,
        issue=4,
        state=ReportState.DONE,
        figures=first,
        frozen_at=at - timedelta(hours=1),
        asked_by=cast.manager.user,
        asked_at=at,
        code="A",
    )
    under_way.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    under_way.decide(cast.second_school, cast.county_reviewer, Verdict.APPROVE)

    found = figures(campaign, "county_review", cast.city, at)

    assert first["previous"] is None
    assert found["previous"]["issue"] == 4
    assert found["previous"]["totals"] == first["totals"]
    assert found["previous"]["parts"] == {"622926": 33.3, "622901": 100.0}
    assert found["totals"]["first"] == first["totals"]["first"] + 1


def test_figures_of_an_issue_of_the_first_version_can_be_compared_with(under_way, cast):
    old = {"totals": {"asked": 8, "passed_rate": 12.5, "overdue": 0}, "groups": []}
    Report.objects.create(
        campaign=under_way.campaign,
        stage="closing",
        organisation=cast.province,
        issue=1,
        state=ReportState.DONE,
        figures=old,
        frozen_at=under_way.at - timedelta(days=1),
        asked_by=cast.manager.user,
        asked_at=under_way.at,
        code="B",
    )

    found = figures(under_way.campaign, "closing", cast.province, under_way.at)["previous"]

    assert found["totals"] == {
        "on_time": None,
        "on_time_rate": None,
        "again": None,
        **old["totals"],
    }
    assert (found["waiting"], found["problems"]) == (None, None)


def test_units_with_equal_rates_share_a_place(early, cast):
    found = figures(early.campaign, "collection", cast.city, early.at)

    assert [row["place"] for row in found["groups"][0]["rows"]] == [1, 1]
