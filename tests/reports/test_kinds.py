"""Reports on a whole campaign and on ethnic education; people counted once and kept."""

import json
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from campaigns import checks
from campaigns.models import Record, Submission
from reports import actions, documents, kinds
from reports.composition import hide_small
from reports.counts import people
from reports.enums import ReportKind
from reports.figures import figures
from reports.models import PeopleCount
from teachers.models import Organisation
from tests import staff


def test_the_whole_campaign_shows_its_stages_in_a_row(under_way, cast):
    found = figures(under_way.campaign, "closing", cast.city, under_way.at, ReportKind.CAMPAIGN)

    rows = {row["kind"]: (row["begun"], row["passed"], row["on_time"]) for row in found["stages"]}
    assert rows == {
        "preparation": (True, None, None),
        "collection": (True, 2, 2),
        "county_review": (False, None, None),
        "city_review": (False, None, None),
        "province_review": (False, None, None),
        "closing": (False, None, None),
    }
    source = documents.html(found, issue=1)
    assert "各阶段进展" in source
    assert "采集全过程督查总报告" in source


def test_a_stage_report_has_neither_stages_nor_ethnic_figures(under_way, cast):
    found = figures(under_way.campaign, "closing", cast.city, under_way.at)

    assert (found["kind"], found["stages"], found["ethnic"]) == ("stage", None, None)


def test_ethnic_figures_equal_a_plain_count(under_way, cast):
    mine = Record.objects.filter(submission__organisation__path__startswith=cast.city.path)
    for i, record in enumerate(mine.order_by("pk")):
        record.data["basic"]["ethnic"] = "01" if i % 6 == 0 else "26"
        record.data["skill"] = [{"lang": "bo"}] if i % 2 else [{"lang": "en"}]
        Record.objects.filter(pk=record.pk).update(data=record.data)

    found = figures(under_way.campaign, "closing", cast.city, under_way.at, ReportKind.ETHNIC)

    groups = Counter(r.data["basic"]["ethnic"] for r in mine)
    speaking = sum(r.data["skill"][0]["lang"] == "bo" for r in mine)
    asked = Submission.objects.filter(organisation__path__startswith=cast.city.path).count()
    total = found["ethnic"]["total"]
    assert total["people"] == mine.count() == 11
    assert total["minority"] == groups["26"] == 9
    assert total["bilingual"] == speaking == 5
    assert sum(row["asked"] for row in found["ethnic"]["area"]) == asked
    assert [row["people"] for row in found["ethnic"]["rows"]] == [1, 10]
    # one of the two counties has a single teacher: neither number is shown
    assert [row["minority"] for row in found["ethnic"]["rows"]] == [None, None]
    assert "少数民族教师与双语教师" in documents.html(found, issue=1)


def test_ethnic_education_is_reported_for_province_and_autonomous_prefectures(early, cast):
    def ask(unit):
        return actions.ask(
            campaign=early.campaign,
            stage="closing",
            organisation=unit,
            by=cast.province_supervisor.user,
            post=cast.province_supervisor,
            at=early.at,
            kind=ReportKind.ETHNIC,
        )

    assert ask(cast.province).kind == "ethnic"
    with pytest.raises(actions.NotEthnic):
        ask(cast.city)
    Organisation.objects.filter(pk=cast.city.pk).update(ethnic_area=True)
    cast.city.refresh_from_db()
    assert ask(cast.city).stage == "closing"
    with pytest.raises(actions.NotEthnic):
        ask(cast.county)


def test_every_kind_can_be_asked_for():
    assert [kind for kind, _label in kinds.choices()] == ["stage", "campaign", "ethnic"]


# --- Kept counts of people ----------------------------------------------------------------
def counted(campaign, unit) -> dict:
    return {
        part: (found.number, found.traits) for part, found in people.people(campaign, unit).items()
    }


def test_kept_counts_say_what_counting_says(under_way, cast):
    campaign = under_way.campaign
    plain = counted(campaign, cast.province)

    people.keep(campaign, cast.province, under_way.at)

    kept = set(PeopleCount.objects.values_list("submission__organisation__code", flat=True))
    assert kept == {
        cast.first_school.code,
        cast.neighbour_school.code,
        cast.attached_school.code,
    }
    assert counted(campaign, cast.province) == plain
    assert sum(number for number, _traits in plain.values()) == Record.objects.count()


def test_the_sweep_keeps_the_counts_of_what_was_handed_in(under_way, cast):
    call_command("sweep_reports", stdout=StringIO())

    kept = PeopleCount.objects.values_list("submission__organisation__code", flat=True)
    assert cast.first_school.code in kept


def test_a_submission_that_is_handed_in_again_is_counted_again(under_way, cast):
    campaign = under_way.campaign
    people.keep(campaign, cast.province, under_way.at)
    under_way.send_back(cast.neighbour_school, cast.city_reviewer)
    under_way.add_people(cast.neighbour_school, cast.neighbour_clerk, 4)
    under_way.hand_in(cast.neighbour_school, cast.neighbour_clerk, cast.neighbour_head)
    before = counted(campaign, cast.neighbour_county)

    people.keep(campaign, cast.province, under_way.at)

    assert before[cast.neighbour_school.code][0] == 5
    assert counted(campaign, cast.neighbour_county) == before
    assert PeopleCount.objects.get(submission__organisation=cast.neighbour_school).attempt == 2


def test_a_submission_at_rest_is_counted_once_and_again_after_a_change(under_way, cast):
    """second_school was returned; a check follows every change of its records."""
    campaign, answer = under_way.campaign, under_way.submission(cast.second_school)
    checks.check([answer.pk], at=under_way.at)
    code = {"submission__organisation": cast.second_school}

    people.keep(campaign, cast.province, under_way.at + timedelta(minutes=59))
    assert not PeopleCount.objects.filter(**code).exists()

    people.keep(campaign, cast.province, under_way.at + timedelta(minutes=61))
    assert json.loads(PeopleCount.objects.get(**code).traits)["sex"] == {"1": 3}

    under_way.add_people(cast.second_school, cast.second_clerk, 2)
    checks.check([answer.pk], at=under_way.at + timedelta(minutes=30))
    assert counted(campaign, cast.county)[cast.second_school.code][0] == 5


def test_who_is_new_to_the_register_is_said_as_of_the_handing_in(early, cast):
    early.add_people(cast.first_school, cast.school_clerk, 7)
    early.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    early.add_people(cast.second_school, cast.second_clerk, 6)

    def new() -> int:
        found = figures(early.campaign, "collection", cast.province, early.at)
        return found["composition"]["new"]

    assert new() == Record.objects.filter(teacher=None).count() == 13
    Record.objects.update(teacher=staff.employed(cast.first_school, early.at))
    assert new() == 7


def basic(**more) -> dict:
    return {"sex": "2", "birth_date": "1980-01-01", "post_category": "1", **more}


@pytest.mark.parametrize(
    ("held", "stage", "expected"),
    [
        ([], "2", "unknown"),
        (["0"], "2", "none"),
        (["1"], "2", "lower"),
        (["2"], "2", "fits"),
        (["4"], "2", "fits"),
        (["3"], "4", "lower"),
        (["5"], "4", "fits"),
        (["6"], "3", "none"),
        (["1", "3"], "3", "fits"),
    ],
)
def test_a_qualification_is_good_for_its_stage_and_those_below(early, cast, held, stage, expected):
    record = early.add_people(cast.first_school, cast.school_clerk)[0]
    data = {
        "basic": basic(),
        "qualification": [{"kind": kind} for kind in held],
        "teaching": [{"stage": stage}],
    }
    Record.objects.filter(pk=record.pk).update(data=data)

    (found,) = people.people(early.campaign, cast.county).values()

    assert found.of("qualification") == {expected: 1}


def test_hidden_numbers_cannot_be_told_from_their_total():
    assert hide_small({"a": 20, "b": 1}) == ([], 21)
