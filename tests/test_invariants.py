"""The rules asked after every race do find what breaks them."""

from uuid import uuid4

import pytest

from tests.invariants import violations
from tests.tampering import forge
from workflows import acts
from workflows.enums import Verdict
from workflows.models import Act


@pytest.fixture
def act(round, cast) -> Act:
    """The county has approved the first school's answer by an act."""
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    post, tasks = cast.county_reviewer, [round.task(cast.first_school).pk]
    ask = {"by": post.user, "post": post, "at": round.at, "tasks": tasks}
    act = acts.ask(key=uuid4(), verdict=Verdict.APPROVE, **ask)
    assert violations() == {}
    return act


@pytest.mark.parametrize(
    ("rule", "sql"),
    [
        (
            "every state of a submission was reached by legal moves",
            "UPDATE campaigns_submission SET state = 'approved' WHERE state = 'city_review'",
        ),
        (
            "every state of a submission was reached by legal moves",
            "DELETE FROM campaigns_submissionevent WHERE state = 'signing'",
        ),
        (
            "every state of a campaign was reached by legal moves",
            "UPDATE campaigns_campaign SET state = 'closed'",
        ),
        (
            "a task belongs to a case and a decision to a task of its case",
            "UPDATE workflows_task SET process_id = -id WHERE finished IS NULL",
        ),
        (
            "a task belongs to a case and a decision to a task of its case",
            "UPDATE workflows_decision SET task_id = (SELECT max(id) FROM workflows_task"
            " WHERE process_id <> case_id) WHERE sequence = 2",
        ),
        (
            "every decision carries the hash of its canonical form and of the one before it",
            "UPDATE workflows_decision SET words = 'x' WHERE sequence = 1",
        ),
        (
            "every decision carries the hash of its canonical form and of the one before it",
            "UPDATE workflows_decision SET sequence = 7 WHERE sequence = 3",
        ),
        (
            "an act counts its items, those handled and those done",
            "UPDATE workflows_act SET done_count = 0",
        ),
        ("an act counts its items, those handled and those done", "DELETE FROM workflows_actitem"),
        (
            "an item of an act is done by a decision of its case, and by one only",
            "UPDATE workflows_actitem SET decision_id = NULL",
        ),
        (
            "what has left the clerk has records and no errors",
            "UPDATE campaigns_submission SET errors_count = 1 WHERE state = 'city_review'",
        ),
    ],
)
def test_a_broken_rule_is_named(act, rule, sql):
    forge(sql)

    assert rule in violations()
