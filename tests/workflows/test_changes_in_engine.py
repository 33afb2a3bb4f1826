"""Change requests in the engine: the same tasks, decisions and ledger as submissions."""

import pytest

from teachers.enums import ChangeKind, ChangeState
from teachers.models import ChangeRequest, FieldLock
from tests import changes
from tests.at_once import at_once
from tests.invariants import violations
from workflows import actions
from workflows.enums import OutcomeKind, Verdict
from workflows.models import Case, Task
from workflows.verification import Verified, verify


@pytest.fixture
def correction(cast, now) -> ChangeRequest:
    """An ordinary correction that the first school's clerk prepares; it holds one field."""
    teacher = changes.on_the_register(cast.first_school, now)
    change = changes.asked(
        ChangeKind.CORRECTION, cast.first_school, teacher, cast.school_clerk, now
    )
    FieldLock.objects.create(teacher=teacher, field="contact.mobile", change=change)
    return change


def kinds(receipt) -> list[OutcomeKind]:
    return [outcome.kind for outcome in receipt.outcomes]


def test_it_goes_from_desk_to_desk_and_every_yes_is_in_the_ledger(correction, cast, now):
    states = changes.walk(
        correction, now, cast.school_clerk, cast.school_head, cast.county_reviewer
    )

    assert states == ["signing", "county_review", "approved"]
    assert (correction.attempt, correction.submitted_at) == (1, now)
    assert (correction.approved_by, correction.approved_at) == (cast.county_reviewer.user, now)
    case = Case.objects.get(change=correction)
    assert (case.status, case.finished) == ("DONE", now)
    verdicts = case.decisions.order_by("sequence").values_list("verdict", flat=True)
    assert list(verdicts) == ["submit", "sign", "approve"]
    assert verify() == Verified(cases=1, decisions=3, seals=0)
    assert violations() == {}


def test_a_transfer_visits_both_schools_both_authorities_and_the_city(cast, now):
    teacher = changes.on_the_register(cast.neighbour_school, now)
    change = changes.asked(
        ChangeKind.TRANSFER_COUNTIES,
        cast.first_school,
        teacher,
        cast.school_clerk,
        now,
        counterpart=cast.neighbour_school,
    )

    states = changes.walk(
        change,
        now,
        cast.school_clerk,
        cast.school_head,
        cast.county_reviewer,
        cast.neighbour_head,
        cast.neighbour_reviewer,
        cast.city_reviewer,
    )

    assert states == [
        "signing",
        "county_review",
        "releasing",
        "releasing_review",
        "superior_review",
        "approved",
    ]
    assert violations() == {}


def test_a_return_goes_to_the_clerk_with_its_reason(correction, cast, now):
    changes.walk(correction, now, cast.school_clerk, cast.school_head)

    changes.decide(correction, cast.county_reviewer, Verdict.RETURN, now)

    assert correction.state == ChangeState.RETURNED
    task = Task.objects.open().get(process__change=correction)
    assert (task.step, task.organisation) == ("prepare", cast.first_school)
    assert FieldLock.objects.filter(change=correction).exists()
    changes.walk(correction, now, cast.school_clerk)
    assert (correction.state, correction.attempt) == (ChangeState.SIGNING, 2)
    assert violations() == {}


def test_a_refusal_needs_words_ends_the_case_and_frees_the_fields(correction, cast, now):
    changes.walk(correction, now, cast.school_clerk, cast.school_head)

    with pytest.raises(actions.ReasonMissing):
        changes.decide(correction, cast.county_reviewer, Verdict.REFUSE, now)
    changes.decide(correction, cast.county_reviewer, Verdict.REFUSE, now, words="材料不实。")

    assert correction.state == ChangeState.REFUSED
    assert not Task.objects.open().filter(process__change=correction).exists()
    assert not FieldLock.objects.filter(change=correction).exists()
    assert violations() == {}


def test_the_school_takes_it_back_until_the_authority_has_begun(correction, cast, now):
    changes.walk(correction, now, cast.school_clerk, cast.school_head)

    actions.recall(correction, by=cast.school_clerk.user, post=cast.school_clerk, at=now)

    assert correction.state == ChangeState.DRAFT
    changes.walk(correction, now, cast.school_clerk, cast.school_head)
    changes.decide(correction, cast.county_reviewer, Verdict.RETURN, now)
    changes.walk(correction, now, cast.school_clerk, cast.school_head, cast.county_reviewer)
    with pytest.raises(actions.CannotRecall):
        actions.recall(correction, by=cast.school_clerk.user, post=cast.school_clerk, at=now)
    assert violations() == {}


def test_the_school_gives_it_up(correction, cast, now):
    changes.walk(correction, now, cast.school_clerk)

    actions.withdraw(
        correction, by=cast.school_head.user, post=cast.school_head, at=now, words="误提"
    )

    assert correction.state == ChangeState.WITHDRAWN
    assert Case.objects.get(change=correction).status == "CANCELED"
    assert not FieldLock.objects.filter(change=correction).exists()
    assert violations() == {}


def test_only_the_asking_school_gives_it_up_and_only_before_the_end(correction, cast, now):
    with pytest.raises(actions.CannotRecall):
        actions.withdraw(correction, by=cast.second_clerk.user, post=cast.second_clerk, at=now)
    changes.walk(correction, now, cast.school_clerk, cast.school_head, cast.county_reviewer)
    with pytest.raises(actions.CannotRecall):
        actions.withdraw(correction, by=cast.school_clerk.user, post=cast.school_clerk, at=now)


def test_open_errors_keep_it_with_the_clerk(correction, cast, now):
    ChangeRequest.objects.update(errors=[{"rule": "evidence_missing"}])

    receipt = changes.decide(correction, cast.school_clerk, Verdict.SUBMIT, now)

    assert kinds(receipt) == [OutcomeKind.HAS_ERRORS]
    assert correction.state == ChangeState.DRAFT


def test_who_prepared_it_does_not_review_it(correction, cast, now):
    changes.walk(correction, now, cast.school_clerk, cast.school_head)
    ChangeRequest.objects.update(entered_by=cast.county_reviewer.user)

    receipt = changes.decide(correction, cast.county_reviewer, Verdict.APPROVE, now)

    assert kinds(receipt) == [OutcomeKind.OWN_WORK]


def test_nobody_else_decides_it(correction, cast, now):
    changes.walk(correction, now, cast.school_clerk, cast.school_head)

    for post in (cast.neighbour_reviewer, cast.city_reviewer, cast.school_head):
        receipt = changes.decide(correction, post, Verdict.APPROVE, now)
        assert kinds(receipt) == [OutcomeKind.NOT_YOURS]


def test_a_submission_is_not_refused_for_good(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    receipt = round.decide(cast.first_school, cast.county_reviewer, Verdict.REFUSE, words="不")

    assert kinds(receipt) == [OutcomeKind.NOT_YOURS]


def test_approved_and_given_up_at_once_one_of_them_wins(transactional_db, reference, cast, now):
    teacher = changes.on_the_register(cast.first_school, now)
    clerk, reviewer = cast.school_clerk, cast.county_reviewer
    change = changes.asked(ChangeKind.CORRECTION, cast.first_school, teacher, clerk, now)
    changes.walk(change, now, clerk, cast.school_head)

    approved, withdrawn = at_once(
        lambda: changes.decide(
            ChangeRequest.objects.get(pk=change.pk), reviewer, Verdict.APPROVE, now
        ),
        lambda: actions.withdraw(
            ChangeRequest.objects.get(pk=change.pk), by=clerk.user, post=clerk, at=now
        ),
    )

    change.refresh_from_db()
    if change.state == ChangeState.APPROVED:
        assert kinds(approved) == [OutcomeKind.DONE]
        assert isinstance(withdrawn, actions.CannotRecall)
    else:
        assert change.state == ChangeState.WITHDRAWN
        assert kinds(approved) == [OutcomeKind.ALREADY_DECIDED]
        assert withdrawn is None
    assert violations() == {}


def test_a_case_is_opened_once_however_often_it_is_asked(transactional_db, reference, cast, now):
    teacher = changes.on_the_register(cast.first_school, now)
    clerk = cast.school_clerk
    change = changes.asked(ChangeKind.CORRECTION, cast.first_school, teacher, clerk, now)

    at_once(*[lambda: actions.open_change(change, by=clerk.user, post=clerk, at=now)] * 2)

    assert Case.objects.filter(change=change).count() == 1
    assert violations() == {}
