import hashlib

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from campaigns.models import Submission
from workflows.enums import Verdict
from workflows.ledger import broken_links, canonical
from workflows.models import Decision


@pytest.fixture
def decided(round):
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    round.send_back(cast.first_school, cast.county_reviewer)
    round.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)
    return round


def test_the_database_and_the_verifier_write_the_same_canonical_form(decided):
    decisions = list(Decision.objects.order_by("sequence"))

    assert len(decisions) == 4
    for decision in decisions:
        assert hashlib.sha256(canonical(decision).encode()).hexdigest() == decision.hash
    assert [d.previous_hash for d in decisions] == ["", *(d.hash for d in decisions[:-1])]
    assert list(broken_links(Decision.objects.all())) == []


def test_an_edit_of_a_decision_is_refused(decided):
    second = Decision.objects.get(sequence=2)

    with pytest.raises(Exception, match="decisions_are_append_only"):
        Decision.objects.filter(pk=second.pk).update(words="x")


def test_a_forced_edit_breaks_the_chain(decided):
    second = Decision.objects.get(sequence=2)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE workflows_decision SET words = 'x' WHERE id = %s", [second.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    broken = [(d.sequence, why) for d, why in broken_links(Decision.objects.all())]

    assert broken == [(2, "was altered")]


def test_postgresql_refuses_an_illegal_move_of_a_submission(round):
    submission = round.submission(round.cast.first_school)

    with pytest.raises(Exception, match="Invalid transition"):
        Submission.objects.filter(pk=submission.pk).update(state="approved")


def test_the_command_verifies_and_names_the_first_broken_link(decided, capsys):
    call_command("verify_ledger", campaign="2026")
    assert capsys.readouterr().out == "4 decisions verified.\n"
    third = Decision.objects.get(sequence=3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE workflows_decision SET by_id = %s WHERE id = %s", [1, third.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    with pytest.raises(CommandError, match=f"decision 3 of case {third.case_id} was altered"):
        call_command("verify_ledger")
