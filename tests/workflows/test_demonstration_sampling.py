"""The desks of the demonstration sample before they approve together, as the gate asks."""

import pytest

from tests import rounds, samples
from tests.invariants import violations
from workflows.demonstration.sampling import Sampling
from workflows.models import Act, Task
from workflows.sampling_check import differences
from workflows.sampling_figures import draws_of


@pytest.fixture
def filed(round) -> rounds.Round:
    samples.asked_for(round)
    samples.hand_in(round)
    return round


def play(filed, cast, **more) -> list[Task]:
    """Let the county approve what it has; returns what is left to be decided one by one."""
    tasks = Task.objects.open().for_post(cast.county_reviewer).select_related("process")
    sampling = Sampling(filed.campaign, cast.county_reviewer, at=filed.at, **more)

    def send_back(task: Task) -> None:
        filed.send_back(task.process.organisation, cast.county_reviewer)

    return sampling.approve(list(tasks), send_back)


def test_a_county_that_finds_an_error_returns_it_and_draws_again(filed, cast):
    assert play(filed, cast, finds_one=True) == []

    draws = draws_of(filed.campaign, within=cast.county)
    assert [(one["population"], one["errors"], one["passed"]) for one in draws] == [
        (3, 1, False),
        (2, 0, True),
    ]
    states = filed.campaign.submissions.filter(organisation__parent=cast.county)
    assert sorted(states.values_list("state", flat=True)) == [
        "city_review",
        "city_review",
        "returned",
    ]
    assert Act.objects.get().done_count == 2
    assert [differences(drawn) for drawn in filed.campaign.draws.all()] == [[], []]
    assert violations() == {}


def test_what_has_findings_and_what_is_too_little_is_left_to_be_looked_at(filed, cast):
    filed.submission(cast.first_school)
    Task.objects.for_post(cast.county_reviewer).exclude(pk=filed.task(cast.first_school).pk).update(
        is_clean=False
    )

    assert len(play(filed, cast)) == 3
    assert not filed.campaign.draws.exists()
