"""Problem data is found on saving, on submitting and by the sweep; the innocent are left alone."""

from datetime import timedelta

import pytest

from campaigns import actions, problems, publication
from campaigns.enums import CampaignState, ProblemKind, ProblemState
from campaigns.models import Campaign, Finding, Problem, Record, Submission
from teachers import identity
from teachers.enums import FileStatus
from teachers.models import FormerIdentity, Teacher
from teachers.working_days import Calendar
from tests.at_once import at_once
from tests.campaigns import people
from tests.campaigns.conftest import acting
from tests.jobs import do_waiting_jobs
from workflows.enums import Verdict


@pytest.fixture
def other(collection, cast):
    return collection.submission(cast.neighbour_school)


def card_like(number: int, place: int = 16) -> str:
    """The card of a person with one digit (counted from 0) changed and a check character to fit."""
    body = list(people.card(number)[:17])
    body[place] = str((int(body[place]) + 2) % 10)
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return "".join(body) + "10X98765432"[total % 11]


def far_card(number: int) -> str:
    """Another card of the same birth date and sex, issued in another place."""
    body = "620102" + people.card(number)[6:14] + "468"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def seen() -> list[tuple]:
    """Kind, who settles it, schools and what is held back, of every open case."""
    return [
        (
            problem.kind,
            problem.organisation.name,
            [(p.organisation.name, p.blocks) for p in problem.parties.order_by("position")],
        )
        for problem in Problem.objects.open().order_by("pk")
    ]


# --- On saving -------------------------------------------------------------------------------


def test_one_number_in_two_schools_is_a_case_for_their_common_superior(
    collection, submission, other, cast, save, now
):
    save(submission, cast.school_clerk, 1)
    assert seen() == []

    save(other, cast.neighbour_clerk, 1)

    assert seen() == [
        ("same_identity", "临夏回族自治州", [("临夏市城关小学", True), ("锁南镇第二小学", True)])
    ]
    problem = Problem.objects.get()
    assert (problem.raised_from, problem.raised_at, problem.campaign) == (
        "save",
        now,
        collection.campaign,
    )
    assert problem.answer_by == Calendar().after(now.date(), 5)


def test_a_record_against_the_register_of_another_school_is_a_case(submission, cast, save, now):
    people.register(cast.attached_school, [1], now)

    save(submission, cast.school_clerk, 1)

    assert seen() == [
        ("same_identity", "甘肃省", [("兰州大学附属中学", True), ("锁南镇第二小学", True)])
    ]


def test_a_former_number_counts_too(submission, cast, save, now):
    people.register(cast.second_school, [2], now)
    FormerIdentity.objects.create(
        teacher=Teacher.objects.get(),
        identity_type="1",
        identity_hash=identity.search_hash("1", people.card(1)),
        identity_sealed=identity.seal(people.card(1)),
        identity_mask=identity.mask(people.card(1)),
        replaced_at=now,
    )

    save(submission, cast.school_clerk, 1)

    assert [kind for kind, *_rest in seen()] == ["same_identity"]


def test_who_retired_elsewhere_is_a_case(submission, cast, save, now):
    people.register(cast.second_school, [1], now, status=FileStatus.RETIRED)

    save(submission, cast.school_clerk, 1)

    assert seen() == [
        ("active_and_left", "东乡族自治县", [("锁南镇第二小学", True), ("达板镇中心小学", True)])
    ]


def test_a_twin_is_suspected_and_holds_back_only_who_has_no_file(submission, cast, save, now):
    people.register(cast.neighbour_school, [1], now)

    save(submission, cast.school_clerk, 1, card=far_card(1))

    assert seen() == [
        ("same_person", "临夏回族自治州", [("临夏市城关小学", False), ("锁南镇第二小学", True)])
    ]


@pytest.mark.parametrize("place", [5, 13, 16])
def test_a_number_one_digit_off_is_suspected(submission, cast, save, now, place):
    people.register(cast.neighbour_school, [1], now)

    save(submission, cast.school_clerk, 1, card=card_like(1, place), birth_date="1980-05-05")

    assert [kind for kind, *_rest in seen()] == ["near_identity"]


def test_twins_in_one_school_go_to_its_authority(submission, cast, save):
    save(submission, cast.school_clerk, 1)
    save(submission, cast.school_clerk, 1, card=far_card(1))

    assert seen() == [
        ("same_person", "东乡族自治县", [("锁南镇第二小学", True), ("锁南镇第二小学", True)])
    ]


def test_the_innocent_are_left_alone(submission, other, cast, save, now):
    people.register(cast.first_school, [1], now)
    people.register(cast.second_school, [2], now, status=FileStatus.LEFT)
    save(submission, cast.school_clerk, 1)  # the register has her here too
    save(submission, cast.school_clerk, 3)
    save(other, cast.neighbour_clerk, 53)  # a namesake, born another day
    save(other, cast.neighbour_clerk, 300, name=people.name(3), sex="1", birth_date="1975-01-04")
    save(other, cast.neighbour_clerk, 6, card=card_like(5), name="何静")  # near, another name

    assert seen() == []
    assert not Finding.objects.filter(severity="notice").exists()


def test_removing_the_record_ends_the_case_and_the_same_facts_raise_it_again(
    submission, other, cast, save, now
):
    save(submission, cast.school_clerk, 1)
    theirs = save(other, cast.neighbour_clerk, 1)

    actions.remove_record(submission=other, record=theirs, **acting(cast.neighbour_clerk, now))
    assert (seen(), Finding.objects.count()) == ([], 0)

    save(other, cast.neighbour_clerk, 1)
    assert [kind for kind, *_rest in seen()] == ["same_identity"]
    assert [problem.state for problem in Problem.objects.order_by("pk")] == ["vanished", "open"]


def test_a_corrected_number_ends_the_case(submission, other, cast, save):
    save(submission, cast.school_clerk, 1)
    theirs = save(other, cast.neighbour_clerk, 1)

    save(other, cast.neighbour_clerk, 2, record=theirs)

    assert seen() == []


# --- On submitting and by the sweep ----------------------------------------------------------


@pytest.fixture
def slipped(collection, submission, other, cast, now):
    """The same person in two schools, written past the checks."""
    first = collection.add_people(cast.first_school, cast.school_clerk)[0]
    Record.objects.create(
        submission=other,
        name=first.name,
        identity_type=first.identity_type,
        identity_hash=first.identity_hash,
        identity_sealed=first.identity_sealed,
        identity_mask=first.identity_mask,
        data=first.data,
        entered_by=cast.neighbour_clerk.user,
        entered_at=now,
    )
    return first


def test_submitting_finds_it_opens_the_case_and_goes_through(collection, cast, slipped):
    receipt = collection.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)

    assert receipt.refused == []
    assert do_waiting_jobs("look_for_problem_data") == 1
    problem = Problem.objects.get()
    assert (problem.raised_from, problem.case.tasks.get().organisation) == ("submit", cast.city)


def test_the_sweep_finds_it_once(slipped, now):
    assert len(problems.sweep(at=now).raised) == 1
    assert len(problems.sweep(at=now).raised) == 0
    assert [kind for kind, *_rest in seen()] == ["same_identity"]


def test_the_sweep_finds_what_is_wrong_on_the_register(cast, now):
    people.register(cast.first_school, [1, 2, 3, 7], now)
    people.register(cast.neighbour_school, [11, 12, 13], now)
    change(11, name=people.name(1), birth_date=people.birth_date(1), card=far_card(1))
    change(12, name=people.name(2), birth_date=people.birth_date(2), card=far_card(2))
    Teacher.objects.filter(name=people.name(2), organisation=cast.first_school).update(
        status=FileStatus.RETIRED
    )
    change(13, name=people.name(3), birth_date=people.birth_date(3), card=card_like(3))
    change(7, birth_date=people.birth_date(7) + timedelta(days=1))

    problems.sweep(at=now)

    found = Problem.objects.values_list("kind", "organisation__name").order_by("kind")
    assert sorted(found) == [
        ("active_and_left", "临夏回族自治州"),
        ("identity_mismatch", "东乡族自治县"),
        ("near_identity", "临夏回族自治州"),
        ("same_person", "临夏回族自治州"),
    ]


def change(number: int, card: str | None = None, **columns) -> None:
    """Write past the checks into a file of the register, as a load of data would."""
    if card:
        columns["identity_hash"] = identity.search_hash("1", card)
        columns["identity_sealed"] = identity.seal(card)
        columns["identity_mask"] = identity.mask(card)
    own = identity.search_hash("1", people.card(number))
    assert Teacher.objects.filter(identity_hash=own).update(**columns) == 1


def test_the_sweep_lets_go_of_what_was_corrected(cast, now):
    people.register(cast.first_school, [7], now)
    change(7, birth_date=people.birth_date(7) + timedelta(days=1))
    problems.sweep(at=now)
    change(7, birth_date=people.birth_date(7))

    assert len(problems.sweep(at=now).gone) == 1
    assert Problem.objects.get().state == ProblemState.VANISHED


def test_a_file_corrected_by_an_answer_is_let_go_after_its_campaign(
    collection, submission, cast, save, now
):
    people.register(cast.first_school, [7], now)
    change(7, birth_date=people.birth_date(7) + timedelta(days=1))
    save(submission, cast.school_clerk, 7)
    assert [kind for kind, *_rest in seen()] == ["identity_mismatch"]
    assert Problem.objects.get().campaign == collection.campaign
    publication.publish([submission.pk], by=cast.province_reviewer.user, at=now)
    finish(collection.campaign)

    problems.sweep(at=now)

    assert Problem.objects.get().state == ProblemState.VANISHED


def test_two_schools_with_one_number_stay_a_case_after_their_campaign(
    collection, submission, other, cast, save, now
):
    save(submission, cast.school_clerk, 1)
    save(other, cast.neighbour_clerk, 1)
    finish(collection.campaign)

    problems.sweep(at=now)

    assert [kind for kind, *_rest in seen()] == ["same_identity"]


def finish(campaign) -> None:
    """The campaign runs no more."""
    for state in (CampaignState.IN_REVIEW, CampaignState.CLOSED):
        Campaign.objects.filter(pk=campaign.pk).update(state=state)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_raise_one_case(cast, now):
    people.register(cast.first_school, range(1, 20), now)
    for number in range(1, 20):
        change(number, birth_date=people.birth_date(number) + timedelta(days=1))

    counts = at_once(
        lambda: len(problems.sweep(at=now).raised), lambda: len(problems.sweep(at=now).raised)
    )

    assert sum(counts) == 19
    assert Problem.objects.filter(kind=ProblemKind.IDENTITY_MISMATCH).count() == 19
    assert all(problem.parties.count() == 1 for problem in Problem.objects.all())


def test_a_notice_blocks_nobody(submission, other, cast, save):
    save(submission, cast.school_clerk, 1)
    save(other, cast.neighbour_clerk, 1)

    for found in Submission.objects.filter(pk__in=[submission.pk, other.pk]):
        assert (found.errors_count, found.unexplained_count) == (0, 0)
    assert set(Finding.objects.values_list("severity", flat=True)) == {"notice"}
