"""The counties of a province in one order, and what schools and authorities wrote."""

import io
import re
from datetime import timedelta

import pytest
from django.utils import translation
from pypdf import PdfReader

from reports import documents
from reports.conclusions import conclusions
from reports.enums import ReportState
from reports.figures import figures
from reports.models import Report
from reports.sections import sections
from reports.verification_codes import new_code
from teachers import notice
from teachers.enums import OrganisationKind, Role
from teachers.models import Organisation, Post
from tests.reports.test_figures import plain_counts
from workflows import actions
from workflows.models import Remark


# --- Counties -----------------------------------------------------------------------------
def test_the_counties_of_a_province_stand_best_first_with_their_city(under_way, cast):
    at = under_way.at + timedelta(days=9)

    found = figures(under_way.campaign, "county_review", cast.province, at)["counties"]

    assert [(row["place"], row["code"], row["city"], row["passed_rate"]) for row in found] == [
        (1, cast.neighbour_county.code, cast.city.name, 100.0),
        (2, cast.county.code, cast.city.name, 33.3),
    ]
    for row in found:
        county = Organisation.objects.get(code=row["code"])
        expected = plain_counts(county, under_way.campaign, at.date())
        assert {key: row[key] for key in expected} == expected


@pytest.mark.parametrize("stage", ["collection", "county_review", "closing"])
def test_a_county_says_the_same_in_the_province_and_in_its_city(under_way, cast, stage):
    at = under_way.at + timedelta(days=9)

    in_province = figures(under_way.campaign, stage, cast.province, at)["counties"]
    in_city = figures(under_way.campaign, stage, cast.city, at)["groups"][0]["rows"]

    assert [
        {k: v for k, v in row.items() if k not in {"city", "city_en"}} for row in in_province
    ] == in_city


def test_units_below_the_province_have_no_second_order(under_way, cast):
    for unit in (cast.city, cast.county, cast.university):
        assert figures(under_way.campaign, "closing", unit, under_way.at)["counties"] == []


def test_the_conclusions_name_both_ends_of_the_order_of_counties(under_way, cast):
    found = figures(under_way.campaign, "county_review", cast.province, under_way.at)

    with translation.override("en"):
        said = {point.rule: point.text for point in conclusions(found)}
        found["counties"] = [{**row, "place": 1} for row in found["counties"]]
        alike = {point.rule for point in conclusions(found)}

    assert said["counties"] == (
        "Of 2 counties and districts, 1 are below 90%; in front: 临夏市 (100.0%); at the end: "
        "东乡族自治县 (33.3%)."
    )
    assert "counties" not in alike


def test_a_county_shows_its_change_since_the_last_issue(under_way, cast):
    before = figures(under_way.campaign, "closing", cast.province, under_way.at)
    Report.objects.create(
        campaign=under_way.campaign,
        stage="closing",
        organisation=cast.province,
        issue=1,
        state=ReportState.DONE,
        figures=before,
        figures_version=before["version"],
        frozen_at=under_way.at,
        asked_by=cast.manager.user,
        asked_at=under_way.at,
        code=new_code(),
    )

    found = figures(under_way.campaign, "closing", cast.province, under_way.at + timedelta(days=1))

    assert found["previous"]["parts"][cast.county.code] == 33.3
    with translation.override("en"):
        (units,) = [section for section in sections(found) if section.key == "units"]
    (order,) = [block for block in units.blocks if "counties" in block.title.lower()]
    assert [head["label"] for head in order.data["heads"]][-1] == "Change"
    changes = [row["cells"][-1]["value"] for row in order.data["groups"][0]["rows"]]
    assert changes == ["＝ 0.0", "＝ 0.0"]


def test_a_hundred_counties_break_over_pages_under_a_repeated_head(under_way, cast):
    found = figures(under_way.campaign, "county_review", cast.province, under_way.at)
    county = found["counties"][1]
    names = [f"积石山保安族东乡族撒拉族自治县{number}" for number in range(100)]
    found["counties"] = [{**county, "name": name, "code": name} for name in names]

    reader = PdfReader(io.BytesIO(documents.pdf(found, issue=1, language="zh-hans").content))

    pages = [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]
    with_rows = [page for page in pages[3:] if page.count("撒拉族自治县") > 3]
    assert len(with_rows) > 1
    assert all("名次县（市、区）市（州）" in page for page in with_rows)
    assert sum(name in "".join(with_rows) for name in names) == 100


# --- Questions ----------------------------------------------------------------------------
def test_questions_of_schools_and_their_answers_equal_a_plain_count(under_way, cast):
    def write(school, post, hours, **more):
        actions.remark(
            under_way.submission(school),
            words="请问如何填写？",
            by=post.user,
            post=post,
            at=under_way.at + timedelta(hours=hours),
            **more,
        )

    write(cast.second_school, cast.second_clerk, 1)
    write(cast.second_school, cast.county_reviewer, 2, for_school=True)
    write(cast.second_school, cast.second_clerk, 3)
    write(cast.kindergarten, cast.kindergarten_clerk, 3)
    write(cast.first_school, cast.city_reviewer, 3)
    write(cast.neighbour_school, cast.neighbour_clerk, 3)
    write(cast.second_school, cast.county_reviewer, 30, for_school=True)
    at = under_way.at + timedelta(hours=9)

    found = figures(under_way.campaign, "county_review", cast.county, at)["questions"]

    rows = [
        row
        for row in Remark.objects.select_related("post", "case__organisation")
        if row.case.organisation.path.startswith(cast.county.path) and row.at <= at
    ]
    asked = [row for row in rows if row.post.organisation_id == row.case.organisation_id]
    others = [row for row in rows if row not in asked]
    answered = [
        row
        for row in asked
        if any(o.case_id == row.case_id and o.for_school and o.at > row.at for o in others)
    ]
    assert found == {
        "asked": len(asked),
        "units": len({row.case_id for row in asked}),
        "answered": len(answered),
        "told": sum(row.for_school for row in others),
        "between": sum(not row.for_school for row in others),
    }
    assert found == {"asked": 3, "units": 2, "answered": 1, "told": 1, "between": 1}


# --- Who has been in the system -------------------------------------------------------------
def test_the_preparation_says_who_has_signed_in_and_read_the_notice(early, cast, now):
    for post in (cast.school_clerk, cast.school_head, cast.county_reviewer):
        post.user.last_login = now
        post.user.save(update_fields=["last_login"])
    notice.accept(by=cast.school_clerk.user, post=cast.school_clerk, at=now, address=None)

    found = figures(early.campaign, "preparation", cast.county, now)["readiness"]["people"]

    authorities = {kind for kind in OrganisationKind if kind != OrganisationKind.SCHOOL}
    expected = []
    for role in (Role.CLERK, Role.HEAD, Role.REVIEWER):
        users = {
            post.user
            for post in Post.objects.select_related("user", "organisation").filter(role=role)
            if post.organisation.path.startswith(cast.county.path)
            and (role != Role.REVIEWER or post.organisation.kind in authorities)
            and (post.valid_to is None or post.valid_to > now.date())
        }
        row = {"role": role, "held": len(users)}
        row["signed_in"] = sum(user.last_login is not None for user in users)
        row["read_notice"] = sum(user.notice_version == notice.VERSION for user in users)
        expected.append(row)
    assert found == expected
    with translation.override("en"):
        said = {
            p.rule: p.text
            for p in conclusions(figures(early.campaign, "preparation", cast.county, now))
        }
    held, there = (sum(row[key] for row in expected) for key in ("held", "signed_in"))
    assert said["never_there"].startswith(
        f"Of {held} clerks, heads and reviewers in place, {held - there} "
    )
