"""Who answers for each value of a record: who entered it, and which levels have passed it.

Whoever reports answers for it, whoever reviews answers for it (谁填报谁负责, 谁审核谁负责).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from campaigns.models import Submission
from campaigns.record_history import Version
from teachers.models import DossierRevision, User
from teachers.provenance import Place, origins
from teachers.schema import Form, fit
from workflows import responsibility
from workflows.models import Decision
from workflows.responsibility import Passed


@dataclass(frozen=True)
class Origin:
    """Where values came from. `number` counts them from 1; `file` is the register's revision that
    said the same before, else it was `entered_by` at `entered_at`. `passed`: by which levels."""

    number: int
    data: dict
    file: DossierRevision | None
    entered_by: User | None
    entered_at: datetime
    passed: tuple[Passed, ...]


@dataclass(frozen=True)
class Chain:
    """`marks`: place to the number of its origin; `origins`: those that are still in the record,
    the newest first."""

    marks: dict[Place, int]
    origins: list[Origin]


def chain(
    form: Form,
    versions: list[Version],
    file: DossierRevision | None,
    decisions: Iterable[Decision],
    *,
    at: datetime,
) -> Chain:
    """The chain of a record as it stands (one query: the people).

    A value that was handed in again unchanged keeps its origin. A level has passed a value if its
    decision still holds and came after the value was entered.
    """
    held = responsibility.held(decisions, until=at)
    people = User.objects.in_bulk({version.entered_by_id for version in versions})
    steps = _steps(form, versions, file, people, held)
    found = origins(steps)
    used = sorted({origin.number for origin in found.values()}, reverse=True)
    return Chain(
        marks={place: origin.number for place, origin in found.items()},
        origins=[steps[number - 1] for number in used],
    )


def _steps(form, versions, file, people, held) -> list[Origin]:
    """The register's file as far as it is asked, then every version."""
    steps = []
    if file is not None and versions and file.accepted_at <= versions[-1].entered_at:
        steps.append(Origin(1, fit(form, file.data), file, file.entered_by, file.accepted_at, ()))
    for version in versions:
        passed = tuple(level for level in held if level.at >= version.entered_at)
        steps.append(
            Origin(
                number=len(steps) + 1,
                data=version.data,
                file=None,
                entered_by=people.get(version.entered_by_id),
                entered_at=version.entered_at,
                passed=passed,
            )
        )
    return steps


def decisions_of(submission: Submission) -> list[Decision]:
    """Every decision of a submission's case, the oldest first (one query)."""
    rows = Decision.objects.filter(case__submission=submission)
    return list(rows.select_related("by", "organisation", "post__user").order_by("sequence"))
