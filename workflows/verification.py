"""Recomputing the ledger and its seals: what was written once must still be so.

Streams: it keeps one decision and one hash a level of a tree, whatever the size of the table.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from workflows import seal_statements
from workflows.ledger import Entry, canonical
from workflows.models import Seal
from workflows.seals import Header, tree

#: So much of a hash tells it apart in a sentence.
SHORT = 12


class Broken(Exception):
    """The first link that does not fit, in one sentence."""


@dataclass(frozen=True)
class Verified:
    """What was recomputed and fits."""

    cases: int
    decisions: int
    seals: int


def verify(campaign: Campaign | None = None) -> Verified:
    """Recompute the chains, heads and seals of a campaign, or of everything. Raises Broken.

    Without a campaign change requests and problem data are among it; they are in no seal.
    """
    cases = decisions = 0
    with seal_statements.chains(campaign and campaign.pk) as rows:
        for (case_id, count, head), links in groupby(rows, key=itemgetter(0, 1, 2)):
            cases += 1
            decisions += _verify_case(case_id, count, head, links)
    if campaign is None and (gone := seal_statements.case_that_is_gone()):
        raise Broken(
            _("Case %(case)d is gone; its decision %(number)d is still there.")
            % {"case": gone[0], "number": gone[1]}
        )
    return Verified(cases, decisions, _verify_seals(campaign))


def _verify_case(case_id: int, count: int, head: str, links: Iterable[tuple]) -> int:
    """A case's chain against itself and against the case; returns how many decisions it has."""
    number, newest = 0, ""
    for row in links:
        if row[3] is None:  # a case without decisions
            break
        entry = Entry(*row[3:])
        _verify_link(entry, number, newest)
        number, newest = entry.sequence, entry.hash
    if (count, head) != (number, newest):
        raise Broken(
            _(
                "Case %(case)d says that it stands at decision %(said)d with the hash "
                "“%(said_hash)s”, but its newest decision is number %(number)d with “%(hash)s”."
            )
            % {
                "case": case_id,
                "said": count,
                "said_hash": head[:SHORT],
                "number": number,
                "hash": newest[:SHORT],
            }
        )
    return number


def _verify_link(entry: Entry, number: int, newest: str) -> None:
    named = {"case": entry.case_id, "number": entry.sequence, "before": number}
    if entry.sequence != number + 1:
        raise Broken(
            _("Case %(case)d: decision %(number)d follows number %(before)d; one is missing.")
            % named
        )
    if entry.previous_hash != newest:
        raise Broken(
            _("Decision %(number)d of case %(case)d does not continue the decision before it.")
            % named
        )
    if hashlib.sha256(canonical(entry).encode()).hexdigest() != entry.hash:
        raise Broken(_("Decision %(number)d of case %(case)d was altered.") % named)


def _verify_seals(campaign: Campaign | None) -> int:
    """The seals of each campaign in order; returns how many."""
    seals = Seal.objects.select_related("campaign").order_by("campaign_id", "number")
    if campaign is not None:
        seals = seals.filter(campaign=campaign)
    before: Seal | None = None
    count = 0
    for seal in seals.iterator(chunk_size=seal_statements.AT_A_TIME):
        if before and before.campaign_id != seal.campaign_id:
            before = None
        verify_seal(seal, before)
        before, count = seal, count + 1
    return count


def verify_seal(seal: Seal, before: Seal | None) -> None:
    """A seal against the one before it, its own leaves, and the chains as they are. Raises Broken.

    Its root is recomputed first: if that fits, the leaves are as they were sealed, and a
    leaf that differs from its chain shows that the chain was written anew.
    """
    named = {"seal": seal.number, "campaign": seal.campaign.code}
    expected = before.number + 1 if before else 1
    if seal.number != expected:
        raise Broken(
            _("Seal %(expected)d of campaign %(campaign)s is missing: number %(seal)d comes next.")
            % {**named, "expected": expected}
        )
    comparing = _Comparing()
    with seal_statements.leaves_beside_the_chain(seal.pk) as rows:
        sealed = tree(comparing.pass_on(rows))
    header = Header.of(seal, tree=sealed, previous=before.root if before else "")
    if comparing.count != seal.cases_count or header.root != seal.root:
        raise Broken(
            _(
                "Seal %(seal)d of campaign %(campaign)s: its root is not that of its %(leaves)d "
                "leaves, its stage, moment and number, and the seal before it."
            )
            % {**named, "leaves": comparing.count}
        )
    if comparing.differs:
        raise Broken(_differing(*comparing.differs, named))


def _differing(case_id: int, number: int, head: str, now: str | None, named: dict) -> str:
    said = {**named, "case": case_id, "number": number, "head": head[:SHORT]}
    if now is None:
        return (
            _(
                "Seal %(seal)d of campaign %(campaign)s: case %(case)d was sealed at decision "
                "%(number)d with the hash “%(head)s”, and that decision is gone."
            )
            % said
        )
    return _(
        "Seal %(seal)d of campaign %(campaign)s: case %(case)d was sealed at decision %(number)d "
        "with the hash “%(head)s”, which is “%(now)s” now."
    ) % {**said, "now": now[:SHORT]}


class _Comparing:
    """Passes the leaves of a seal on; remembers how many, and the first whose chain differs."""

    def __init__(self) -> None:
        self.count = 0
        self.differs: tuple[int, int, str, str | None] | None = None

    def pass_on(self, rows: Iterable[tuple]) -> Iterable[tuple[int, int, str]]:
        for case_id, number, head, now in rows:
            self.count += 1
            if now != head and self.differs is None:
                self.differs = case_id, number, head, now
            yield case_id, number, head
