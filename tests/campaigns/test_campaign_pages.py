"""The campaign pages: who reads them, who moves a campaign, and what they say."""

from datetime import date

import pgtrigger
import pytest
from django.urls import reverse

from campaigns.models import Campaign
from teachers.models import IndexVersion
from tests import rounds

LIST = reverse("campaigns:list")
CREATE = reverse("campaigns:create")


def address(name: str, code: str = "2026") -> str:
    return reverse(f"campaigns:{name}", args=[code])


@pytest.fixture
def sign_in(client):
    def as_(post):
        client.force_login(post.user)
        return client

    return as_


@pytest.fixture
def reference(db):
    from teachers import reference

    reference.load()


def names(response) -> list[str]:
    return [row.unit.name for row in response.context["rows"]]


def test_the_list_shows_how_far_the_own_subtree_is(round, cast, sign_in):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    (row,) = sign_in(cast.county_reviewer).get(LIST).context["rows"]
    campaign, figures = row[:2]
    assert (campaign.code, figures["asked"], figures["with_school"]) == ("2026", 3, 2)


def test_a_draft_is_seen_only_where_it_is_drawn_up(cast, now, sign_in):
    rounds.new_campaign(cast, now)
    assert len(sign_in(cast.manager).get(LIST).context["rows"]) == 1
    assert sign_in(cast.county_reviewer).get(LIST).context["rows"] == []
    assert sign_in(cast.county_reviewer).get(address("progress")).status_code == 404


@pytest.mark.parametrize("who", ["school_clerk", "school_head", "teacher", "administrator"])
def test_those_who_oversee_nothing_have_no_campaign_pages(round, cast, sign_in, who):
    client = sign_in(cast.posts[who])
    for url in (LIST, CREATE, address("progress"), address("preview")):
        assert client.get(url).status_code == 404


def test_progress_opens_unit_by_unit_down_to_the_school(round, cast, sign_in):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    client = sign_in(cast.manager)
    url = address("progress")
    assert "临夏回族自治州" in names(client.get(url))
    assert names(client.get(url, {"unit": "622900"})) == [
        "临夏市",
        "东乡族自治县",
        "临夏州民族中学",
    ]
    county = client.get(url, {"unit": "622926"})
    assert [(place.code) for place in county.context["trail"]] == ["620000", "622900", "622926"]
    first = county.context["submissions"][cast.first_school.pk]
    assert reverse("workflows:submission", args=[first.pk]) in county.content.decode()


def test_a_county_sees_itself_and_not_its_neighbour(round, cast, sign_in):
    client = sign_in(cast.county_reviewer)
    assert client.get(address("progress")).context["unit"] == cast.county
    assert client.get(address("progress"), {"unit": "622901"}).status_code == 404
    assert client.get(address("progress"), {"unit": "622900"}).status_code == 404


def test_progress_counts_what_was_handed_in_and_what_came_back(round, cast, sign_in):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    total = sign_in(cast.county_reviewer).get(address("progress")).context["total"]
    assert (total.asked, total.submitted, total.in_review, total.approved) == (3, 1, 1, 0)


@pytest.mark.parametrize("unit", ["622901", "622926"])
def test_progress_costs_the_same_for_one_school_and_for_three(
    round, cast, sign_in, django_assert_num_queries, unit
):
    client = sign_in(cast.manager)
    client.get(address("progress"))
    with django_assert_num_queries(11):
        client.get(address("progress"), {"unit": unit})


def test_the_preview_says_what_is_asked_and_what_stands_in_the_way(cast, now, sign_in):
    rounds.new_campaign(cast, now)
    cast.neighbour_reviewer.delete()
    response = sign_in(cast.manager).get(address("preview"))
    rows = {row.authority.code: row for row in response.context["preview"].rows}
    assert rows["622926"].schools == 3
    assert rows["622926"].problems == []
    assert len(rows["622901"].problems) == 1
    assert response.context["may_launch"]


def test_the_preview_is_for_those_who_run_the_campaign(round, cast, sign_in):
    assert sign_in(cast.province_supervisor).get(address("preview")).status_code == 200
    assert sign_in(cast.county_supervisor).get(address("preview")).status_code == 404


def test_the_manager_launches_and_a_second_press_changes_nothing(cast, now, sign_in):
    campaign = rounds.new_campaign(cast, now)
    client = sign_in(cast.manager)
    url = reverse("workflows:launch", args=["2026"])
    client.post(url)
    opened = campaign.submissions.count()
    client.post(url)
    assert campaign.submissions.count() == opened == 8
    assert Campaign.objects.get(code="2026").state == "launched"


def test_the_manager_moves_the_campaign_on_and_calls_it_off_with_words(cast, now, sign_in):
    rounds.launched(cast, now)
    client = sign_in(cast.manager)
    url = reverse("workflows:stage", args=["2026"])
    client.post(url, {"move": "begin_review"})
    assert Campaign.objects.get(code="2026").state == "in_review"
    client.post(url, {"move": "cancel", "words": " "})
    assert Campaign.objects.get(code="2026").state == "in_review"
    client.post(url, {"move": "cancel", "words": "政策调整。"})
    assert Campaign.objects.get(code="2026").state == "cancelled"


def test_a_move_that_is_not_open_is_explained(round, cast, sign_in):
    url = reverse("workflows:stage", args=["2026"])
    response = sign_in(cast.manager).post(url, {"move": "close"}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert Campaign.objects.get(code="2026").state == "collecting"


@pytest.mark.parametrize("who", ["province_reviewer", "province_supervisor", "county_reviewer"])
def test_only_the_manager_moves_a_campaign(round, cast, sign_in, who):
    client = sign_in(cast.posts[who])
    assert client.post(reverse("workflows:launch", args=["2026"])).status_code == 404
    stage = reverse("workflows:stage", args=["2026"])
    assert client.post(stage, {"move": "begin_review"}).status_code == 404
    assert client.get(CREATE).status_code == 404
    assert Campaign.objects.get(code="2026").state == "collecting"


def filled(client) -> dict:
    """The form as the page offers it, with a code and a name."""
    form = client.get(CREATE).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return data | {"code": "2027", "name": "2027 年度教师信息采集", "name_en": ""}


def test_a_campaign_is_drawn_up_as_a_draft(cast, reference, sign_in):
    client = sign_in(cast.manager)
    response = client.post(CREATE, filled(client))
    assert response.headers["Location"] == address("preview", "2027")
    campaign = Campaign.objects.get(code="2027")
    assert campaign.state == "draft"
    assert list(campaign.scope.all()) == [cast.province]
    assert campaign.stages.count() == 6
    assert set(campaign.asked) == {"K", "P", "S", "V", "H"}
    assert campaign.asked["K"][0] == "basic"


def test_a_timetable_out_of_order_is_refused_with_a_sentence(cast, reference, sign_in):
    client = sign_in(cast.manager)
    data = filled(client) | {"collection_starts": date(2020, 1, 1), "collection_ends": "2020-02-01"}
    response = client.post(CREATE, data)
    assert response.status_code == 422
    assert response.context["problem"]
    assert not Campaign.objects.exists()


def test_a_missing_name_is_marked_and_the_rest_is_kept(cast, reference, sign_in):
    client = sign_in(cast.manager)
    response = client.post(CREATE, filled(client) | {"name": "", "school_kinds": ["K"]})
    form = response.context["form"]
    assert "name" in form.errors
    assert form["school_kinds"].value() == ["K"]


def test_organisations_outside_the_own_subtree_cannot_be_picked(cast, reference, sign_in):
    city_manager = cast.manager
    city_manager.organisation = cast.city
    city_manager.save()
    client = sign_in(city_manager)
    response = client.post(CREATE, filled(client) | {"scope": ["620000"]})
    assert "scope" in response.context["form"].errors


def test_without_a_published_index_version_the_page_says_what_to_do_first(cast, sign_in):
    with pgtrigger.ignore("teachers.IndexVersion:published_versions_never_change"):
        IndexVersion.objects.update(state="draft", published_at=None)

    answer = sign_in(cast.manager).get(CREATE, follow=True)

    assert answer.redirect_chain == [(LIST, 302)]
    assert "尚无已发布的指标体系版本" in answer.content.decode()
