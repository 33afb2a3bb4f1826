"""Units move, merge, close and are divided in mid-campaign: one recorded act, no case lost."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.enums import StageKind
from campaigns.models import Problem
from teachers.enums import ChangeKind, Role
from teachers.models import (
    DossierRevision,
    Employment,
    FieldLock,
    Organisation,
    Post,
    Teacher,
    User,
)
from tests import rounds, staff
from tests.at_once import at_once
from tests.cast import BEGAN
from tests.invariants import violations
from workflows import actions, responsibility
from workflows.enums import OutcomeKind, ReorganisationKind, Verdict
from workflows.models import Decision, Reorganisation, Task
from workflows.reorganisation_preview import preview
from workflows.reorganisations import CannotReorganise, NotAboveThem, Plan
from workflows.routes import stops_of

Kind = ReorganisationKind
TODAY = date(2026, 11, 23)


@pytest.fixture
def other_city(cast) -> Organisation:
    """定西市 with a reviewer; and a county of it with nobody."""
    common = {"valid_from": BEGAN}
    city = cast.units["other_city"] = Organisation.objects.create(
        code="621100",
        name="定西市",
        kind="city",
        parent=cast.province,
        path="620000/621100/",
        depth=1,
        **common,
    )
    cast.units["other_county"] = Organisation.objects.create(
        code="621122",
        name="陇西县",
        kind="county",
        parent=city,
        path="620000/621100/621122/",
        depth=2,
        **common,
    )
    user = User.objects.create(username="other_city_reviewer", name="定西审核员")
    cast.posts["other_city_reviewer"] = Post.objects.create(
        user=user, organisation=city, role=Role.REVIEWER, valid_from=BEGAN
    )
    return city


def plan(kind: Kind, *units: Organisation, target=None, **more) -> Plan:
    return Plan(
        kind=kind,
        units=list(units),
        target=target,
        effective_on=more.pop("on", TODAY),
        reason=more.pop("reason", "甘政发〔2026〕12号"),
        **more,
    )


def carry_out(round, wanted: Plan, name: str = "administrator") -> Reorganisation:
    post = round.cast.posts[name]
    return actions.reorganise(wanted, by=post.user, post=post, at=round.at)


def look(round, wanted: Plan):
    post = round.cast.administrator
    return preview(wanted, post=post, at=round.at)


def hand_in(round, *schools: str) -> None:
    for school in schools:
        who = {"first_school": "school", "city_school": "city_school"}.get(
            school, school.removesuffix("_school")
        )
        cast = round.cast
        round.hand_in(cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])


def approve(round, school: str, *names: str) -> None:
    for name in names:
        done = round.decide(round.cast.units[school], round.cast.posts[name], Verdict.APPROVE)
        assert done.refused == [], (name, done.refused)


def stands(round, school: str) -> tuple:
    """Step, desk and state."""
    unit = round.cast.units[school]
    task = round.task(unit)
    return task.step, task.organisation.name, round.submission(unit).state


def way(round, school: str) -> list[str]:
    case = round.submission(round.cast.units[school]).case
    ids = [stop.organisation_id for stop in stops_of(case.route_id)][2:]
    return [Organisation.objects.get(pk=pk).name for pk in ids]


# --- Moving ----------------------------------------------------------------------------------
def test_a_county_moves_to_another_city_with_all_its_cases(round, cast, other_city):
    hand_in(round, "first_school", "second_school")
    approve(round, "first_school", "county_reviewer")
    record = carry_out(round, plan(Kind.MOVE, cast.county, target=other_city))

    assert stands(round, "first_school") == ("city_review", "定西市", "city_review")
    assert stands(round, "second_school") == ("county_review", "东乡族自治县", "county_review")
    assert stands(round, "kindergarten") == ("fill", "唐汪镇幼儿园", "draft")
    assert way(round, "kindergarten") == ["东乡族自治县", "定西市", "甘肃省"]
    assert record.cases_count == 3
    assert stands(round, "neighbour_school")[0] == "fill"
    assert Decision.objects.filter(verdict="reroute").count() == 3
    assert violations() == {}


def test_the_paths_of_all_below_follow_and_the_teachers_branch_with_them(round, cast, other_city):
    teacher = staff.employed(cast.first_school, round.at)
    carry_out(round, plan(Kind.MOVE, cast.county, target=other_city))

    paths = Organisation.objects.filter(pk__in=[cast.county.pk, cast.first_school.pk])
    assert list(paths.order_by("path").values_list("path", "depth")) == [
        ("620000/621100/622926/", 2),
        ("620000/621100/622926/2162002291/", 3),
    ]
    assert Teacher.objects.get(pk=teacher.pk).branch == other_city
    assert Organisation.objects.get(pk=cast.county.pk).parent == other_city


def test_the_ledger_says_who_re_routed_it_and_why(round, cast, other_city):
    hand_in(round, "first_school")
    before = round.task(cast.first_school)
    carry_out(round, plan(Kind.MOVE, cast.county, target=other_city))

    one = Decision.objects.get(case__submission=round.submission(cast.first_school), sequence=3)
    old = Task.objects.get(pk=before.pk)
    assert (one.verdict, one.words, one.by, one.from_position, one.to_position, one.task) == (
        "reroute",
        "甘政发〔2026〕12号",
        cast.administrator.user,
        2,
        2,
        old,
    )
    assert old.status == "CANCELED"


def test_a_moved_case_goes_to_its_end_on_the_new_way(round, cast, other_city):
    hand_in(round, "first_school")
    carry_out(round, plan(Kind.MOVE, cast.county, target=other_city))
    approve(round, "first_school", "county_reviewer", "other_city_reviewer", "province_reviewer")

    assert round.submission(cast.first_school).state == "approved"
    assert violations() == {}


def test_a_file_names_the_former_authority_that_passed_it(round, cast):
    hand_in(round, "first_school")
    approve(round, "first_school", "county_reviewer")
    carry_out(round, plan(Kind.MOVE, cast.first_school, target=cast.city))
    approve(round, "first_school", "city_reviewer", "province_reviewer")
    revision = DossierRevision.objects.get()
    chain = responsibility.chains([revision], post=cast.province_reviewer)[revision.pk]

    assert [one.organisation.name for one in chain.passed][2:] == [
        "东乡族自治县",
        "临夏回族自治州",
        "甘肃省",
    ]


def test_the_former_city_decides_no_more(round, cast, other_city):
    hand_in(round, "first_school")
    approve(round, "first_school", "county_reviewer")
    task = round.task(cast.first_school).pk
    carry_out(round, plan(Kind.MOVE, cast.county, target=other_city))
    post = cast.city_reviewer
    late = actions.decide([task], verdict=Verdict.APPROVE, by=post.user, post=post, at=round.at)

    assert late.outcomes[0].kind == OutcomeKind.ALREADY_DECIDED
    assert late.outcomes[0].verdict == "reroute"


@pytest.mark.parametrize(
    ("school", "by", "target", "expected"),
    [
        ("first_school", [], "neighbour_county", ("county_review", "临夏市", "county_review")),
        ("first_school", [], "city", ("city_review", "临夏回族自治州", "city_review")),
        ("first_school", [], "university", ("authority_review", "兰州大学", "authority_review")),
        ("first_school", [], "province", ("province_review", "甘肃省", "province_review")),
        ("city_school", [], "county", ("city_review", "临夏回族自治州", "city_review")),
        ("city_school", [], "university", ("authority_review", "兰州大学", "authority_review")),
        ("attached_school", [], "county", ("city_review", "临夏回族自治州", "city_review")),
        (
            "attached_school",
            [],
            "department",
            ("authority_review", "甘肃省卫生健康委员会", "authority_review"),
        ),
        (
            "first_school",
            ["county_reviewer", "city_reviewer"],
            "university",
            ("province_review", "甘肃省", "province_review"),
        ),
    ],
)
def test_a_school_that_moves_stands_at_the_same_stage_of_its_new_way(
    round, cast, school, by, target, expected
):
    hand_in(round, school)
    approve(round, school, *by)
    carry_out(round, plan(Kind.MOVE, cast.units[school], target=cast.units[target]))

    assert stands(round, school) == expected
    assert violations() == {}


def test_a_returned_submission_stays_returned_with_its_days_and_its_reasons(
    round, cast, client, other_city
):
    hand_in(round, "first_school")
    round.send_back(cast.first_school, cast.county_reviewer)
    before = round.task(cast.first_school)
    carry_out(round, plan(Kind.MOVE, cast.county, target=other_city))
    client.force_login(cast.school_clerk.user)

    after = round.task(cast.first_school)
    assert (stands(round, "first_school")[2], after.due_date) == ("returned", before.due_date)
    assert "请核对学历证书。" in client.get("/school/").content.decode()


def test_a_claimed_task_is_free_on_its_new_desk(round, cast):
    hand_in(round, "first_school")
    Task.objects.filter(pk=round.task(cast.first_school).pk).update(owner=cast.county_reviewer.user)
    carry_out(round, plan(Kind.MOVE, cast.first_school, target=cast.neighbour_county))

    assert round.task(cast.first_school).owner is None


def test_the_school_may_still_recall_what_nobody_has_begun(round, cast):
    hand_in(round, "first_school")
    carry_out(round, plan(Kind.MOVE, cast.first_school, target=cast.neighbour_county))
    clerk = cast.school_clerk
    actions.recall(round.submission(cast.first_school), by=clerk.user, post=clerk, at=round.at)

    assert stands(round, "first_school")[0] == "fill"


def test_kept_approvals_are_found_again_on_the_new_way(round, cast):
    round.campaign.kept_approvals = "lower"
    round.campaign.save()
    hand_in(round, "first_school")
    approve(round, "first_school", "county_reviewer", "city_reviewer")
    round.send_back(cast.first_school, cast.province_reviewer)
    carry_out(round, plan(Kind.MOVE, cast.first_school, target=cast.city))
    hand_in(round, "first_school")

    assert stands(round, "first_school") == ("province_review", "甘肃省", "province_review")
    assert violations() == {}


def test_a_change_request_goes_the_new_way_too(round, cast, other_city):
    teacher = staff.employed(cast.first_school, round.at)
    change = staff.ask(
        ChangeKind.KEY_CORRECTION,
        cast.school_clerk,
        round.at,
        teacher=teacher,
        values={"basic": {"name": "马小兰"}},
    )
    carry_out(round, plan(Kind.MOVE, cast.county, target=other_city))

    stops = stops_of(type(change).objects.get(pk=change.pk).case.route_id)
    assert other_city.pk in {stop.organisation_id for stop in stops}
    assert violations() == {}


def test_problem_data_goes_to_the_new_common_superior(cast, now, other_city):
    from tests.everywhere import build

    world = build(cast, now)
    assert world.problem.organisation == cast.county
    post = cast.administrator
    moved = plan(Kind.MOVE, cast.kindergarten, target=cast.neighbour_county)
    actions.reorganise(moved, by=post.user, post=post, at=now)

    problem = Problem.objects.get()
    task = Task.objects.open().get(process__problem=problem)
    assert (problem.organisation, task.organisation) == (cast.city, cast.city)
    assert violations() == {}


def test_an_ended_case_keeps_its_route_and_gets_the_new_one_when_it_is_opened_again(
    round, cast, other_city
):
    by = {"by": cast.manager.user, "post": cast.manager, "at": round.at}
    actions.cancel_submission(round.submission(cast.first_school), words="免报。", **by)
    carry_out(round, plan(Kind.MOVE, cast.county, target=other_city))
    assert way(round, "first_school")[1] == "临夏回族自治州"
    actions.reopen_submission(round.submission(cast.first_school), words="补报。", **by)

    assert way(round, "first_school")[1] == "定西市"
    assert violations() == {}


def test_many_cases_cost_as_many_statements_as_one(round, cast, other_city):
    """The county has three open cases, its neighbour one; both have been moved once before."""
    counted = {}
    for name in ("county", "neighbour_county"):
        carry_out(round, plan(Kind.MOVE, cast.units[name], target=other_city))
        with CaptureQueriesContext(connection) as queries:
            back = carry_out(round, plan(Kind.MOVE, cast.units[name], target=cast.city))
        counted[name] = (back.cases_count, len(queries))

    assert [cases for cases, _queries in counted.values()] == [3, 1]
    assert len({queries for _cases, queries in counted.values()}) == 1


def test_nobody_loses_days_by_a_move(round, cast):
    hand_in(round, "first_school")
    actions.extend(
        round.campaign,
        stage=StageKind.COUNTY_REVIEW,
        organisation=cast.county,
        until=date(2026, 12, 9),
        reason="停电",
        by=cast.manager.user,
        post=cast.manager,
        at=round.at,
    )
    carry_out(round, plan(Kind.MOVE, cast.first_school, target=cast.neighbour_county))

    assert round.task(cast.first_school).due_date == date(2026, 12, 9)


# --- Merging, closing, dividing --------------------------------------------------------------
def test_two_schools_merge_and_the_successor_reports_their_people(round, cast):
    teacher = staff.employed(cast.second_school, round.at)
    account = Post.objects.create(
        user=cast.teacher.user,
        organisation=cast.second_school,
        role=Role.TEACHER,
        valid_from=BEGAN,
    )
    record = carry_out(round, plan(Kind.MERGE, cast.second_school, target=cast.first_school))

    jobs = Employment.objects.filter(teacher=teacher).order_by("pk")
    assert round.submission(cast.second_school).state == "cancelled"
    assert round.submission(cast.first_school).state == "draft"
    assert Teacher.objects.get(pk=teacher.pk).organisation == cast.first_school
    assert list(jobs.values_list("organisation", "to_date", "source"))[1:] == [
        (cast.first_school.pk, None, f"reorganisation/{record.pk}")
    ]
    assert jobs[0].to_date == TODAY
    assert Organisation.objects.get(pk=cast.second_school.pk).valid_to == TODAY
    assert not Post.objects.current(TODAY).filter(organisation=cast.second_school).exists()
    assert Post.objects.filter(user=account.user, organisation=cast.first_school).exists()
    assert (record.plan["cancelled"], record.cases_count) == (1, 0)
    assert violations() == {}


def test_changes_of_a_school_that_merges_are_withdrawn_and_hold_no_field(round, cast):
    teacher = staff.employed(cast.first_school, round.at)
    staff.ask(ChangeKind.LEAVE, cast.school_clerk, round.at, teacher=teacher)
    record = carry_out(round, plan(Kind.MERGE, cast.first_school, target=cast.second_school))

    assert teacher.change_requests.get().state == "withdrawn"
    assert record.plan["withdrawn"] == 1
    assert not FieldLock.objects.exists()
    assert violations() == {}


def test_a_county_merges_into_another_and_its_schools_stand_before_the_other_reviewer(round, cast):
    hand_in(round, "first_school")
    carry_out(round, plan(Kind.MERGE, cast.county, target=cast.neighbour_county))

    assert stands(round, "first_school") == ("county_review", "临夏市", "county_review")
    assert Organisation.objects.get(pk=cast.first_school.pk).parent == cast.neighbour_county
    assert Organisation.objects.get(pk=cast.county.pk).valid_to == TODAY
    assert not Post.objects.current(TODAY).filter(organisation=cast.county).exists()
    assert violations() == {}


def test_a_school_that_closes_has_its_submission_cancelled_with_the_reason(round, cast):
    hand_in(round, "first_school")
    carry_out(round, plan(Kind.CLOSE, cast.first_school, reason="生源不足，予以撤销"))

    last = Decision.objects.filter(case__submission=round.submission(cast.first_school)).latest(
        "sequence"
    )
    assert (round.submission(cast.first_school).state, last.verdict, last.words) == (
        "cancelled",
        "cancel",
        "生源不足，予以撤销",
    )
    assert not Post.objects.current(TODAY).filter(organisation=cast.first_school).exists()
    by = {"by": cast.manager.user, "post": cast.manager, "at": round.at}
    with pytest.raises(actions.CannotReopen):
        actions.reopen_submission(round.submission(cast.first_school), words="补报。", **by)
    assert violations() == {}


def test_posts_stay_at_a_closed_school_while_people_are_still_in_service_there(round, cast):
    staff.employed(cast.first_school, round.at)
    seen = look(round, plan(Kind.CLOSE, cast.first_school))
    carry_out(round, plan(Kind.CLOSE, cast.first_school))

    assert Post.objects.current(TODAY).filter(organisation=cast.first_school).exists()
    assert "尚有 1 名在职人员" in seen.notes[1]


def test_a_division_founds_a_school_like_the_old_one(round, cast):
    carry_out(round, plan(Kind.SPLIT, cast.first_school, founded=("2162002299", "锁南镇第三小学")))

    new = Organisation.objects.get(code="2162002299")
    assert (new.name, new.parent, new.path, new.school_kind, new.valid_from) == (
        "锁南镇第三小学",
        cast.county,
        "620000/622900/622926/2162002299/",
        "P",
        TODAY,
    )
    assert round.submission(cast.first_school).state == "draft"
    assert violations() == {}


# --- The preview -----------------------------------------------------------------------------
def test_the_preview_says_where_cases_would_stand_and_writes_nothing(round, cast, other_city):
    hand_in(round, "first_school")
    approve(round, "first_school", "county_reviewer")
    seen = look(round, plan(Kind.MOVE, cast.first_school, target=cast.other_county))

    [one] = seen.ways
    assert (one.before, one.before_desk, one.after, one.after_desk, one.count) == (
        "市级审核",
        "临夏回族自治州",
        "市级审核",
        "定西市",
        1,
    )
    assert seen.without_people == []
    assert stands(round, "first_school")[1] == "临夏回族自治州"
    assert not Reorganisation.objects.exists()


def test_the_preview_names_desks_without_people(round, cast, other_city):
    hand_in(round, "first_school")
    seen = look(round, plan(Kind.MOVE, cast.first_school, target=cast.other_county))

    assert seen.without_people == ["陇西县 · 审核员"]


def test_the_preview_foretells_what_is_carried_out(round, cast, other_city):
    hand_in(round, "first_school", "second_school")
    approve(round, "first_school", "county_reviewer")
    wanted = plan(Kind.MERGE, cast.county, target=cast.neighbour_county)
    seen = look(round, wanted)
    record = carry_out(round, wanted)

    assert sum(one.count for one in seen.ways) == record.cases_count == 3
    assert (seen.cancelled, seen.withdrawn) == (0, 0)


# --- Refusals --------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["county_reviewer", "manager", "province_supervisor"])
def test_only_an_administrator_above_reorganises(round, cast, name):
    with pytest.raises(NotAboveThem):
        carry_out(round, plan(Kind.CLOSE, cast.first_school), name)


def test_an_administrator_of_a_county_reorganises_below_it_only(round, cast):
    cast.posts["county_administrator"] = Post.objects.create(
        user=User.objects.create(username="ca"),
        organisation=cast.county,
        role=Role.ADMINISTRATOR,
        valid_from=BEGAN,
    )
    merger = plan(Kind.MERGE, cast.second_school, target=cast.first_school)
    away = plan(Kind.MOVE, cast.first_school, target=cast.neighbour_county)
    for wanted in (away, plan(Kind.MERGE, cast.county, target=cast.neighbour_county)):
        with pytest.raises(NotAboveThem):
            carry_out(round, wanted, "county_administrator")

    assert carry_out(round, merger, "county_administrator").organisation == cast.county


@pytest.mark.parametrize(
    ("kind", "unit", "target", "more"),
    [
        (Kind.MOVE, "first_school", "county", {}),  # there already
        (Kind.MOVE, "first_school", "second_school", {}),
        (Kind.MOVE, "county", "university", {}),
        (Kind.MOVE, "university", "city", {}),
        (Kind.MOVE, "first_school", None, {}),
        (Kind.MERGE, "first_school", "county", {}),
        (Kind.MERGE, "first_school", "first_school", {}),
        (Kind.CLOSE, "county", None, {}),
        (Kind.CLOSE, "first_school", None, {"reason": "  "}),
        (Kind.CLOSE, "first_school", None, {"on": date(2026, 12, 1)}),
        (Kind.CLOSE, "first_school", None, {"on": date(2019, 1, 1)}),
        (Kind.SPLIT, "first_school", None, {"founded": ("2162002318", "重复")}),
        (Kind.SPLIT, "first_school", None, {"founded": ("x", "甲")}),
        (Kind.SPLIT, "county", None, {"founded": ("216200", "甲")}),
    ],
)
def test_what_makes_no_sense_is_refused_with_one_sentence(round, cast, kind, unit, target, more):
    before = list(Organisation.objects.order_by("pk").values_list("path", "valid_to"))
    with pytest.raises(CannotReorganise):
        carry_out(round, plan(kind, cast.units[unit], target=target and cast.units[target], **more))
    assert list(Organisation.objects.order_by("pk").values_list("path", "valid_to")) == before


# --- At once ---------------------------------------------------------------------------------
def test_a_decision_at_the_same_moment_sees_the_old_route_or_the_new_one(
    transactional_db, reference, cast, now, other_city
):
    round = rounds.launched(cast, now)
    schools = ("first_school", "second_school", "kindergarten")
    hand_in(round, *schools)
    post = cast.county_reviewer
    ids = [round.task(cast.units[name]).pk for name in schools]

    *decided, record = at_once(
        *(
            lambda pk=pk: actions.decide(
                [pk], verdict=Verdict.APPROVE, by=post.user, post=post, at=now
            )
            for pk in ids
        ),
        lambda: carry_out(round, plan(Kind.MOVE, cast.county, target=other_city)),
    )

    assert record.cases_count == 3
    for name, receipt in zip(schools, decided, strict=True):
        done = receipt.outcomes[0].done
        expected = ("city_review", "定西市") if done else ("county_review", "东乡族自治县")
        assert stands(round, name)[:2] == expected
    assert violations() == {}


def test_a_launch_at_the_same_moment_opens_every_case_on_the_way_that_holds(
    transactional_db, reference, cast, now, other_city
):
    campaign = rounds.new_campaign(cast, now)
    post, manager = cast.administrator, cast.manager
    moved = plan(Kind.MOVE, cast.county, target=other_city)

    results = at_once(
        lambda: actions.launch(campaign, by=manager.user, post=manager, at=now),
        lambda: actions.reorganise(moved, by=post.user, post=post, at=now),
    )

    round = rounds.Round(cast, campaign, now)
    assert not [result for result in results if isinstance(result, Exception)]
    assert way(round, "first_school") == ["东乡族自治县", "定西市", "甘肃省"]
    assert violations() == {}


def test_two_reorganisations_at_once_come_one_after_the_other(
    transactional_db, reference, cast, now, other_city
):
    round = rounds.launched(cast, now)
    results = at_once(
        lambda: carry_out(round, plan(Kind.MOVE, cast.county, target=other_city)),
        lambda: carry_out(round, plan(Kind.MOVE, cast.first_school, target=cast.neighbour_county)),
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert way(round, "first_school") == ["临夏市", "临夏回族自治州", "甘肃省"]
    assert way(round, "second_school") == ["东乡族自治县", "定西市", "甘肃省"]
    paths = {unit.pk: unit for unit in Organisation.objects.select_related("parent")}
    assert all(
        unit.path == unit.parent.path_below(unit.code) for unit in paths.values() if unit.parent
    )
    assert violations() == {}


# --- Pages -----------------------------------------------------------------------------------
def form(kind="move", **more) -> dict:
    return {
        "kind": kind,
        "units": "622926",
        "target": "621100",
        "effective_on": "2026-01-05",
        "reason": "甘政发〔2026〕12号",
        **more,
    }


def test_fill_in_look_and_carry_out(round, cast, client, other_city):
    hand_in(round, "first_school")
    client.force_login(cast.administrator.user)
    empty = client.get("/reorganisations/").content.decode()
    seen = client.post("/reorganisations/new/", form()).content.decode()
    assert not Reorganisation.objects.exists()
    answer = client.post("/reorganisations/new/", form(confirmed="1"), follow=True)

    record = Reorganisation.objects.get()
    assert "尚无机构调整" in empty
    assert "调整预览" in seen
    assert "确认办理" in seen
    assert answer.redirect_chain == [(f"/reorganisations/{record.pk}/", 302)]
    assert "机构调整已办理并登记在案" in answer.content.decode()
    assert stands(round, "kindergarten")[2] == "draft"


def test_a_refusal_names_the_value(round, cast, client, other_city):
    client.force_login(cast.administrator.user)
    unknown = client.post("/reorganisations/new/", form(units="999"))
    already = client.post("/reorganisations/new/", form(target="622900"))

    assert (unknown.status_code, already.status_code) == (422, 422)
    assert "甘肃省之下没有代码为“999”的单位。" in unknown.content.decode()
    assert "东乡族自治县（622926）已隶属临夏回族自治州。" in already.content.decode()


def test_changing_one_s_mind_brings_the_form_back(round, cast, client, other_city):
    client.force_login(cast.administrator.user)
    page = client.post("/reorganisations/new/", form(again="1"))

    assert (page.status_code, 'name="units"' in page.content.decode()) == (200, True)
    assert "预览结果" in page.content.decode()


def test_the_list_costs_the_same_with_one_and_with_three(
    round, cast, client, django_assert_num_queries
):
    for school, one in [("first_school", True), ("second_school", False), ("kindergarten", False)]:
        carry_out(round, plan(Kind.CLOSE, cast.units[school]))
        if one:
            client.force_login(cast.administrator.user)
            client.get("/reorganisations/")
            with django_assert_num_queries(4):
                client.get("/reorganisations/")
    with django_assert_num_queries(4):
        page = client.get("/reorganisations/").content.decode()

    assert page.count("甘政发〔2026〕12号") == 3
