from datetime import date, timedelta

import pytest

from campaigns import actions
from campaigns.enums import CampaignState, StageKind
from campaigns.models import Campaign
from teachers.enums import OrganiserKind, SchoolKind
from teachers.models import IndexVersion
from tests.rounds import STAGES


@pytest.fixture
def wish(cast, now):
    """Everything needed for a campaign of the province."""
    version = IndexVersion.objects.get(code="2026")
    kinds = [SchoolKind.PRIMARY_SECONDARY, SchoolKind.KINDERGARTEN]
    return {
        "code": "2026",
        "name": "2026 年度教师信息采集",
        "name_en": "Teacher information 2026",
        "organisation": cast.province,
        "index_version": version,
        "scope": [cast.city, cast.university],
        "school_kinds": kinds,
        "organiser_kinds": [OrganiserKind.GOVERNMENT],
        "asked": actions.everything_asked(version, kinds),
        "stages": STAGES,
        "by": cast.manager.user,
        "post": cast.manager,
        "at": now,
    }


def test_a_manager_draws_up_a_campaign_with_scope_and_stages(wish, cast):
    campaign = actions.create_campaign(**wish)

    assert campaign.state == CampaignState.DRAFT
    assert set(campaign.scope.all()) == {cast.city, cast.university}
    assert [
        (stage.kind, (stage.starts_on, stage.ends_on))
        for stage in campaign.stages.order_by("position")
    ] == list(STAGES.items())
    assert len(campaign.asked["P"]) == 17
    assert campaign.created_by == cast.manager.user


def test_only_sub_sets_of_a_form_are_asked_of_it(cast):
    version = IndexVersion.objects.get(code="2026")

    asked = actions.everything_asked(version, [SchoolKind.HIGHER, SchoolKind.SPECIAL])

    assert "rotation" not in asked["H"]
    assert "rotation" in asked["S"]
    assert asked["S"][0] == "basic"


@pytest.mark.parametrize("who", ["province_reviewer", "county_reviewer", "school_clerk"])
def test_nobody_but_the_manager_of_the_organisation_may(wish, cast, who):
    post = cast.posts[who]

    with pytest.raises(actions.NotTheManager):
        actions.create_campaign(**{**wish, "post": post, "by": post.user})

    assert not Campaign.objects.exists()


def test_the_post_must_be_the_users_own(wish, cast):
    with pytest.raises(actions.NotTheManager):
        actions.create_campaign(**{**wish, "by": cast.school_clerk.user})


def test_a_code_is_given_once(wish):
    actions.create_campaign(**wish)

    with pytest.raises(actions.CodeTaken):
        actions.create_campaign(**wish)

    assert Campaign.objects.count() == 1


DAY = timedelta(days=1)
COLLECTION, REVIEW = STAGES[StageKind.COLLECTION], STAGES[StageKind.COUNTY_REVIEW]


@pytest.mark.parametrize(
    "change",
    [
        {StageKind.COUNTY_REVIEW: (COLLECTION[1], REVIEW[1])},
        {StageKind.COUNTY_REVIEW: (COLLECTION[0] - DAY, COLLECTION[0])},
        {StageKind.COLLECTION: (COLLECTION[1], COLLECTION[0])},
        {StageKind.COLLECTION: None},
        {StageKind.CLOSING: (date(2026, 1, 1), date(2026, 1, 2))},
    ],
    ids=["overlap", "out of order", "ends first", "missing", "closing first"],
)
def test_stages_follow_one_another(wish, change):
    stages = {kind: days for kind, days in {**STAGES, **change}.items() if days}

    with pytest.raises(actions.WrongTimetable):
        actions.create_campaign(**{**wish, "stages": stages})


def test_adjacent_stages_are_fine(wish):
    stages = {**STAGES, StageKind.COUNTY_REVIEW: (COLLECTION[1] + DAY, REVIEW[1])}

    assert actions.create_campaign(**{**wish, "stages": stages}).pk


@pytest.mark.parametrize(
    "asked",
    [
        {"P": ["basic", "horoscope"], "K": ["basic"]},
        {"P": ["learning"], "K": ["basic"]},
        {"P": ["basic"]},
    ],
    ids=["unknown sub-set", "without basic information", "form left out"],
)
def test_questions_must_fit_the_index_system(wish, asked):
    with pytest.raises(actions.WrongQuestions):
        actions.create_campaign(**{**wish, "asked": asked})


def test_the_scope_lies_below_the_organisation(wish, cast):
    with pytest.raises(actions.WrongScope):
        actions.create_campaign(**{**wish, "scope": []})
    with pytest.raises(actions.WrongScope):
        actions.create_campaign(**{**wish, "school_kinds": ["X"], "asked": {"X": ["basic"]}})
