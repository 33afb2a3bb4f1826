"""Seals: the state of all ledgers of a campaign at one moment, under one root.

Anybody with the rows and SHA-256 can recompute a seal. Texts are written as in ledger.py: each part
as "<number of characters>:<text>", joined by line feeds, in UTF-8; hashes in lower-case hex.

- A leaf is a case: "1" (version of the form), case, number of its decisions, hash of the newest
  ("" before the first). The leaves stand in the order of the cases' numbers.
- The tree over them is that of RFC 6962 (merkle.py): SHA-256 of the byte 0 and the leaf's text;
  SHA-256 of the byte 1 and two hashes (32 bytes each); split behind the largest power of two.
- The header says the rest: "1", campaign, number of the seal, stage, moment in UTC
  ("2026-12-05T02:00:00.000000Z"), user ("-" if the stage's last day alone ended it), number of
  cases, root of the tree, root of the seal before ("" for the first of a campaign).
- The seal's root is the SHA-256 of the byte 2 and the header's text.

So a root holds every decision taken until then and all seals before it. Printed or published, it
shows later that nothing of that was changed since; `proof` gives what one case needs for it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from campaigns.enums import StageKind
from campaigns.models import Campaign, Submission
from teachers.models import User
from workflows import merkle, seal_statements
from workflows.ledger import moment, written
from workflows.models import Case, Seal, SealedHead

FORM = "1"


@dataclass(frozen=True)
class Header:
    """What a seal says beside its leaves; `tree` is their root, `previous` that of the seal
    before."""

    campaign_id: int
    number: int
    stage: str
    at: datetime
    by_id: int | None
    cases_count: int
    tree: str
    previous: str

    @property
    def root(self) -> str:
        text = written(
            FORM,
            self.campaign_id,
            self.number,
            self.stage,
            moment(self.at),
            "-" if self.by_id is None else self.by_id,
            self.cases_count,
            self.tree,
            self.previous,
        )
        return hashlib.sha256(b"\x02" + text.encode()).hexdigest()

    @classmethod
    def of(cls, seal: Seal, *, tree: str, previous: str) -> "Header":
        return cls(
            campaign_id=seal.campaign_id,
            number=seal.number,
            stage=seal.stage,
            at=seal.at,
            by_id=seal.by_id,
            cases_count=seal.cases_count,
            tree=tree,
            previous=previous,
        )


@dataclass(frozen=True)
class Proof:
    """What shows that a case stood in a seal, without the other cases.

    The case's leaf, its place among the leaves, the hashes to be joined on the way up (hex, from
    the leaf on), and the seal's header.
    """

    case_id: int
    decisions_count: int
    head: str
    index: int
    path: tuple[str, ...]
    header: Header


def leaf(case_id: int, decisions_count: int, head: str) -> bytes:
    """Hash of a leaf."""
    return merkle.leaf(written(FORM, case_id, decisions_count, head).encode())


def tree(leaves: Iterable[tuple[int, int, str]]) -> str:
    """Root of the tree over leaves given as (case, decisions, head) in order."""
    return merkle.root_of(leaf(*one) for one in leaves).hex()


def add(campaign: Campaign, *, stage: StageKind, by: User | None, at: datetime) -> Seal:
    """Seal the heads of all cases of a campaign as they stand now; a part of the caller's act.

    Needs the lock on the campaign, so that its seals come one after the other. The heads are read
    by one statement: decisions that are being written are in it whole or not at all.
    """
    before = Seal.objects.filter(campaign=campaign).order_by("-number").first()
    seal = Seal(
        pk=seal_statements.next_seal_id(),
        campaign=campaign,
        number=before.number + 1 if before else 1,
        stage=stage,
        by=by,
        at=at,
    )
    seal.cases_count = seal_statements.insert_heads(seal.pk, campaign.pk)
    with seal_statements.leaves(seal.pk) as leaves:
        header = Header.of(seal, tree=tree(leaves), previous=before.root if before else "")
    seal.root = header.root
    seal.save(force_insert=True)
    return seal


def proof(seal: Seal, case: Case) -> Proof:
    """What shows that the seal holds the case. Raises SealedHead.DoesNotExist if it does not."""
    own = SealedHead.objects.get(seal=seal, case=case)
    with seal_statements.leaves(seal.pk) as leaves:
        sealed = list(leaves)
    index = [one[0] for one in sealed].index(case.pk)
    hashes = [leaf(*one) for one in sealed]
    before = Seal.objects.filter(campaign=seal.campaign_id, number=seal.number - 1).first()
    return Proof(
        case_id=case.pk,
        decisions_count=own.decisions_count,
        head=own.head,
        index=index,
        path=tuple(step.hex() for step in merkle.path_to(index, hashes)),
        header=Header.of(
            seal, tree=merkle.root_of(hashes).hex(), previous=before.root if before else ""
        ),
    )


def proves(proof: Proof, root: str) -> bool:
    """Whether a proof leads to a seal's root. Asks no database: a third party can do the same."""
    top = merkle.root_by_path(
        leaf(proof.case_id, proof.decisions_count, proof.head),
        index=proof.index,
        size=proof.header.cases_count,
        path=[bytes.fromhex(step) for step in proof.path],
    )
    return top is not None and top.hex() == proof.header.tree and proof.header.root == root


def newest_of(submission: Submission) -> SealedHead | None:
    """The newest leaf that holds decisions of a submission, with its seal (one query)."""
    heads = SealedHead.objects.filter(case__submission=submission, decisions_count__gt=0)
    return heads.select_related("seal").order_by("-seal__number").first()
