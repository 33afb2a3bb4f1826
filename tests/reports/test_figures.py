"""Every figure against a plain count over the rows."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from campaigns.enums import StageKind, SubmissionState
from campaigns.models import Finding, Record, Submission
from reports.composition import hide_small
from reports.figures import figures, fingerprint
from reports.measures import rate
from teachers.enums import Role
from teachers.models import DossierRevision, Post, TeacherNumber
from workflows.enums import Verdict
from workflows.models import Decision, Task

UNITS = ["province", "city", "county", "university", "department"]
SIGNED = {"county_review", "city_review", "authority_review", "province_review", "approved"}
FIRST = {"city_review", "province_review", "approved"}
SECOND = {"province_review", "approved"}


def plain_counts(unit, campaign, on) -> dict:
    """The same measures by loops in Python."""
    submissions = [
        s
        for s in Submission.objects.select_related("organisation").filter(campaign=campaign)
        if s.organisation.path.startswith(unit.path)
    ]
    returns = [
        d
        for d in Decision.objects.select_related("case__organisation")
        if d.verdict == Verdict.RETURN and d.case.organisation.path.startswith(unit.path)
    ]
    late = [
        t
        for t in Task.objects.select_related("process__organisation")
        if t.finished is None
        and t.due_date < on
        and t.process.organisation.path.startswith(unit.path)
    ]
    return {
        "asked": len(submissions),
        "filled": sum(
            s.records_count > 0 or s.state not in {"draft", "returned"} for s in submissions
        ),
        "signed": sum(s.state in SIGNED for s in submissions),
        "first": sum(s.state in FIRST for s in submissions),
        "second": sum(s.state in SECOND for s in submissions),
        "approved": sum(s.state == "approved" for s in submissions),
        "returned": len({d.case_id for d in returns}),
        "open_returns": sum(s.state == "returned" for s in submissions),
        "returns": len(returns),
        "overdue": len(late),
        "records": sum(s.records_count for s in submissions),
        "errors": sum(s.errors_count for s in submissions),
        "warnings": sum(s.warnings_count for s in submissions),
        "unexplained": sum(s.unexplained_count for s in submissions),
        "days": max(((on - t.due_date).days for t in late), default=0),
    }


@pytest.mark.parametrize("name", UNITS)
def test_totals_equal_a_plain_count(under_way, cast, name):
    at = under_way.at + timedelta(days=9)
    unit = cast.units[name]

    found = figures(under_way.campaign, StageKind.COUNTY_REVIEW, unit, at)

    expected = plain_counts(unit, under_way.campaign, at.date())
    assert {key: found["totals"][key] for key in expected} == expected


@pytest.mark.parametrize("name", UNITS)
def test_rows_of_subordinate_units_equal_plain_counts_and_add_up(under_way, cast, name):
    at = under_way.at + timedelta(days=9)
    unit = cast.units[name]

    found = figures(under_way.campaign, StageKind.COUNTY_REVIEW, unit, at)

    by_code = {u.code: u for u in cast.units.values()}
    rows = [row for group in found["groups"] for row in group["rows"] if row["code"]]
    for row in rows + found["schools"]:
        expected = plain_counts(by_code[row["code"]], under_way.campaign, at.date())
        if row["code"] == unit.code:  # the unit's own submission, without those below it
            expected = expected | {"asked": 1}
            assert row["asked"] == 1
            continue
        assert {key: row[key] for key in expected} == expected
    parts = [row for group in found["groups"] for row in group["rows"]] or found["schools"]
    assert sum(row["asked"] for row in parts) == found["totals"]["asked"]
    assert sum(row["records"] for row in parts) == found["totals"]["records"]
    assert sum(row["overdue"] for row in parts) == found["totals"]["overdue"]


def test_rows_are_grouped_by_kind_best_first_and_own_schools_come_last(under_way, cast):
    province = figures(under_way.campaign, "closing", cast.province, under_way.at)
    city = figures(under_way.campaign, "closing", cast.city, under_way.at)
    county = figures(under_way.campaign, "closing", cast.county, under_way.at)
    university = figures(under_way.campaign, "closing", cast.university, under_way.at)

    assert [(g["key"], [r["code"] for r in g["rows"]]) for g in province["groups"]] == [
        ("cities", ["622900"]),
        ("universities", ["4162010730"]),
        ("departments", ["62D001"]),
    ]
    assert [(g["key"], [r["code"] for r in g["rows"]]) for g in city["groups"]] == [
        ("counties", ["622926", "622901"]),
        ("own", [""]),
    ]
    assert [row["code"] for row in city["schools"]] == ["3462002005"]
    assert county["groups"] == []
    assert [row["state"] for row in county["schools"]] == ["draft", "approved", "returned"]
    assert [row["code"] for row in university["schools"]] == ["4162010730", "3462000001"]


def test_each_stage_has_its_own_goal(under_way, cast):
    def passed(stage):
        found = figures(under_way.campaign, stage, cast.province, under_way.at)
        return found["totals"]["passed"], found["totals"]["passed_rate"]

    # of eight: first, neighbour and attached school are signed, two are past the county,
    # one has gone all the way
    assert {stage: passed(stage) for stage in StageKind} == {
        StageKind.PREPARATION: (8, 100.0),
        StageKind.COLLECTION: (3, 37.5),
        StageKind.COUNTY_REVIEW: (2, 25.0),
        StageKind.CITY_REVIEW: (1, 12.5),
        StageKind.PROVINCE_REVIEW: (1, 12.5),
        StageKind.CLOSING: (1, 12.5),
    }


def test_the_funnel_never_widens_and_is_shorter_where_there_is_one_review(under_way, cast):
    province = figures(under_way.campaign, "closing", cast.province, under_way.at)["funnel"]
    university = figures(under_way.campaign, "closing", cast.university, under_way.at)["funnel"]

    assert [(row["key"], row["count"]) for row in province] == [
        ("asked", 8),
        ("filled", 4),
        ("signed", 3),
        ("first", 2),
        ("second", 1),
        ("approved", 1),
    ]
    assert [row["key"] for row in university] == ["asked", "filled", "signed", "first", "approved"]


def test_returns_are_counted_with_reasons_and_the_time_to_the_answer(under_way, cast, now):
    under_way.at += timedelta(days=1)
    under_way.hand_in(cast.second_school, cast.second_clerk, cast.second_head)

    found = figures(under_way.campaign, "county_review", cast.county, under_way.at)["returns"]

    reasons = Counter(code for d in Decision.objects.all() for code in d.reasons)
    assert {row["code"]: row["count"] for row in found["reasons"]} == reasons
    assert {key: found[key] for key in found if key != "reasons"} == {
        "submissions": 1,
        "decisions": 1,
        "open": 0,
        "answered": 1,
        "answer_days": 2.0,  # from a Wednesday to a Sunday
        "in_time": 1,
        "allowed": 5,
        "late": 0,
    }


def test_days_and_steps_follow_the_decisions(under_way, cast):
    found = figures(under_way.campaign, "county_review", cast.county, under_way.at)

    assert found["daily"] == [
        {"day": "2026-11-23", "signed": 1, "passed": 0},
        {"day": "2026-11-24", "signed": 1, "passed": 0},
        {"day": "2026-11-25", "signed": 0, "passed": 1},
    ]
    plain = Counter(
        (d.step, d.verdict == Verdict.RETURN)
        for d in Decision.objects.select_related("case__organisation")
        if d.case.organisation.path.startswith(cast.county.path)
    )
    assert {row["step"]: (row["passed"], row["returned"]) for row in found["steps"]} == {
        step: (plain[(step, False)], plain[(step, True)]) for step, _returned in plain
    }
    waits = {row["step"]: row["median_hours"] for row in found["steps"]}
    assert (waits["county_review"], waits["city_review"]) == (36.0, 48.0)


def test_overdue_desks_are_named_worst_first(under_way, cast):
    found = figures(
        under_way.campaign, "county_review", cast.county, under_way.at + timedelta(days=9)
    )

    late = Task.objects.open().filter(
        organisation__path__startswith=cast.county.path, due_date__lt="2026-12-07"
    )
    assert found["late"] == {"tasks": late.count(), "desks": 2}
    assert [(row["name"], row["step"], row["count"]) for row in found["desks"]] == [
        ("唐汪镇幼儿园", "fill", 1),
        ("达板镇中心小学", "fill", 1),
    ]
    assert [row["days"] for row in found["desks"]] == sorted(
        (row["days"] for row in found["desks"]), reverse=True
    )


def test_findings_are_grouped_by_rule(early, cast):
    submission = early.submission(cast.first_school)
    explained = {"explanation": "已核实", "explained_by": cast.school_clerk.user}
    Finding.objects.create(submission=submission, rule="has_left", severity="error")
    Finding.objects.create(submission=submission, rule="few", severity="warning", **explained)
    Finding.objects.create(
        submission=early.submission(cast.second_school), rule="few", severity="warning"
    )
    Finding.objects.create(
        submission=early.submission(cast.neighbour_school), rule="few", severity="warning"
    )

    found = figures(early.campaign, "collection", cast.county, early.at)["findings"]

    assert found == [
        {"rule": "has_left", "severity": "error", "count": 1, "submissions": 1, "explained": 0},
        {"rule": "few", "severity": "warning", "count": 2, "submissions": 2, "explained": 1},
    ]


def test_composition_counts_records_and_hides_small_groups(early, cast):
    records = early.add_people(cast.first_school, cast.school_clerk, 12)
    for i, (sex, education, ethnic) in enumerate(
        [("2", "21", "01")] * 8 + [("1", "11", "03")] * 2 + [("1", "31", "08"), ("1", "", "")]
    ):
        basic = {"sex": sex, "in_establishment": "1", "top_education": education, "ethnic": ethnic}
        Record.objects.filter(pk=records[i].pk).update(
            data={"basic": {key: value for key, value in basic.items() if value}}
        )

    found = figures(early.campaign, "collection", cast.county, early.at)["composition"]

    small = [{"key": "small", "count": 12}]
    assert found["people"] == Record.objects.count()
    assert found["established"] == [{"key": "yes", "count": 12}]
    # four men are too few, and could be told from the total beside eight women
    assert found["sex"] == small
    # two, one and one are too few each and too few together: the next group joins them
    assert found["education"] == small
    assert found["ethnic"] == [{"key": "small", "name": "", "name_en": "", "count": 12}]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, ([], 0)),
        ({"01": 90, "03": 7}, ([("01", 90), ("03", 7)], 0)),
        ({"01": 90, "03": 7, "08": 3, "26": 2}, ([("01", 90), ("03", 7)], 5)),
        ({"01": 90, "03": 7, "08": 4}, ([("01", 90)], 11)),
    ],
)
def test_a_small_group_cannot_be_told_from_total_and_parts(counts, expected):
    assert hide_small(counts) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(0, 0, None), (0, 9, 0.0), (1, 9999, 0.1), (9999, 10000, 99.9), (9, 9, 100.0), (1, 3, 33.3)],
)
def test_a_rate_says_all_only_of_all_and_none_only_of_none(part, whole, expected):
    assert rate(part, whole) == expected


def test_preparation_names_who_is_missing(early, cast, now):
    yesterday = now.date() - timedelta(days=1)
    Post.objects.filter(pk=cast.kindergarten_clerk.pk).update(valid_to=yesterday)
    Post.objects.filter(pk=cast.second_head.pk).update(valid_to=yesterday)
    Post.objects.filter(role=Role.REVIEWER, organisation=cast.county).update(valid_to=yesterday)

    found = figures(early.campaign, "preparation", cast.city, now)["readiness"]

    assert {key: found[key] for key in ("asked", "clerkless", "headless", "ready")} == {
        "asked": 5,
        "clerkless": 1,
        "headless": 1,
        "ready": 3,
    }
    assert [(row["name"], row["clerk"], row["head"]) for row in found["lacking"]] == [
        ("唐汪镇幼儿园", False, True),
        ("达板镇中心小学", True, False),
    ]
    assert [row["code"] for row in found["reviewerless"]] == ["622926"]
    rows = {r["code"]: r["reviewerless"] for group in found["groups"] for r in group["rows"]}
    assert rows == {"622901": 0, "622926": 1, "": 0}


def test_closing_counts_files_and_numbers(under_way, cast):
    found = figures(under_way.campaign, "closing", cast.province, under_way.at)["results"]

    files = DossierRevision.objects.filter(source__startswith="campaign/2026/")
    assert found["files"] == files.values("teacher").distinct().count() == 7
    assert found["numbers"] == TeacherNumber.objects.count() == 7
    assert found["parts"] == {"622900": {"files": 7, "numbers": 7}}


def test_a_called_off_submission_is_not_asked(early, cast):
    early.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    Submission.objects.filter(organisation=cast.kindergarten).update(
        state=SubmissionState.CANCELLED
    )

    found = figures(early.campaign, "collection", cast.county, early.at)

    assert found["totals"]["asked"] == 2
    assert found["totals"]["signed_rate"] == 50.0


def test_place_is_by_rate_among_units_of_the_same_kind(under_way, cast):
    def place(unit):
        return figures(under_way.campaign, "county_review", unit, under_way.at)["rank"]

    assert place(cast.neighbour_county) == {"place": 1, "of": 2}
    assert place(cast.county) == {"place": 2, "of": 2}
    assert place(cast.province) is None


def test_the_fingerprint_changes_with_any_figure_and_survives_json(under_way, cast):
    found = figures(under_way.campaign, "closing", cast.county, under_way.at)
    stored = json.loads(json.dumps(found))

    assert fingerprint(stored) == fingerprint(found)
    stored["totals"]["asked"] += 1
    assert fingerprint(stored) != fingerprint(found)


@pytest.mark.parametrize("name", ["county", "province"])
def test_the_number_of_queries_does_not_depend_on_the_units(
    under_way, cast, name, django_assert_num_queries
):
    with django_assert_num_queries(34 if name == "county" else 32):
        figures(under_way.campaign, "county_review", cast.units[name], under_way.at)
