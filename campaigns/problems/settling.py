"""Carrying out what the common superior has decided."""

from datetime import datetime

from django.utils.translation import gettext as _

from campaigns import publication
from campaigns.enums import ProblemKind, ProblemOutcome, ProblemState
from campaigns.models import Problem, ProblemParty
from campaigns.problems import notices
from campaigns.problems.facts import IDENTITY
from teachers.changes.merging import merge
from teachers.models import User
from teachers.refusals import Refusal

Outcome = ProblemOutcome


class WrongOutcome(Refusal):
    code = "wrong_outcome"


class SettledAlready(Refusal):
    code = "settled_already"


class SideMissing(Refusal):
    code = "side_missing"


class WordsMissing(Refusal):
    code = "words_missing"


def outcomes_of(problem: Problem) -> list[ProblemOutcome]:
    """How this case can be settled.

    One number in two schools cannot be two persons: one of the numbers is wrong, which is
    "to be corrected". Two numbers cannot belong to one school: they are one person (merged, if
    both have a file), two persons, or one is wrong.
    """
    family = problem.details.get("family")
    if problem.kind == ProblemKind.IDENTITY_MISMATCH:
        return [Outcome.CORRECT, Outcome.NOT_SAME]
    if family == IDENTITY:
        return [Outcome.CORRECT, Outcome.TRANSFER]
    return [Outcome.CORRECT, Outcome.MERGE, Outcome.NOT_SAME]


def settle(
    problem: Problem,
    *,
    outcome: str,
    keeps: ProblemParty | None,
    words: str,
    by: User,
    at: datetime,
) -> None:
    """Write the outcome and carry it out. Called by the engine under the problem's lock.

    correct: the records of all but `keeps` stay out until they are corrected (without `keeps`: all
    are wrong). transfer: the person belongs to `keeps`, the other records are struck out. merge:
    the other file goes into that of `keeps`. not_same: nothing is held back, never raised again.
    Records that are free now and whose submission was approved are published by `by`. Raises
    SettledAlready, WrongOutcome, SideMissing, WordsMissing and CannotMerge.
    """
    problem.refresh_from_db()
    words = " ".join(words.split())
    parties = list(problem.parties.select_related("teacher", "organisation").order_by("position"))
    _refuse(problem, outcome, keeps, words, parties)
    problem.settle()
    problem.outcome, problem.words = outcome, words[:1000]
    problem.keeps = None if outcome == Outcome.NOT_SAME else keeps
    problem.settled_by, problem.settled_at = by, at
    problem.save()
    if outcome == Outcome.MERGE:
        _merge(problem, keeps, parties, by=by, at=at)
    for party in parties:
        party.blocks = stays_out(problem, outcome, keeps, party)
    ProblemParty.objects.bulk_update(parties, ["blocks"])
    notices.refresh([problem.pk])
    free = [party.record_id for party in parties if party.record_id and not party.blocks]
    publication.publish_released(free, by=by, at=at)


def stays_out(
    problem: Problem, outcome: str, keeps: ProblemParty | None, party: ProblemParty
) -> bool:
    """Whether the record of this party is kept out of publication from now on."""
    if outcome == Outcome.NOT_SAME or problem.kind == ProblemKind.IDENTITY_MISMATCH:
        return False
    if keeps is not None and party.pk == keeps.pk:
        return False
    if outcome == Outcome.MERGE:
        return keeps.record_id is not None
    return True


def _refuse(
    problem: Problem,
    outcome: str,
    keeps: ProblemParty | None,
    words: str,
    parties: list[ProblemParty],
) -> None:
    if problem.state != ProblemState.OPEN:
        raise SettledAlready(_("This case is not open any more: look at what became of it."))
    if outcome not in outcomes_of(problem):
        raise WrongOutcome(_("This kind of case cannot be settled like that: choose another one."))
    if not words:
        raise WordsMissing(_("Say in words how you came to this: both schools read it."))
    if keeps is not None and keeps.pk not in {party.pk for party in parties}:
        raise SideMissing(_("Choose one of the sides of this case."))
    if outcome in {Outcome.TRANSFER, Outcome.MERGE} and keeps is None:
        raise SideMissing(_("Choose the side in whose favour it is settled."))
    if outcome == Outcome.MERGE and any(party.teacher_id is None for party in parties):
        raise WrongOutcome(
            _(
                "Only one side has a file on the register yet, so there is nothing to merge."
                " Settle it as “to be corrected”: the other side enters the right number."
            )
        )


def _merge(
    problem: Problem, keeps: ProblemParty, parties: list[ProblemParty], *, by: User, at: datetime
) -> None:
    for party in parties:
        if party.pk != keeps.pk:
            merge(keeps.teacher, party.teacher, by=by, at=at, source=f"problem/{problem.pk}")


__all__ = ["outcomes_of", "settle", "stays_out"]
