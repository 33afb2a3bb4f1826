"""Kept counts of desks: what the inbox and the rail show is what lies there."""

from datetime import timedelta

import pytest

from campaigns.models import Submission
from teachers.enums import SchoolKind
from teachers.models import Delegation
from tests import rounds
from workflows import actions, counting, desk_counts, inbox
from workflows.desk_counts import DESKS
from workflows.enums import Verdict
from workflows.models import DeskCountChange, Task


@pytest.fixture
def filed(round, cast) -> rounds.Round:
    for school, who in [("first_school", "school"), ("kindergarten", "kindergarten")]:
        round.hand_in(cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
    return round


def counted(post, on) -> list[dict]:
    """The kept counts by name, in a fixed order."""
    return named(desk_counts.sheaves(post, on=on))


def plain(post, on) -> list[dict]:
    """The same from the tasks themselves."""
    tasks = Task.objects.open().for_post(post).on_submissions()
    return named(desk_counts.sheaves_of(tasks, post, on=on))


def named(sheaves: list[desk_counts.Sheaf]) -> list[dict]:
    found = [
        dict(zip(desk_counts.SAID, said, strict=True)) | {"place_id": place, "n": n}
        for said, places in sheaves
        for place, n in places.items()
    ]
    return sorted(found, key=lambda cell: (cell["school_kind"], cell["due"]))


def test_the_kept_cells_are_those_of_the_tasks(filed, cast):
    on = filed.at.date()
    cell = {"campaign_id": filed.campaign.pk, "place_id": cast.county.pk, "look": "clean"}
    cell |= {"kind": "submission", "step": "county_review", "matter": "", "claimed": "nobody"}
    rest = {"due": "later", "attempt": "first", "n": 1}

    assert counted(cast.county_reviewer, on) == [
        {**cell, "school_kind": SchoolKind.KINDERGARTEN, **rest},
        {**cell, "school_kind": SchoolKind.PRIMARY_SECONDARY, **rest},
    ]
    assert counted(cast.county_reviewer, on) == plain(cast.county_reviewer, on)


@pytest.mark.parametrize("days", [0, 5, 11, 12, 40])
def test_days_pass_without_a_row_being_touched(filed, cast, days):
    on = filed.at.date() + timedelta(days=days)

    assert counted(cast.county_reviewer, on) == plain(cast.county_reviewer, on)


def test_a_decision_moves_the_count_from_desk_to_desk(filed, cast):
    filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    on = filed.at.date()

    assert [cell["n"] for cell in counted(cast.county_reviewer, on)] == [1]
    assert [cell["n"] for cell in counted(cast.city_reviewer, on)] == [1]
    assert DESKS.differences() == []


def test_what_comes_again_after_a_return_is_counted_so(filed, cast):
    filed.send_back(cast.first_school, cast.county_reviewer)
    filed.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    cells = counted(cast.county_reviewer, filed.at.date())

    assert [(cell["school_kind"], cell["attempt"]) for cell in cells] == [
        ("K", "first"),
        ("P", "again"),
    ]
    assert DESKS.differences() == []


def test_a_finding_that_comes_later_moves_the_task_to_those_that_need_a_look(filed, cast):
    submission = filed.submission(cast.first_school)
    Submission.objects.filter(pk=submission.pk).update(warnings_count=1)

    page = inbox.read(cast.county_reviewer, inbox.Filters(look="look"), on=filed.at.date())

    assert [row.process.submission for row in page.rows] == [submission]
    assert (page.clean, page.to_look_at, page.everything) == (0, 1, 2)
    assert DESKS.differences() == []


def test_a_school_that_comes_under_another_authority_takes_its_place_along(filed, cast):
    school = cast.first_school
    school.parent, school.path = cast.city, f"{cast.city.path}{school.code}/"
    school.save()

    places = {cell["place_id"] for cell in counted(cast.county_reviewer, filed.at.date())}
    assert places == {cast.county.pk, cast.city.pk}
    assert DESKS.differences() == []


def test_schools_desks_are_counted_without_keeping(filed, cast):
    assert not DeskCountChange.objects.filter(role__in=["clerk", "head"]).exists()
    on = filed.at.date()
    assert [cell["n"] for cell in counted(cast.second_clerk, on)] == [1]
    assert desk_counts.by_kind(cast.second_clerk, on=on) == {"submission": (1, 0)}


def test_the_rail_counts_what_is_late(filed, cast):
    late = filed.at.date() + timedelta(days=60)

    assert desk_counts.by_kind(cast.county_reviewer, on=filed.at.date()) == {"submission": (2, 0)}
    assert desk_counts.by_kind(cast.county_reviewer, on=late) == {"submission": (2, 2)}


def test_folding_changes_nothing_that_is_read(filed, cast):
    on = filed.at.date()
    before = counted(cast.county_reviewer, on)

    counting.fold()

    assert not DeskCountChange.objects.exists()
    assert counted(cast.county_reviewer, on) == before
    filed.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    assert [cell["n"] for cell in counted(cast.county_reviewer, on)] == [1]
    counting.fold()
    assert DESKS.differences() == []


def test_a_new_due_date_is_counted_anew(filed, cast):
    task = filed.task(cast.first_school)
    Task.objects.filter(pk=task.pk).update(due_date=filed.at.date() - timedelta(days=1))

    dues = sorted(cell["due"] for cell in counted(cast.county_reviewer, filed.at.date()))
    assert dues == ["later", "overdue"]
    assert DESKS.differences() == []


def test_cancelling_the_campaign_empties_every_desk(filed, cast):
    actions.cancel(
        filed.campaign, words="推迟", by=cast.manager.user, post=cast.manager, at=filed.at
    )

    assert counted(cast.county_reviewer, filed.at.date()) == []
    assert list(counting.differences()) == []


def test_who_acts_in_a_part_of_a_desk_counts_that_part(filed, cast):
    given = Delegation(post=cast.county_reviewer, within=cast.first_school, kinds=[])
    cast.county_reviewer.delegation = given
    on = filed.at.date()

    assert [cell["school_kind"] for cell in counted(cast.county_reviewer, on)] == ["P"]
    assert desk_counts.by_kind(cast.county_reviewer, on=on) == {"submission": (1, 0)}
    page = inbox.read(cast.county_reviewer, inbox.Filters(), on=on)
    assert (page.everything, len(page.rows)) == (1, 1)
