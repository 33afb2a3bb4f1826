import pytest

from campaigns.enums import CampaignState
from campaigns.models import Submission
from tests import rounds
from workflows import actions
from workflows.models import Case, Task


@pytest.fixture
def draft(cast, now):
    return rounds.new_campaign(cast, now)


def test_launch_opens_one_case_with_one_task_for_every_school_in_scope(cast, draft, now):
    launched = actions.launch(draft, by=cast.manager.user, post=cast.manager, at=now)

    schools = {unit.pk for unit in cast.units.values() if unit.school_kind}
    assert (launched.opened, launched.existing) == (len(schools), 0)
    assert set(Submission.objects.values_list("organisation", flat=True)) == schools
    assert set(Task.objects.open().values_list("organisation", "step", "role", "position")) == {
        (school, "fill", "clerk", 0) for school in schools
    }
    draft.refresh_from_db()
    assert (draft.state, draft.launched_at) == (CampaignState.LAUNCHED, now)


def test_launching_twice_leaves_every_school_with_exactly_one_case(cast, draft, now):
    by = {"by": cast.manager.user, "post": cast.manager, "at": now}
    first = actions.launch(draft, **by)

    second = actions.launch(draft, **by)

    assert (second.opened, second.existing) == (0, first.opened)
    assert Case.objects.count() == Task.objects.count() == first.opened


def test_a_launch_killed_in_the_middle_is_completed_by_the_next(cast, draft, now, monkeypatch):
    by = {"by": cast.manager.user, "post": cast.manager, "at": now}
    monkeypatch.setattr(actions.opening, "CHUNK", 3)
    original, calls = actions.opening._open, []

    def dies_at_the_second_chunk(*args):
        calls.append(args)
        if len(calls) == 2:
            raise ConnectionError("the server went away")
        return original(*args)

    monkeypatch.setattr(actions.opening, "_open", dies_at_the_second_chunk)
    with pytest.raises(ConnectionError):
        actions.launch(draft, **by)
    assert Case.objects.count() == 3
    monkeypatch.setattr(actions.opening, "_open", original)

    launched = actions.launch(draft, **by)

    assert (launched.opened, launched.existing) == (launched.opened, 3)
    assert Case.objects.count() == 3 + launched.opened == Submission.objects.count()


def test_only_a_manager_of_the_organisation_launches(cast, draft, now):
    for post in (cast.province_reviewer, cast.county_reviewer, cast.administrator):
        with pytest.raises(actions.NotForManager):
            actions.launch(draft, by=post.user, post=post, at=now)
    assert Case.objects.count() == 0


def test_a_running_campaign_cannot_be_launched_again(round, now):
    cast = round.cast

    with pytest.raises(actions.opening.CannotLaunch, match="2026"):
        actions.launch(round.campaign, by=cast.manager.user, post=cast.manager, at=now)
