"""Answers with evidence, and what each way of settling does to records, files and numbers."""

from datetime import timedelta

import pytest

from campaigns import actions as collecting
from campaigns import problems, publication
from campaigns.enums import ProblemKind
from campaigns.models import Finding, Problem, Record, Submission
from campaigns.problems import parties
from campaigns.problems.blocking import blocked
from campaigns.problems.settling import SideMissing, WrongOutcome
from teachers.models import DossierRevision, Employment, Teacher, TeacherNumber
from teachers.upload_forms import Upload
from tests import uploads
from tests.at_once import at_once
from tests.campaigns import people
from tests.campaigns.conftest import acting
from tests.campaigns.test_problem_detection import change, far_card
from workflows import actions


@pytest.fixture
def other(collection, cast):
    return collection.submission(cast.neighbour_school)


@pytest.fixture
def duplicate(submission, other, cast, now, save):
    """One number in two counties; its case is open on the city's desk."""
    save(submission, cast.school_clerk, 1)
    save(submission, cast.school_clerk, 2)
    save(other, cast.neighbour_clerk, 1)
    actions.open_problems(at=now)
    return Problem.objects.get()


def side(problem, school):
    return problem.parties.get(organisation=school)


def answer(party, post, at, *, seen_at=None, evidence=None, said="ours"):
    files = [Upload("证明.png", uploads.picture(60, 60, "PNG"))] if evidence is None else evidence
    return parties.answer(
        party,
        answer=said,
        words="附调动通知。",
        evidence=files,
        seen_at=seen_at,
        by=post.user,
        post=post,
        at=at,
    )


def settle(problem, cast, at, outcome, keeps=None, post=None):
    post = post or cast.city_reviewer
    return actions.settle(
        problem,
        outcome=outcome,
        keeps=keeps,
        words="已核对双方证明。",
        by=post.user,
        post=post,
        at=at + timedelta(days=30),
    )


def approve(submission, cast, now):
    """Published, as the province's approval does it."""
    for state in ("signing", "county_review", "city_review", "province_review", "approved"):
        Submission.objects.filter(pk=submission.pk).update(state=state)
    publication.publish([submission.pk], by=cast.province_reviewer.user, at=now)


# --- Answers ---------------------------------------------------------------------------------


def test_a_school_answers_with_evidence(duplicate, cast, now):
    party = answer(side(duplicate, cast.first_school), cast.school_clerk, now)

    assert (party.answer, party.words, party.answered_by, party.answered_at) == (
        "ours",
        "附调动通知。",
        cast.school_clerk.user,
        now,
    )
    assert [file.name for file in party.evidence.all()] == ["证明.png"]


def test_an_answer_without_evidence_is_refused(duplicate, cast, now):
    with pytest.raises(parties.EvidenceMissing):
        answer(side(duplicate, cast.first_school), cast.school_clerk, now, evidence=[])


def test_only_the_school_itself_answers(duplicate, cast, now):
    for post in (cast.neighbour_clerk, cast.second_clerk, cast.county_reviewer):
        with pytest.raises(parties.NotYourCase):
            answer(side(duplicate, cast.first_school), post, now)


def test_answers_are_taken_until_the_last_day(duplicate, cast, now):
    with pytest.raises(parties.CannotAnswer):
        answer(side(duplicate, cast.first_school), cast.school_clerk, now + timedelta(days=30))


def test_a_second_answer_has_seen_the_first(duplicate, cast, now):
    party = side(duplicate, cast.first_school)
    answer(party, cast.school_clerk, now)

    with pytest.raises(parties.AnsweredMeanwhile):
        answer(party, cast.school_head, now, said="wrong")
    changed = answer(party, cast.school_head, now, said="wrong", seen_at=now, evidence=[])

    assert (changed.answer, changed.evidence.count()) == ("wrong", 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_answers(duplicate, cast, now):
    party = side(duplicate, cast.first_school)

    done = at_once(
        lambda: answer(party, cast.school_clerk, now), lambda: answer(party, cast.school_head, now)
    )

    assert sorted(type(one).__name__ for one in done) == ["AnsweredMeanwhile", "ProblemParty"]
    assert party.evidence.count() == 1


# --- When it may be settled ------------------------------------------------------------------


def test_it_cannot_be_settled_before_all_have_answered_or_the_time_is_over(duplicate, cast, now):
    post = cast.city_reviewer
    words = {"words": "核对。", "by": post.user, "post": post}
    keeps = side(duplicate, cast.first_school)
    with pytest.raises(actions.CannotSettle):
        actions.settle(duplicate, outcome="transfer", keeps=keeps, at=now, **words)
    answer(side(duplicate, cast.first_school), cast.school_clerk, now)
    answer(side(duplicate, cast.neighbour_school), cast.neighbour_clerk, now, said="not_ours")

    actions.settle(duplicate, outcome="transfer", keeps=keeps, at=now, **words)

    assert Problem.objects.get().outcome == "transfer"


@pytest.mark.parametrize("post", ["county_reviewer", "province_reviewer", "school_clerk"])
def test_only_the_common_superior_settles(duplicate, cast, now, post):
    with pytest.raises(actions.CannotSettle):
        settle(duplicate, cast, now, "correct", post=getattr(cast, post))


def test_one_number_is_never_two_persons_nor_two_files(duplicate, cast, now):
    for outcome in ("not_same", "merge"):
        with pytest.raises(WrongOutcome):
            settle(duplicate, cast, now, outcome, keeps=side(duplicate, cast.first_school))
    with pytest.raises(SideMissing):
        settle(duplicate, cast, now, "transfer")
    assert Problem.objects.get().state == "open"


# --- What it does ----------------------------------------------------------------------------


def held() -> set[str]:
    return set(
        blocked(Record.objects.all()).values_list("submission__organisation__name", flat=True)
    )


def test_a_blocked_record_blocks_itself_only(duplicate, submission, cast, now):
    approve(submission, cast, now)

    assert list(Teacher.objects.values_list("name", flat=True)) == [people.name(2)]


def test_a_transfer_publishes_the_side_kept_though_it_was_approved_before(
    duplicate, submission, other, cast, now
):
    approve(submission, cast, now)
    approve(other, cast, now)
    assert Teacher.objects.count() == 1

    settle(duplicate, cast, now, "transfer", keeps=side(duplicate, cast.neighbour_school))

    person = Teacher.objects.get(name=people.name(1))
    assert person.organisation == cast.neighbour_school
    assert person.number is not None
    assert held() == {"锁南镇第二小学"}
    employment = Employment.objects.get(teacher=person)
    assert employment.organisation == cast.neighbour_school
    found = Finding.objects.get(severity="notice")
    assert (found.rule, found.submission.organisation) == ("belongs_elsewhere", cast.first_school)


def test_settling_moves_who_was_on_the_register_elsewhere(submission, cast, now, save):
    people.register(cast.neighbour_school, [1], now)
    save(submission, cast.school_clerk, 1)
    actions.open_problems(at=now)
    approve(submission, cast, now)
    assert Teacher.objects.get().organisation == cast.neighbour_school
    problem = Problem.objects.get()

    settle(problem, cast, now, "transfer", keeps=side(problem, cast.first_school))

    assert Teacher.objects.get().organisation == cast.first_school
    assert DossierRevision.objects.count() == 2


def test_to_be_corrected_frees_the_right_side_and_holds_the_wrong_one_until_it_is(
    duplicate, other, cast, now, save
):
    settle(duplicate, cast, now, "correct", keeps=side(duplicate, cast.first_school))
    assert held() == {"临夏市城关小学"}
    assert Finding.objects.get(severity="notice").rule == "to_be_corrected"

    save(other, cast.neighbour_clerk, 3, record=other.records.get())

    assert held() == set()
    assert not Finding.objects.filter(severity="notice").exists()


def test_a_struck_record_entered_again_stays_struck(duplicate, other, cast, now, save):
    settle(duplicate, cast, now, "transfer", keeps=side(duplicate, cast.first_school))
    clerk = acting(cast.neighbour_clerk, now)
    collecting.remove_record(submission=other, record=other.records.get(), **clerk)

    save(other, cast.neighbour_clerk, 1)

    assert held() == {"临夏市城关小学"}
    assert Problem.objects.count() == 1


@pytest.fixture
def twins(submission, other, cast, now):
    """Two files with numbers, of the same name, birth date and sex."""
    people.register(cast.first_school, [1], now)
    people.register(cast.neighbour_school, [11], now)
    change(11, name=people.name(1), birth_date=people.birth_date(1), card=far_card(1))
    for teacher, number in zip(
        Teacher.objects.order_by("pk"), ("620000000017", "620000000025"), strict=True
    ):
        Teacher.objects.filter(pk=teacher.pk).update(number=number)
        TeacherNumber.objects.create(number=number, teacher=teacher, issued_at=now)
    problems.sweep(at=now)
    actions.open_problems(at=now)
    return Problem.objects.get(kind=ProblemKind.SAME_PERSON)


def test_a_merge_makes_one_file_and_the_other_number_points_to_it(twins, cast, now):
    settle(twins, cast, now, "merge", keeps=side(twins, cast.first_school))

    kept, gone = Teacher.objects.order_by("pk")
    assert (gone.status, gone.merged_into, kept.status) == ("merged", kept, "active")
    assert TeacherNumber.objects.get(number=gone.number).points_to_id == kept.number
    assert problems.sweep(at=now).raised == []


def test_not_the_same_person_is_never_raised_again(twins, cast, now):
    settle(twins, cast, now, "not_same")

    assert problems.sweep(at=now).raised == []
    assert [problem.outcome for problem in Problem.objects.all()] == ["not_same"]


def test_a_twin_without_a_file_is_published_when_they_are_two_persons(submission, cast, now, save):
    people.register(cast.neighbour_school, [1], now)
    save(submission, cast.school_clerk, 1, card=far_card(1))
    actions.open_problems(at=now)
    approve(submission, cast, now)
    assert Teacher.objects.count() == 1

    settle(Problem.objects.get(), cast, now, "not_same")

    assert Teacher.objects.count() == 2
