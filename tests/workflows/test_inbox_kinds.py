"""One list of everything that waits: submissions, change requests, problem data."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Finding, Submission
from teachers.models import Delegation
from tests import cast as casting
from tests import rounds
from tests.everywhere import visitor
from tests.workflows import desks
from workflows import acts, inbox
from workflows.enums import Verdict
from workflows.models import Task

URL = reverse("workflows:inbox")
SCHOOLS = ("first_school", "second_school", "kindergarten")


@pytest.fixture
def mixed(round, cast, now):
    """One of each kind on the county's desk."""
    desks.hand_in(round, cast, "first_school")
    desks.change(cast, now)
    desks.problem(round, cast)
    return round


def kinds(page) -> list[str]:
    return sorted(row.kind for row in page.rows)


def counted(page, name: str) -> dict[str, int]:
    return {chip.value: chip.count for chip in page.chips[name]}


def read(post, now, **filters) -> inbox.Page:
    return inbox.read(post, inbox.Filters(**filters), on=timezone.localdate(now))


def test_one_list_holds_every_kind_and_counts_each(mixed, cast, now):
    page = read(cast.county_reviewer, now)

    assert kinds(page) == ["change", "problem", "submission"]
    assert counted(page, "what") == {"submission": 1, "change": 1, "problem": 1}
    assert counted(page, "step") == {"county_review": 1, "county_check": 1, "settle": 1}
    assert (page.total, page.everything, page.submissions, page.others) == (3, 3, 1, 2)


def test_each_filter_shows_what_its_chip_counts(mixed, cast, now):
    post = cast.county_reviewer
    Task.objects.filter(kind="change").update(owner=post.user)
    everything = read(post, now)

    for name, chips in everything.chips.items():
        for chip in chips:
            assert len(read(post, now, **{name: chip.value}).rows) == chip.count, (name, chip)


def test_claimed_says_by_me_by_a_colleague_or_by_nobody(mixed, cast, now):
    colleague = cast.county_supervisor.user
    Task.objects.filter(kind="submission").update(owner=colleague)
    Task.objects.filter(kind="change").update(owner=cast.county_reviewer.user)
    page = read(cast.county_reviewer, now)

    assert counted(page, "claimed") == {"me": 1, "colleague": 1, "nobody": 1}
    assert counted(read(cast.county_reviewer, now, what="submission"), "claimed") == {
        "colleague": 1
    }
    assert kinds(read(cast.county_reviewer, now, claimed="me")) == ["change"]


def test_who_acts_for_the_holder_claims_in_the_own_name(mixed, cast, now):
    given = Delegation(post=cast.county_reviewer, to=cast.county_supervisor.user, kinds=[])
    cast.county_reviewer.delegation = given
    Task.objects.filter(kind="submission").update(owner=cast.county_supervisor.user)

    assert kinds(read(cast.county_reviewer, now, claimed="me")) == ["submission"]


def test_what_a_higher_level_sent_down_is_told_from_what_the_school_handed_in_again(
    round, cast, now
):
    desks.hand_in(round, cast, *SCHOOLS)
    Task.objects.filter(pk=round.task(cast.first_school).pk).update(is_sent_down=True)
    round.send_back(cast.second_school, cast.county_reviewer)
    desks.hand_in(round, cast, "second_school")
    page = read(cast.county_reviewer, now)

    assert counted(page, "attempt") == {"first": 1, "down": 1, "again": 1}
    assert (page.clean, page.to_look_at) == (1, 2)
    assert [reason.count for reason in page.reasons] == [1, 1]
    sent_down = read(cast.county_reviewer, now, attempt="down")
    assert [row.process.organisation for row in sent_down.rows] == [cast.first_school]


def test_the_reasons_are_the_rules_that_found_something_and_lead_to_it(round, cast, now):
    desks.hand_in(round, cast, *SCHOOLS)
    for name, rules in [
        ("first_school", ["many_hours"]),
        ("second_school", ["many_hours", "has_left"]),
    ]:
        submission = round.submission(cast.units[name])
        for rule in rules:
            severity = "error" if rule == "has_left" else "warning"
            Finding.objects.create(submission=submission, rule=rule, severity=severity)
        Submission.objects.filter(pk=submission.pk).update(warnings_count=1)
    page = read(cast.county_reviewer, now)

    assert [(str(reason.words), reason.count) for reason in page.reasons] == [
        ("已离职或退休", 1),
        ("课时偏多", 2),
    ]
    assert (page.submissions, page.clean, page.to_look_at) == (3, 1, 2)
    left = read(cast.county_reviewer, now, why="has_left")
    assert [row.process.organisation for row in left.rows] == [cast.second_school]
    assert (left.total, left.reasons[0].on) == (1, True)


def test_the_page_says_how_many_need_no_eyes_and_why_others_do(mixed, cast, now):
    page = visitor(cast, "county_reviewer").get(URL).content.decode()

    assert "通过规则，且与上年在册情况相差不大" in page
    assert "另有 2 件变更申请或问题数据" in page


def test_only_submissions_have_a_box_and_others_say_where_they_are_decided(mixed, cast):
    page = visitor(cast, "county_reviewer").get(URL).content.decode()

    assert page.count('name="task"') == 2  # the row's box, and the pane's form
    assert page.count("在其页面上办理</span>") == 2
    for kind, name in [("change", "change"), ("problem", "problem"), ("submission", "submission")]:
        case = Task.objects.open().get(kind=kind, role="reviewer").process
        address = reverse(f"workflows:{name}", args=[getattr(case, f"{kind}_id")])
        assert f'class="open" href="{address}"' in page


def test_an_act_over_a_view_takes_its_submissions_only(mixed, cast, now):
    act = acts.ask(
        key="6ad3ff0c-3c94-4b0e-94d4-0b5ce1b1a001",
        verdict=Verdict.APPROVE,
        by=cast.county_reviewer.user,
        post=cast.county_reviewer,
        at=now,
        filters=inbox.Filters(),
    )

    assert (act.items_count, act.done_count) == (1, 1)
    assert kinds(read(cast.county_reviewer, now)) == ["change", "problem"]


@pytest.mark.parametrize("kind", ["submission", "change", "problem"])
def test_the_pane_summarises_each_kind_for_its_own_desk_only(mixed, cast, kind):
    task = Task.objects.open().get(kind=kind, organisation=cast.county)
    address = reverse("workflows:pane", args=[task.pk])

    assert visitor(cast, "county_reviewer").get(address).status_code == 200
    assert visitor(cast, "neighbour_reviewer").get(address).status_code == 404
    assert visitor(cast, "city_reviewer").get(address).status_code == 404


def test_the_pane_of_a_task_that_was_just_decided_says_by_whom(round, cast):
    desks.hand_in(round, cast, "first_school")
    task = round.task(cast.first_school)
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    answer = visitor(cast, "county_reviewer").get(reverse("workflows:pane", args=[task.pk]))

    assert answer.status_code == 200
    assert "马建国" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_mixed_desk_costs_the_same_for_one_row_of_each_kind_and_for_three(
    round, cast, now, django_assert_num_queries, count
):
    desks.hand_in(round, cast, *SCHOOLS[:count])
    for number in range(count):
        desks.change(cast, now, serial=102 + 2 * number)
        desks.problem(round, cast, number)
    reviewer = visitor(cast, "county_reviewer")
    reviewer.get(URL)

    with django_assert_num_queries(23):
        answer = reviewer.get(URL)

    assert kinds(answer.context["page"]) == sorted(["submission", "change", "problem"] * count)


def test_a_page_of_fifty_rows_stays_light(round, cast, now):
    _many_schools(round, cast, 52)
    answer = visitor(cast, "county_reviewer").get(URL)

    assert len(answer.context["page"].rows) == inbox.PAGE_SIZE == 50
    assert len(answer.content) < 150_000


def _many_schools(here: rounds.Round, cast, count: int) -> None:
    """Tasks of schools with long names and several findings on the county's desk."""
    school = cast.first_school
    desks.hand_in(here, cast, "first_school")
    task, submission = here.task(school), here.submission(school)
    case = task.process
    for number in range(count):
        casting._unit(
            cast,
            f"school_{number}",
            f"21620{number:05d}",
            f"东乡族自治县第{number}中学附属民族寄宿制小学（汪集校区）",
            kind=school.kind,
            parent=cast.county,
            school_kind=school.school_kind,
        )
        unit = cast.units[f"school_{number}"]
        answer = Submission.objects.create(
            campaign=submission.campaign, organisation=unit, state=submission.state, attempt=2
        )
        for rule in ("many_hours", "no_qualification", "has_left", "mobile_form"):
            Finding.objects.create(submission=answer, rule=rule, severity="warning")
        case.pk, case.id, case.submission, case.organisation = None, None, answer, unit
        case.save()
        task.pk, task.id, task.process, task.is_clean = None, None, case, False
        task.due_date += timedelta(days=number % 3)
        task.save()
