"""A round in collection that asks primary schools for three sub-sets."""

import pytest

from campaigns import actions, asked
from teachers.enums import SchoolKind
from tests import rounds
from tests.campaigns import people


@pytest.fixture
def collection(cast, now):
    """The campaign in collection; see tests/rounds.py."""
    return rounds.launched(cast, now, asked={kind.value: people.ASKED for kind in SchoolKind})


@pytest.fixture
def submission(collection, cast):
    """What the first school answers."""
    return collection.submission(cast.first_school)


@pytest.fixture
def form(submission):
    return asked.form_of(submission)


@pytest.fixture
def clerk(cast, now):
    """Keywords of an edit by the first school's clerk."""
    return acting(cast.school_clerk, now)


def acting(post, at):
    return {"by": post.user, "post": post, "at": at}


@pytest.fixture
def enter(submission, clerk):
    """Enter sound people into the first school: enter(3) or enter(1, start=5, sex="1")."""

    def _enter(count: int, start: int = 0, into=None, acting=None, **basic):
        entries = [
            actions.Entry(people.document(number, **basic), people.card(number))
            for number in range(start, start + count)
        ]
        target = into or submission
        actions.save_records(submission=target, entries=entries, **(acting or clerk))
        return list(target.records.order_by("pk"))

    return _enter


@pytest.fixture
def save(cast, now):
    """save(submission, clerk, number, card=None, **basic): one person, as the clerk would."""

    def _save(submission, post, number, card=None, record=None, **basic):
        return actions.save_record(
            submission=submission,
            data=people.document(number, **basic),
            identity=card or people.card(number),
            identity_type="1",
            record=record,
            **acting(post, now),
        )

    return _save
