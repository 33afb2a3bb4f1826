"""The chain of decisions: written alike by both, and every way of forging it is found."""

import hashlib

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Submission
from tests.tampering import forge
from workflows import seals
from workflows.enums import Verdict
from workflows.ledger import Entry, canonical
from workflows.models import Case, Decision, Seal, SealedHead
from workflows.verification import Verified, verify


@pytest.fixture
def decided(round):
    """The first school's case has four decisions; then the county review is sealed (seal 2)."""
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    round.send_back(cast.first_school, cast.county_reviewer)
    round.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)
    seals.add(round.campaign, stage="county_review", by=None, at=round.at)
    return round


@pytest.fixture
def case(decided) -> Case:
    return decided.submission(decided.cast.first_school).case


def first_broken_link(**options) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("verify_ledger", **options)
    return str(caught.value)


def rehash(case: Case) -> None:
    """Write a case's chain anew over its decisions as they are, and its head: a perfect forgery."""
    newest = ""
    for decision in case.decisions.order_by("sequence"):
        decision.previous_hash = newest
        newest = hashlib.sha256(canonical(decision).encode()).hexdigest()
        forge(
            "UPDATE workflows_decision SET previous_hash = %s, hash = %s WHERE id = %s",
            [decision.previous_hash, newest, decision.pk],
        )
    forge("UPDATE workflows_case SET ledger_head = %s WHERE id = %s", [newest, case.pk])


def test_the_database_and_the_verifier_write_the_same_canonical_form(decided):
    decisions = list(Decision.objects.order_by("sequence"))

    assert len(decisions) == 4
    for decision in decisions:
        entry = Entry(*(getattr(decision, name) for name in Entry._fields))
        assert canonical(entry) == canonical(decision)
        assert hashlib.sha256(canonical(decision).encode()).hexdigest() == decision.hash
    assert [d.previous_hash for d in decisions] == ["", *(d.hash for d in decisions[:-1])]


def test_an_edit_of_a_decision_is_refused(decided):
    second = Decision.objects.get(sequence=2)

    with pytest.raises(Exception, match="decisions_are_append_only"):
        Decision.objects.filter(pk=second.pk).update(words="x")


@pytest.mark.parametrize(
    ("model", "change"), [(Seal, {"root": "0" * 64}), (SealedHead, {"decisions_count": 9})]
)
def test_an_edit_of_a_seal_or_leaf_is_refused(decided, model, change):
    with pytest.raises(Exception, match="are_append_only"):
        model.objects.update(**change)


def test_postgresql_refuses_an_illegal_move_of_a_submission(round):
    submission = round.submission(round.cast.first_school)

    with pytest.raises(Exception, match="Invalid transition"):
        Submission.objects.filter(pk=submission.pk).update(state="approved")


def test_the_command_counts_what_it_has_verified(decided, capsys):
    cases = Case.objects.count()

    call_command("verify_ledger", campaign="2026")
    call_command("verify_ledger")

    line = f"Verified: 4 decisions of {cases} cases, 2 seals.\n"
    assert capsys.readouterr().out == line * 2


def test_a_campaign_that_does_not_exist_is_not_verified(decided):
    assert first_broken_link(campaign="nope").startswith("No campaign has the code “nope”")


def test_another_campaign_is_verified_without_this_one(decided, case):
    from tests import rounds

    other = rounds.launched(decided.cast, decided.at, code="2027").campaign
    forge("UPDATE workflows_decision SET words = 'x' WHERE case_id = %s", [case.pk])

    assert verify(other) == Verified(cases=other.cases.count(), decisions=0, seals=1)


# --- Forgeries, each found by its first broken link ----------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        "words = 'x'",
        "verdict = 'sign'",
        "reasons = '{}'",
        "by_id = by_id + 1",
        "at = at + interval '1 microsecond'",
        "to_position = NULL",
    ],
)
def test_an_old_decision_edited_by_a_superuser_is_found(decided, case, change):
    forge(f"UPDATE workflows_decision SET {change} WHERE case_id = %s AND sequence = 3", [case.pk])  # noqa: S608

    assert first_broken_link() == f"Broken: Decision 3 of case {case.pk} was altered."


def test_a_decision_taken_out_of_the_middle_is_found(decided, case):
    forge("DELETE FROM workflows_decision WHERE case_id = %s AND sequence = 2", [case.pk])

    assert first_broken_link(campaign="2026") == (
        f"Broken: Case {case.pk}: decision 3 follows number 1; one is missing."
    )


def test_the_newest_decision_taken_away_is_found(decided, case):
    third = case.decisions.get(sequence=3).hash
    forge("DELETE FROM workflows_decision WHERE case_id = %s AND sequence = 4", [case.pk])

    assert first_broken_link() == (
        f"Broken: Case {case.pk} says that it stands at decision 4 with the hash"
        f" “{case.ledger_head[:12]}”, but its newest decision is number 3 with “{third[:12]}”."
    )


def test_all_decisions_of_a_case_taken_away_are_missed(decided, case):
    forge("DELETE FROM workflows_decision WHERE case_id = %s", [case.pk])

    assert first_broken_link() == (
        f"Broken: Case {case.pk} says that it stands at decision 4 with the hash"
        f" “{case.ledger_head[:12]}”, but its newest decision is number 0 with “”."
    )


def test_a_case_taken_away_is_missed(decided, case):
    forge("DELETE FROM workflows_case WHERE id = %s", [case.pk])

    assert first_broken_link() == (
        f"Broken: Case {case.pk} is gone; its decision 1 is still there."
    )


def test_a_case_taken_away_with_its_decisions_is_missed_by_the_seal(decided, case):
    forge("DELETE FROM workflows_decision WHERE case_id = %s", [case.pk])
    forge("DELETE FROM workflows_case WHERE id = %s", [case.pk])

    assert first_broken_link() == (
        f"Broken: Seal 2 of campaign 2026: case {case.pk} was sealed at decision 4 with the hash"
        f" “{case.ledger_head[:12]}”, and that decision is gone."
    )


def test_a_link_to_another_decision_is_found(decided, case):
    forge(
        "UPDATE workflows_decision SET previous_hash = %s WHERE case_id = %s AND sequence = 3",
        ["0" * 64, case.pk],
    )

    assert first_broken_link() == (
        f"Broken: Decision 3 of case {case.pk} does not continue the decision before it."
    )


def test_the_head_of_a_case_that_is_not_its_newest_hash_is_found(decided, case):
    forge("UPDATE workflows_case SET ledger_head = %s WHERE id = %s", ["f" * 64, case.pk])

    assert first_broken_link() == (
        f"Broken: Case {case.pk} says that it stands at decision 4 with the hash “ffffffffffff”,"
        f" but its newest decision is number 4 with “{case.ledger_head[:12]}”."
    )


def test_a_chain_written_anew_from_end_to_end_is_found_by_the_seal(decided, case):
    forge(
        "UPDATE workflows_decision SET words = '好' WHERE case_id = %s AND sequence = 3", [case.pk]
    )
    rehash(case)
    now = case.decisions.get(sequence=4).hash

    assert first_broken_link() == (
        f"Broken: Seal 2 of campaign 2026: case {case.pk} was sealed at decision 4 with the hash"
        f" “{case.ledger_head[:12]}”, which is “{now[:12]}” now."
    )


def test_two_decisions_that_changed_places_are_found_by_the_seal(decided, case):
    """The submit and the signature swap their words and moments; the chain is written anew."""
    forge(
        "UPDATE workflows_decision SET sequence = 90 WHERE case_id = %s AND sequence = 1", [case.pk]
    )
    forge(
        "UPDATE workflows_decision SET sequence = 1 WHERE case_id = %s AND sequence = 2", [case.pk]
    )
    forge(
        "UPDATE workflows_decision SET sequence = 2 WHERE case_id = %s AND sequence = 90", [case.pk]
    )
    rehash(case)

    assert first_broken_link().startswith(
        f"Broken: Seal 2 of campaign 2026: case {case.pk} was sealed at decision 4"
    )


BAD_ROOT = (
    "Broken: Seal {} of campaign 2026: its root is not that of its {} leaves, its stage, moment and"
    " number, and the seal before it."
)


def test_a_leaf_that_was_changed_with_its_chain_is_found(decided, case):
    forge(
        "UPDATE workflows_decision SET words = '好' WHERE case_id = %s AND sequence = 4", [case.pk]
    )
    rehash(case)
    forge(
        "UPDATE workflows_sealedhead SET head = %s WHERE case_id = %s AND decisions_count = 4",
        [case.decisions.get(sequence=4).hash, case.pk],
    )

    assert first_broken_link() == BAD_ROOT.format(2, Case.objects.count())


def test_a_leaf_that_was_taken_out_is_found(decided, case):
    forge("DELETE FROM workflows_sealedhead WHERE case_id = %s AND decisions_count = 4", [case.pk])

    assert first_broken_link() == BAD_ROOT.format(2, Case.objects.count() - 1)


@pytest.mark.parametrize(
    "change",
    [
        "stage = 'city_review'",
        "at = at + interval '1 microsecond'",
        "by_id = 1",
        "cases_count = 1",
        f"root = '{'0' * 64}'",
    ],
)
def test_a_seal_that_was_changed_is_found(decided, change):
    forge(f"UPDATE workflows_seal SET {change} WHERE number = 2")  # noqa: S608

    assert first_broken_link() == BAD_ROOT.format(2, Case.objects.count())


def test_a_seal_made_anew_is_found_by_the_next_one(decided):
    first, second = Seal.objects.order_by("number")
    header = seals.Header.of(
        first,
        tree=seals.tree((leaf.case_id, 0, "") for leaf in first.heads.order_by("case_id")),
        previous="",
    )
    assert header.root == first.root
    later = seals.Header(**{**vars(header), "at": second.at.replace(year=2025)})
    forge("UPDATE workflows_seal SET at = %s, root = %s WHERE number = 1", [later.at, later.root])

    assert first_broken_link() == BAD_ROOT.format(2, second.cases_count)


def test_a_seal_taken_away_is_missed(decided):
    forge("DELETE FROM workflows_sealedhead")
    forge("DELETE FROM workflows_seal WHERE number = 1")

    assert first_broken_link() == (
        "Broken: Seal 1 of campaign 2026 is missing: number 2 comes next."
    )
