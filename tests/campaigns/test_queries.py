from datetime import date

import pytest

from campaigns import queries
from campaigns.models import Submission
from teachers.enums import OrganiserKind, SchoolKind
from teachers.models import Organisation, Post
from tests.campaigns import people

ON_TIME = date(2026, 11, 23)
LATE = date(2026, 11, 28)


def shown(progress):
    return {
        row.unit.name: (row.asked, row.submitted, row.approved, row.returned, row.overdue)
        for row in progress.rows
    }


def test_progress_of_the_province_has_a_row_for_each_child(collection, cast):
    collection.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    collection.hand_in(cast.university, cast.university_clerk, cast.university_head)

    progress = queries.progress(collection.campaign, cast.province, ON_TIME)

    assert shown(progress) == {
        "临夏回族自治州": (5, 1, 0, 0, 0),
        "兰州大学": (2, 1, 0, 0, 0),
        "甘肃省卫生健康委员会": (1, 0, 0, 0, 0),
    }
    total = progress.total
    assert (total.asked, total.submitted, total.in_review, total.teachers) == (8, 2, 2, 2)
    assert total.submitted_share == 0.25


def test_progress_of_a_city_has_its_counties_and_its_own_schools(collection, cast):
    progress = queries.progress(collection.campaign, cast.city, LATE)

    assert shown(progress) == {
        "东乡族自治县": (3, 0, 0, 0, 3),
        "临夏市": (1, 0, 0, 0, 1),
        "临夏州民族中学": (1, 0, 0, 0, 1),
    }


def test_progress_of_a_county_has_its_schools(collection, cast):
    collection.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    collection.send_back(cast.first_school, cast.county_reviewer)
    collection.hand_in(cast.second_school, cast.second_clerk, cast.second_head)

    progress = queries.progress(collection.campaign, cast.county, LATE)

    assert shown(progress) == {
        "锁南镇第二小学": (1, 0, 0, 1, 1),
        "达板镇中心小学": (1, 1, 0, 0, 0),
        "唐汪镇幼儿园": (1, 0, 0, 0, 1),
    }
    assert all(row.is_leaf for row in progress.rows)


def test_a_universitys_own_staff_have_a_row_beside_its_schools(collection, cast):
    progress = queries.progress(collection.campaign, cast.university, ON_TIME)

    assert shown(progress) == {"兰州大学": (1, 0, 0, 0, 0), "兰州大学附属中学": (1, 0, 0, 0, 0)}


def test_a_neighbour_with_a_similar_code_is_not_counted(collection, cast):
    Organisation.objects.filter(pk=cast.neighbour_school.pk).update(
        path="620000/622900/6229260/2162009001/"
    )

    progress = queries.progress(collection.campaign, cast.county, ON_TIME)

    assert progress.total.asked == 3


def test_progress_agrees_with_counting_one_by_one(collection, cast):
    collection.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    collection.hand_in(cast.city_school, cast.city_school_clerk, cast.city_school_head)

    for unit in Organisation.objects.all():
        total = queries.progress(collection.campaign, unit, ON_TIME).total
        below = [
            submission
            for submission in Submission.objects.select_related("organisation")
            if submission.organisation.path.startswith(unit.path)
        ]
        assert (total.asked, total.submitted, total.teachers) == (
            len(below),
            sum(submission.state in queries.IN_REVIEW for submission in below),
            sum(submission.records_count for submission in below),
        )


@pytest.mark.parametrize("unit", ["province", "city", "county", "kindergarten"])
def test_progress_takes_two_queries(collection, cast, unit, django_assert_num_queries):
    with django_assert_num_queries(2):
        queries.progress(collection.campaign, cast.units[unit], ON_TIME)


# --- Scope and preview -----------------------------------------------------------------------


def test_scope_is_subtree_kind_organiser_and_validity(collection, cast):
    campaign = collection.campaign
    campaign.scope.set([cast.county, cast.university])
    Organisation.objects.filter(pk=cast.second_school.pk).update(valid_to=date(2026, 9, 1))
    Organisation.objects.filter(pk=cast.attached_school.pk).update(
        organiser_kind=OrganiserKind.CITIZEN
    )
    campaign.school_kinds = [SchoolKind.PRIMARY_SECONDARY, SchoolKind.HIGHER]
    campaign.organiser_kinds = [OrganiserKind.GOVERNMENT]

    assert set(queries.units_in_scope(campaign, ON_TIME)) == {cast.first_school, cast.university}


def test_preview_counts_schools_and_teachers_by_authority(collection, cast, now):
    people.register(cast.first_school, [1, 2], now)
    people.register(cast.kindergarten, [3], now)
    people.register(cast.university, [4], now)

    preview = queries.preview(collection.campaign, ON_TIME)

    assert [
        (row.authority.name, row.schools, row.teachers, row.problems) for row in preview.rows
    ] == [
        ("甘肃省", 1, 1, []),
        ("兰州大学", 1, 0, []),
        ("临夏回族自治州", 1, 0, []),
        ("临夏市", 1, 0, []),
        ("东乡族自治县", 3, 3, []),
        ("甘肃省卫生健康委员会", 1, 0, []),
    ]
    assert (preview.schools, preview.teachers, preview.problems) == (8, 4, 0)


def test_preview_says_what_is_wrong(collection, cast):
    gone = date(2026, 11, 1)
    for name in ["city_reviewer", "second_clerk", "kindergarten_head", "school_head"]:
        Post.objects.filter(pk=cast.posts[name].pk).update(valid_to=gone)

    preview = queries.preview(collection.campaign, ON_TIME)

    row = next(row for row in preview.rows if row.authority == cast.county)
    assert (row.no_clerk, row.no_head) == (1, 2)
    assert len(row.problems) == 3
    assert "临夏回族自治州" in row.problems[0]
    assert preview.problems == 5  # the city itself and both its counties lack the city's reviewer
    assert list(queries.without_staff(collection.campaign, cast.county, "clerk", ON_TIME)) == [
        cast.second_school
    ]


def test_preview_takes_a_fixed_number_of_queries(collection, cast, django_assert_num_queries):
    for roots in [[cast.county], [cast.province]]:
        collection.campaign.scope.set(roots)
        with django_assert_num_queries(7):
            queries.preview(collection.campaign, ON_TIME)


@pytest.mark.parametrize("count", [1, 3])
def test_records_and_findings_come_in_one_query_each(
    submission, enter, count, django_assert_num_queries
):
    enter(count, sex="1")

    with django_assert_num_queries(2):
        records = [
            (record.errors, record.entered_by.name) for record in queries.records_of(submission)
        ]
        findings = [(found.rule, found.record.name) for found in queries.findings_of(submission)]

    assert records == [(1, "汪晓梅")] * count
    assert len(findings) == count
    assert queries.rules_of(submission) == [
        {"rule": "sex_differs", "severity": "error", "count": count}
    ]
