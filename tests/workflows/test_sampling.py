"""The sampling desk: what is drawn and why, who opens and judges it, and repeating a draw."""

from datetime import timedelta
from io import StringIO
from itertools import count
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from campaigns.enums import CampaignState, StageKind
from campaigns.models import Campaign, Record, Submission, SubmissionEvent
from teachers.models import Post
from tests import colleagues, rounds, samples, staff
from tests.at_once import at_once
from tests.invariants import violations
from workflows import actions, acts
from workflows.actions.sampling import repeat
from workflows.enums import SampleVerdict, Verdict
from workflows.models import Draw, SampledRecord
from workflows.sampling import Member
from workflows.sampling_check import differences
from workflows.sampling_figures import draws_of
from workflows.sampling_population import drawable, pick_records
from workflows.sampling_statements import found_in, on_desk

SEED = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def filed(round, cast) -> rounds.Round:
    """Three schools of the county have handed in, the neighbour's one too."""
    samples.asked_for(round)
    samples.hand_in(round, [*samples.COUNTY, ("neighbour_school", "neighbour")])
    return round


@pytest.fixture
def county(cast) -> Post:
    return cast.county_reviewer


def waiting(filed, county) -> dict[str, list[str]]:
    """Name of each school that may be drawn to what makes it risky."""
    found = drawable(county, filed.campaign.pk, on=filed.at.date())
    names = dict(Submission.objects.values_list("pk", "organisation__name"))
    return {names[one.submission]: one.risks for one in found}


def long_serving(filed) -> None:
    """The register knows everybody who was reported, at the school that reports them."""
    rows = Record.objects.filter(submission__campaign=filed.campaign)
    for number, record in enumerate(rows.order_by("pk")):
        unit = record.submission.organisation
        teacher = staff.employed(unit, filed.at, serial=200 + number, name=record.name)
        Record.objects.filter(pk=record.pk).update(teacher=teacher)


# --- Drawing ---------------------------------------------------------------------------------
def test_a_draw_takes_the_share_and_at_least_so_many_of_what_is_clean_on_the_desk(filed, county):
    drawn = samples.draw(filed, county, seed=SEED)

    rows = list(drawn.records.select_related("record__submission").order_by("position"))
    assert (drawn.number, drawn.population_count, len(rows)) == (1, 3, 2)
    assert (drawn.share, drawn.least, drawn.limit) == (10, 2, 5)
    assert (drawn.step, drawn.role, drawn.seed) == ("county_review", "reviewer", SEED)
    assert {row.submission.organisation.parent for row in rows} == {county.organisation}
    assert [(row.record.submission, row.name) for row in rows] == [
        (row.submission, row.record.name) for row in rows
    ]
    assert differences(drawn) == []
    assert violations() == {}


def test_what_has_findings_is_not_drawn(filed, cast, county):
    Submission.objects.filter(organisation=cast.first_school).update(warnings_count=1)

    drawn = samples.draw(filed, county)

    names = {row.submission.organisation.name for row in drawn.records.all()}
    assert names == {"达板镇中心小学", "唐汪镇幼儿园"}
    assert on_desk(county, filed.campaign.pk).to_look_at == 1


def test_the_record_is_chosen_by_the_seed_too(round, cast):
    round.add_people(cast.first_school, cast.school_clerk, 20)
    one = Member(round.submission(cast.first_school).pk, 1, 1)

    chosen = {pick_records([one], f"{number:032x}")[one.submission] for number in range(8)}

    assert len(chosen) > 1
    assert chosen < set(one_by_one(round, cast))


def one_by_one(round, cast) -> list[tuple[int, str]]:
    return list(round.submission(cast.first_school).records.values_list("pk", "name"))


def test_asking_again_gives_the_unfinished_draw_back(filed, cast, county):
    first = samples.draw(filed, county)
    again = samples.draw(filed, colleagues.colleague(cast.county))

    assert (again.pk, Draw.objects.count()) == (first.pk, 1)


def test_two_colleagues_who_draw_at_once_get_one_draw(transactional_db, reference, cast, now):
    round = rounds.launched(cast, now)
    samples.asked_for(round)
    samples.hand_in(round)
    people = [cast.county_reviewer, colleagues.colleague(cast.county)]

    results = at_once(*(lambda post=post: samples.draw(round, post) for post in people * 2))

    assert {getattr(result, "pk", result) for result in results} == {Draw.objects.get().pk}
    assert SampledRecord.objects.count() == 2


def test_every_desk_draws_for_itself(filed, cast, county):
    mine, theirs = samples.draw(filed, county), samples.draw(filed, cast.neighbour_reviewer)

    assert (mine.population_count, theirs.population_count, theirs.number) == (3, 1, 1)


@pytest.mark.parametrize("who", ["county_supervisor", "manager", "school_head", "administrator"])
def test_others_draw_nothing(filed, cast, who):
    with pytest.raises(actions.NotYourSample):
        samples.draw(filed, cast.posts[who])


def test_a_colleague_with_a_part_of_the_desk_does_not_draw_for_the_whole(filed, cast, county):
    to = cast.county_supervisor.user
    part = colleagues.acting(colleagues.given(county, to, filed.at, within=cast.first_school))
    whole = colleagues.acting(
        colleagues.given(county, cast.city_reviewer.user, filed.at, kinds=["submission"])
    )

    with pytest.raises(actions.NotYourSample):
        actions.draw(filed.campaign, by=to, post=part, at=filed.at)
    drawn = actions.draw(filed.campaign, by=cast.city_reviewer.user, post=whole, at=filed.at)
    assert (drawn.by, drawn.post) == (cast.city_reviewer.user, county)


def test_nothing_to_draw_is_said(round, cast, county):
    samples.asked_for(round)
    with pytest.raises(actions.CannotDraw, match="没有可供抽查"):
        samples.draw(round, county)


def test_a_campaign_that_asks_for_no_sample_or_does_not_run_has_no_draws(filed, county):
    Campaign.objects.update(state=CampaignState.IN_REVIEW)
    filed.campaign.sampling_share = 0
    with pytest.raises(actions.CannotDraw, match="不要求抽查"):
        samples.draw(filed, county)
    filed.campaign.sampling_share = 10
    filed.campaign.state = CampaignState.CLOSED
    with pytest.raises(actions.CannotDraw, match="未在进行"):
        samples.draw(filed, county)


# --- Risks -----------------------------------------------------------------------------------
def test_staff_as_on_the_register_and_an_old_hand_are_no_risk(filed, county):
    long_serving(filed)

    assert waiting(filed, county) == {
        "锁南镇第二小学": [],
        "达板镇中心小学": [],
        "唐汪镇幼儿园": [],
    }


def test_people_new_to_the_register_are_many_changes(filed, cast, county):
    long_serving(filed)
    Record.objects.filter(submission__organisation=cast.second_school).update(teacher=None)

    assert waiting(filed, county)["达板镇中心小学"] == ["many_changes"]


def test_a_fresh_post_makes_a_new_clerk(filed, cast, county):
    long_serving(filed)
    fresh = filed.at.date() - timedelta(days=30)
    Post.objects.filter(pk=cast.kindergarten_clerk.pk).update(valid_from=fresh)

    found = drawable(county, filed.campaign.pk, on=filed.at.date())

    assert waiting(filed, county)["唐汪镇幼儿园"] == ["new_clerk"]
    assert sorted(one.member.weight for one in found) == [1, 1, 3]


def test_somebody_else_than_last_year_is_a_new_clerk_and_last_year_s_warnings_count(
    round, cast, county
):
    """Last year a colleague handed in, with two warnings for one teacher."""
    before = colleagues.colleague(cast.first_school, role="clerk")
    round.hand_in(cast.first_school, before, cast.school_head)
    round.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    Submission.objects.filter(organisation=cast.first_school).update(warnings_count=2)
    actions.cancel(
        round.campaign, words="改期。", by=cast.manager.user, post=cast.manager, at=round.at
    )
    this_year = rounds.launched(cast, round.at, code="2027")
    samples.asked_for(this_year)
    samples.hand_in(this_year)
    long_serving(this_year)

    assert waiting(this_year, county) == {
        "锁南镇第二小学": ["new_clerk", "many_warnings"],
        "达板镇中心小学": [],
        "唐汪镇幼儿园": [],
    }


def test_what_was_returned_is_again_and_its_warnings_of_then_count(filed, cast, county):
    long_serving(filed)
    Submission.objects.filter(organisation=cast.first_school).update(warnings_count=1)
    filed.send_back(cast.first_school, county)
    Submission.objects.filter(organisation=cast.first_school).update(warnings_count=0)
    filed.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    assert SubmissionEvent.objects.filter(warnings_count=1).exists()
    assert waiting(filed, county)["锁南镇第二小学"] == ["many_warnings", "again"]


# --- Opening and judging ---------------------------------------------------------------------
@pytest.fixture
def row(filed, county) -> SampledRecord:
    return samples.draw(filed, county, seed=SEED).records.get(position=0)


def judged(filed, post: Post, row: SampledRecord, verdict=SampleVerdict.RIGHT, words=""):
    who = {"by": post.user, "post": post, "at": filed.at}
    return actions.judge(row, verdict=verdict, words=words, **who)


def test_only_an_opened_record_is_judged(filed, county, row):
    with pytest.raises(actions.CannotJudge, match="先打开"):
        judged(filed, county, row)
    done = samples.judge(filed, county, row)

    assert (done.opened_by, done.opened_at) == (county.user, filed.at)
    assert (done.verdict, done.judged_by, done.judged_at) == ("right", county.user, filed.at)


def test_the_first_who_opened_it_stays_noted(filed, cast, county, row):
    second = colleagues.colleague(cast.county)
    actions.open_sampled(row, by=county.user, post=county, at=filed.at)
    actions.open_sampled(row, by=second.user, post=second, at=filed.at + timedelta(hours=1))

    row.refresh_from_db()
    assert (row.opened_by, row.opened_at) == (county.user, filed.at)


def test_what_is_wrong_needs_words(filed, county, row):
    actions.open_sampled(row, by=county.user, post=county, at=filed.at)
    with pytest.raises(actions.CannotJudge, match="说明"):
        judged(filed, county, row, SampleVerdict.WRONG, "  ")


def test_it_is_judged_once(filed, cast, county, row):
    samples.judge(filed, county, row)
    with pytest.raises(actions.AlreadyJudged, match="马建国.*无误"):
        judged(filed, colleagues.colleague(cast.county), row, SampleVerdict.WRONG, "错了。")


def test_of_two_who_judge_at_once_one_is_told_what_the_other_said(
    transactional_db, reference, cast, now
):
    round = rounds.launched(cast, now)
    samples.asked_for(round)
    samples.hand_in(round)
    county, second = cast.county_reviewer, colleagues.colleague(cast.county)
    row = samples.draw(round, county).records.get(position=0)
    actions.open_sampled(row, by=county.user, post=county, at=round.at)

    results = at_once(
        lambda: judged(round, county, row),
        lambda: judged(round, second, row, SampleVerdict.WRONG, "错了。"),
    )

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["AlreadyJudged", "SampledRecord"]


@pytest.mark.parametrize(
    "who", ["neighbour_reviewer", "city_reviewer", "county_supervisor", "school_head"]
)
def test_others_neither_open_nor_judge(filed, cast, row, who):
    post = cast.posts[who]
    with pytest.raises(actions.NotYourSample):
        actions.open_sampled(row, by=post.user, post=post, at=filed.at)
    with pytest.raises(actions.NotYourSample):
        judged(filed, post, row)


def test_who_entered_it_does_not_judge_it(filed, county, row):
    Record.objects.filter(submission=row.submission).update(entered_by=county.user)

    assert not actions.open_sampled(row, by=county.user, post=county, at=filed.at)
    row.refresh_from_db()
    assert row.opened_at is None
    with pytest.raises(actions.CannotJudge, match="填报"):
        judged(filed, county, row)


# --- What becomes of a draw ------------------------------------------------------------------
def found(drawn: Draw) -> tuple:
    """(judged, wrong, open, gone)"""
    one = found_in([drawn.pk])[drawn.pk]
    return one.judged, one.wrong, one.open, one.gone


def test_returning_a_drawn_one_without_a_judgement_counts_as_wrong(filed, county, row):
    filed.send_back(row.submission.organisation, county)

    assert found(row.draw) == (1, 1, 1, 0)
    with pytest.raises(actions.CannotJudge):
        judged(filed, county, row)


def test_a_return_taken_back_leaves_it_to_be_judged(filed, county, row):
    who = {"by": county.user, "post": county, "at": filed.at}
    act = acts.ask(
        key=uuid4(),
        verdict=Verdict.RETURN,
        tasks=[filed.task(row.submission.organisation).pk],
        reasons=[rounds.reason()],
        words="请核对。",
        **who,
    )
    assert found(row.draw) == (1, 1, 1, 0)
    acts.undo(act, key=uuid4(), **who)

    assert found(row.draw) == (0, 0, 2, 0)
    assert samples.judge(filed, county, row).verdict == "right"


def test_approving_a_drawn_one_alone_leaves_it_to_be_judged(filed, county, row):
    filed.decide(row.submission.organisation, county, Verdict.APPROVE)

    assert found(row.draw) == (0, 0, 2, 0)
    samples.judge(filed, county, row, "年龄有误。")
    assert found(row.draw) == (1, 1, 1, 0)


def test_what_the_school_takes_back_is_gone_from_the_draw(filed, cast, county, row):
    unit = row.submission.organisation
    head = Post.objects.get(organisation=unit, role="head")
    actions.recall(row.submission, by=head.user, post=head, at=filed.at)

    assert found(row.draw) == (0, 0, 1, 1)
    with pytest.raises(actions.CannotJudge, match="已回到学校"):
        judged(filed, county, row)


def test_after_a_passed_draw_only_what_came_since_is_drawn(filed, cast, county):
    samples.judge_all(filed, county, samples.draw(filed, county))
    with pytest.raises(actions.CannotDraw):
        samples.draw(filed, county)
    filed.send_back(cast.kindergarten, county)
    filed.hand_in(cast.kindergarten, cast.kindergarten_clerk, cast.kindergarten_head)

    second = samples.draw(filed, county)

    assert (second.number, second.population_count) == (2, 1)
    assert Member(*second.population[0]).attempt == 2


def test_a_failed_draw_is_drawn_again_only_when_the_wrong_ones_are_off_the_desk(filed, county):
    first = samples.draw(filed, county)
    samples.judge_all(filed, county, first, wrong=1)
    with pytest.raises(actions.CannotDraw, match="1 件"):
        samples.draw(filed, county)
    filed.send_back(first.records.get(position=0).submission.organisation, county)

    second = samples.draw(filed, county)

    assert (second.number, second.population_count) == (2, 2)


# --- Repeating it ----------------------------------------------------------------------------
def checked(**options) -> str:
    out = StringIO()
    call_command("check_draws", stdout=out, **options)
    return out.getvalue()


def test_every_draw_can_be_repeated(filed, cast, county):
    samples.draw(filed, county)
    samples.draw(filed, cast.neighbour_reviewer)

    assert checked() == "Repeated: 2 draws, each as it is written down.\n"
    assert checked(campaign="2026").startswith("Repeated: 2 draws")


def another_seed(drawn: Draw) -> str:
    """One that draws somebody else first."""
    seeds, first = (f"{number:032x}" for number in count()), repeat(drawn)[0]
    return next(
        seed for seed in seeds if repeat(Draw(**{**vars_of(drawn), "seed": seed}))[0] != first
    )


def vars_of(drawn: Draw) -> dict:
    return {name: getattr(drawn, name) for name in ("population", "share", "least")}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda drawn: Draw.objects.update(seed=another_seed(drawn)), "is drawn again"),
        (lambda drawn: drawn.records.filter(position=0).update(weight=9), "is drawn again"),
        (lambda drawn: drawn.records.get(position=1).delete(), "1 are written down"),
        (lambda drawn: Draw.objects.update(population_count=9), "9 are noted"),
    ],
)
def test_a_draw_that_was_tampered_with_is_named(filed, cast, county, change, says):
    drawn = samples.draw(filed, county, seed=SEED)
    change(drawn)

    out = StringIO()
    with pytest.raises(CommandError, match="1 of 1 draws cannot be repeated"):
        call_command("check_draws", stdout=out)
    assert says in out.getvalue()
    assert "622926 东乡族自治县 (reviewer), draw 1" in out.getvalue()


def test_another_record_than_the_one_drawn_is_named(round, cast, county):
    samples.asked_for(round, least=1)
    round.add_people(cast.first_school, cast.school_clerk, 3)
    samples.hand_in(round, samples.COUNTY[:1])
    row = samples.draw(round, county).records.get()
    other = row.submission.records.exclude(pk=row.record_id).first()
    SampledRecord.objects.filter(pk=row.pk).update(record=other)

    assert differences(row.draw) != []
    round.send_back(cast.first_school, county)
    assert differences(row.draw) == [], "the school may correct its records now"


def test_checking_an_unknown_campaign_is_refused(db):
    with pytest.raises(CommandError, match="give one that exists"):
        call_command("check_draws", campaign="nothing")


# --- Figures for reports ---------------------------------------------------------------------
def test_the_figures_say_all_of_a_draw(filed, cast, county, django_assert_num_queries):
    drawn = samples.draw(filed, county, seed=SEED)
    samples.judge_all(filed, county, drawn, wrong=1)
    samples.draw(filed, cast.neighbour_reviewer)

    with django_assert_num_queries(2):
        figures = draws_of(filed.campaign, within=cast.city)

    mine = next(one for one in figures if one["organisation"]["code"] == "622926")
    low, high = mine.pop("interval")
    assert (round(low, 3), round(high, 3)) == (0.095, 0.905)
    assert mine == {
        "organisation": {"code": "622926", "name": "东乡族自治县", "name_en": ""},
        "role": "reviewer",
        "stage": "county_review",
        "number": 1,
        "at": "2026-11-23T02:00:00+00:00",
        "by": "马建国",
        "seed": SEED,
        "population": 3,
        "drawn": 2,
        "judged": 2,
        "errors": 1,
        "open": 0,
        "gone": 0,
        "rate": 0.5,
        "share": 10,
        "least": 2,
        "limit": 5,
        "finished": True,
        "passed": False,
    }


def test_the_figures_are_those_of_the_unit_and_the_stage(filed, cast, county):
    samples.draw(filed, county)

    assert len(draws_of(filed.campaign, within=cast.county)) == 1
    assert draws_of(filed.campaign, within=cast.neighbour_county) == []
    assert draws_of(filed.campaign, within=cast.city, stage=StageKind.CITY_REVIEW) == []
