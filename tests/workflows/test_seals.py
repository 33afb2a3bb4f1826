"""Seals: when a stage is over, what they hold, proofs, the sweep and the page."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.enums import StageKind
from campaigns.models import CampaignStage
from tests import rounds
from tests.at_once import at_once
from tests.invariants import violations
from tests.tampering import forge
from workflows import actions, seals
from workflows.enums import Verdict
from workflows.models import Case, Decision, Seal, SealedHead
from workflows.verification import Verified, verify

COUNTY, CITY, PROVINCE = (
    StageKind.COUNTY_REVIEW,
    StageKind.CITY_REVIEW,
    StageKind.PROVINCE_REVIEW,
)


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def by(round) -> dict:
    return {"by": round.cast.manager.user, "post": round.cast.manager}


def sealed(round) -> list[tuple]:
    return list(Seal.objects.order_by("number").values_list("number", "stage", "by"))


# --- When ----------------------------------------------------------------------------------
def test_each_move_of_the_campaign_seals_the_stage_that_it_ends(round, cast):
    manager = cast.manager.user_id
    assert sealed(round) == [(1, "preparation", manager)]

    actions.begin_review(round.campaign, at=on(11, 30), **by(round))
    actions.seal(round.campaign, stage=COUNTY, at=on(12, 4), **by(round))
    actions.cancel(round.campaign, words="推迟", at=on(12, 5), **by(round))

    assert sealed(round) == [
        (1, "preparation", manager),
        (2, "collection", manager),
        (3, "county_review", manager),
        (4, "closing", manager),
    ]
    assert verify(round.campaign) == Verified(
        cases=Case.objects.count(), decisions=Case.objects.count(), seals=4
    )
    assert violations() == {}


def test_closing_seals_the_whole_campaign(round, cast):
    """Every other school is cancelled; the university's answer goes all its way."""
    from campaigns.models import Submission

    round.hand_in(cast.university, cast.university_clerk, cast.university_head)
    round.decide(cast.university, cast.province_reviewer, Verdict.APPROVE)
    others = Submission.objects.exclude(organisation=cast.university)
    others.update(state="cancelled")
    actions.begin_review(round.campaign, at=round.at, **by(round))

    actions.close(round.campaign, at=on(12, 22), **by(round))

    last = Seal.objects.get(stage="closing")
    leaf = last.heads.get(case__submission__organisation=cast.university)
    assert (leaf.decisions_count, last.number, last.at) == (3, 3, on(12, 22))


def test_a_draft_that_is_given_up_has_nothing_to_seal(cast, now):
    draft = rounds.new_campaign(cast, now)

    actions.cancel(draft, words="不办了", by=cast.manager.user, post=cast.manager, at=now)

    assert not Seal.objects.exists()


@pytest.mark.parametrize(
    ("stage", "day", "refusal"),
    [
        (COUNTY, on(11, 29), actions.CannotSeal),  # has not begun
        (StageKind.COLLECTION, on(11, 30), actions.CannotSeal),  # the campaign's move seals it
        (StageKind.CLOSING, on(12, 22), actions.CannotSeal),
    ],
)
def test_a_seal_before_its_time_is_refused_with_a_reason(round, stage, day, refusal):
    with pytest.raises(refusal):
        actions.seal(round.campaign, stage=stage, at=day, **by(round))

    assert len(sealed(round)) == 1


def test_a_stage_is_sealed_once(round):
    actions.seal(round.campaign, stage=COUNTY, at=on(12, 4), **by(round))

    with pytest.raises(actions.AlreadySealed):
        actions.seal(round.campaign, stage=COUNTY, at=on(12, 5), **by(round))

    assert len(sealed(round)) == 2


@pytest.mark.parametrize("who", ["county_reviewer", "province_reviewer", "administrator"])
def test_only_the_campaign_s_manager_seals(round, cast, who):
    post = cast.posts[who]

    with pytest.raises(actions.NotForManager):
        actions.seal(round.campaign, stage=COUNTY, by=post.user, post=post, at=on(12, 4))


def test_a_campaign_that_is_over_is_not_sealed_again(round):
    actions.cancel(round.campaign, words="推迟", at=on(12, 1), **by(round))

    with pytest.raises(actions.CannotSeal):
        actions.seal(round.campaign, stage=COUNTY, at=on(12, 4), **by(round))
    assert actions.seal_due(at=on(12, 30)) == []


def test_the_sweep_seals_each_review_on_the_night_after_its_last_day(round):
    assert actions.seal_due(at=on(12, 4)) == []

    first = actions.seal_due(at=on(12, 5))
    again = actions.seal_due(at=on(12, 5))
    late = actions.seal_due(at=on(12, 20))

    assert [(one.stage, one.number, one.by_id) for one in first] == [(COUNTY, 2, None)]
    assert again == []
    assert [(one.stage, one.number) for one in late] == [(CITY, 3), (PROVINCE, 4)]
    assert verify().seals == 4


def test_what_the_manager_has_sealed_the_sweep_leaves_alone(round):
    actions.seal(round.campaign, stage=COUNTY, at=on(12, 3), **by(round))

    assert actions.seal_due(at=on(12, 5)) == []


def test_the_command_says_what_it_sealed(round, capsys):
    CampaignStage.objects.filter(kind=COUNTY).update(
        starts_on=timezone.localdate() - timedelta(days=9),
        ends_on=timezone.localdate() - timedelta(days=1),
    )

    call_command("seal_stages")
    call_command("seal_stages")

    seal = Seal.objects.get(number=2)
    assert capsys.readouterr().out.splitlines() == [
        f"2026: seal 2 (county_review), {seal.cases_count} cases, root {seal.root}",
        "1 stages sealed.",
        "0 stages sealed.",
    ]


def test_two_machines_and_the_manager_at_once_make_one_seal(transactional_db, reference, cast, now):
    round = rounds.launched(cast, now)

    results = at_once(
        lambda: actions.seal_due(at=on(12, 5)),
        lambda: actions.seal_due(at=on(12, 5)),
        lambda: actions.seal(round.campaign, stage=COUNTY, at=on(12, 5), **by(round)),
    )

    assert not [
        one
        for one in results
        if isinstance(one, Exception) and not isinstance(one, actions.AlreadySealed)
    ]
    assert [number for number, _stage, _by in sealed(round)] == [1, 2]
    assert verify().seals == 2


def test_decisions_beside_a_seal_are_in_it_whole_or_not_at_all(
    transactional_db, reference, cast, now
):
    round = rounds.launched(cast, now)
    schools = [("first_school", "school"), ("second_school", "second"), ("kindergarten",) * 2]

    results = at_once(
        *(
            lambda school=school, who=who: round.hand_in(
                cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"]
            )
            for school, who in schools
        ),
        lambda: actions.seal(round.campaign, stage=COUNTY, at=on(12, 5), **by(round)),
    )

    assert not [one for one in results if isinstance(one, Exception)]
    assert verify() == Verified(cases=Case.objects.count(), decisions=6, seals=2)


# --- What ----------------------------------------------------------------------------------
def test_a_third_party_recomputes_a_root_from_the_written_form(round, cast):
    """Spelt out without our code, for a campaign of which three cases are left."""
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    kept = list(Case.objects.order_by("pk")[:3].values_list("pk", flat=True))
    others = Case.objects.exclude(pk__in=kept)
    forge("UPDATE workflows_case SET campaign_id = NULL WHERE NOT id = ANY(%s)", [kept])
    seal = seals.add(round.campaign, stage=COUNTY, by=None, at=on(12, 5))
    assert others.count() + seal.cases_count == Case.objects.count()

    def text(*parts) -> bytes:
        return "\n".join(f"{len(str(part))}:{part}" for part in parts).encode()

    def sha(content: bytes) -> bytes:
        return hashlib.sha256(content).digest()

    one, two, three = (
        sha(b"\x00" + text("1", case.pk, case.decisions_count, case.ledger_head))
        for case in Case.objects.filter(pk__in=kept).order_by("pk")
    )
    tree = sha(b"\x01" + sha(b"\x01" + one + two) + three).hex()
    previous = Seal.objects.get(number=1).root
    header = text(
        "1",
        round.campaign.pk,
        2,
        "county_review",
        "2026-12-05T02:00:00.000000Z",
        "-",
        3,
        tree,
        previous,
    )
    assert seal.root == sha(b"\x02" + header).hex()


def test_the_leaves_are_the_heads_of_all_cases_of_the_campaign_and_of_no_other(round, cast, now):
    other = rounds.launched(cast, now, code="2027").campaign
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    seal = actions.seal(round.campaign, stage=COUNTY, at=on(12, 4), **by(round))

    leaves = seal.heads.order_by("case_id").values_list("case_id", "decisions_count", "head")
    cases = round.campaign.cases.order_by("pk")
    assert list(leaves) == list(cases.values_list("pk", "decisions_count", "ledger_head"))
    assert seal.cases_count == cases.count() == other.cases.count()


def test_a_proof_shows_each_case_of_a_seal_and_nothing_else(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    seal = actions.seal(round.campaign, stage=COUNTY, at=on(12, 4), **by(round))
    case = round.submission(cast.first_school).case

    proofs = [seals.proof(seal, one) for one in round.campaign.cases.all()]
    own = seals.proof(seal, case)

    assert all(seals.proves(one, seal.root) for one in proofs)
    assert (own.decisions_count, own.head) == (2, case.ledger_head)
    forgeries = [
        replace(own, head="0" * 64),
        replace(own, decisions_count=1),
        replace(own, case_id=own.case_id + 1),
        replace(own, index=own.index ^ 1),
        replace(own, path=own.path[:-1]),
        replace(own, header=replace(own.header, number=3)),
        replace(own, header=replace(own.header, at=datetime(2026, 12, 3, tzinfo=UTC))),
        replace(own, header=replace(own.header, previous="")),
    ]
    assert not any(seals.proves(one, seal.root) for one in forgeries)
    assert not seals.proves(own, Seal.objects.get(number=1).root)


def test_a_case_that_is_not_in_a_seal_has_no_proof(round, cast, now):
    other = rounds.launched(cast, now, code="2027")
    seal = Seal.objects.get(campaign=round.campaign)

    with pytest.raises(SealedHead.DoesNotExist):
        seals.proof(seal, other.submission(cast.first_school).case)


# --- Pages ---------------------------------------------------------------------------------
@pytest.fixture
def today(round) -> date:
    """The round moved to the present: its county review ends today."""
    today = timezone.localdate()
    shift = today - date(2026, 12, 4)
    for stage in CampaignStage.objects.filter(campaign=round.campaign):
        stage.starts_on += shift
        stage.ends_on += shift
        stage.save()
    return today


def test_the_manager_seals_a_review_on_the_page_and_is_told(round, cast, client, today):
    client.force_login(cast.manager.user)

    page = client.get("/campaigns/2026/seals/")
    answer = client.post("/campaigns/2026/seals/", {"stage": "county_review"}, follow=True)
    again = client.post("/campaigns/2026/seals/", {"stage": "county_review"}, follow=True)

    assert [stage.kind for stage in page.context["stages"]] == ["county_review"]
    cases = Case.objects.count()
    assert f"“县级审核”已封存：第 2 号封存记录，共 {cases} 个办件。" in answer.content.decode()
    assert "“县级审核”已于" in again.content.decode()
    assert Seal.objects.get(number=2).root in answer.content.decode()
    assert answer.context["stages"] == []


def test_an_overseer_recomputes_a_seal_and_sees_that_it_fits_or_not(round, cast, client):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    actions.seal(round.campaign, stage=COUNTY, at=on(12, 4), **by(round))
    client.force_login(cast.county_reviewer.user)

    good = client.get("/campaigns/2026/seals/?check=2").content.decode()
    forge("UPDATE workflows_decision SET hash = %s", ["0" * 64])
    first = client.get("/campaigns/2026/seals/?check=1").content.decode()
    bad = client.get("/campaigns/2026/seals/?check=2").content.decode()

    assert "第 2 号封存记录校验一致" in good
    assert "第 1 号封存记录校验一致" in first
    assert "现为“000000000000”" in bad


@pytest.mark.parametrize("sealed", [1, 3])
def test_the_page_costs_the_same_for_one_seal_and_for_three(
    round, cast, client, django_assert_num_queries, sealed
):
    for stage in (COUNTY, CITY)[: sealed - 1]:
        actions.seal(round.campaign, stage=stage, at=on(12, 8), **by(round))
    client.force_login(cast.county_supervisor.user)
    client.get("/campaigns/2026/seals/")

    with django_assert_num_queries(6):
        page = client.get("/campaigns/2026/seals/")

    assert len(page.context["rows"]) == sealed


def test_a_submission_s_history_says_in_which_seal_it_stands(round, cast, client):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    client.force_login(cast.county_reviewer.user)
    url = f"/submissions/{round.submission(cast.first_school).pk}/?tab=history"

    before = client.get(url).content.decode()
    seal = actions.seal(round.campaign, stage=COUNTY, at=on(12, 4), **by(round))
    after = client.get(url).content.decode()

    assert "封存记录" not in before
    assert "第 2 号及以前的审核决定已收入 2026-12-04 的第 2 号封存记录" in after
    assert seal.root in after
    assert Decision.objects.count() == 2
