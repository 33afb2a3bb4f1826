"""The history that the database writes: there for every change of state, and never edited."""

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection

from campaigns.models import Campaign, Submission
from teachers.enums import ChangeKind
from teachers.models import ChangeRequest
from tests import changes
from workflows import actions


def event_models() -> list:
    return [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]


def test_every_history_table_is_closed_to_edits_and_deletions():
    """Those of campaigns, submissions, change requests, records, problems and teachers."""
    closed = {
        model
        for model, trigger in pgtrigger.registered()
        if isinstance(trigger, pgtrigger.Protect) and str(trigger.operation) == "UPDATE OR DELETE"
    }

    assert {model.__name__ for model in event_models()} == {
        "CampaignEvent",
        "ChangeRequestEvent",
        "ProblemEvent",
        "RecordEvent",
        "SubmissionEvent",
        "TeacherEvent",
    }
    assert set(event_models()) - closed == set()


@pytest.fixture
def moved(round, cast):
    """A submission and a change request that have been handed in and taken back."""
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    teacher = changes.on_the_register(cast.first_school, round.at)
    change = changes.asked(
        ChangeKind.LEAVE, cast.first_school, teacher, cast.school_clerk, round.at
    )
    actions.withdraw(change, by=cast.school_clerk.user, post=cast.school_clerk, at=round.at)
    return round


@pytest.mark.parametrize(
    ("model", "states"),
    [
        (Campaign, ["launched", "collecting"]),
        (Submission, ["signing", "county_review"]),
        (ChangeRequest, ["withdrawn"]),
    ],
)
@pytest.mark.parametrize("verb", ["UPDATE {} SET state = 'draft'", "DELETE FROM {}"])
def test_a_state_that_was_left_stands_in_the_history_for_good(moved, model, states, verb):
    events = model.events.rel.related_model
    history = events.objects.exclude(state="draft").order_by("pgh_id")

    assert list(history.values_list("state", flat=True)) == states
    with (
        connection.cursor() as cursor,
        pytest.raises(Exception, match="Cannot update or delete rows"),
    ):
        cursor.execute(verb.format(events._meta.db_table))
