"""What is wrong with the claims to some persons: facts, each of which becomes one case.

Innocent and left alone: the same person at the same school; a teacher who left one school and is
claimed by nobody else; namesakes who differ in birth date or sex and whose numbers are far apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.enums import ProblemKind
from campaigns.problems import near, suspects, traces
from campaigns.problems.claims import Claim, claims_to, contested
from teachers import identity

#: Families of facts: each is looked for, and found to be gone, as a whole.
IDENTITY, TWINS, CARD = "identity", "twins", "card"
FAMILIES = (IDENTITY, TWINS, CARD)


@dataclass(frozen=True)
class Fact:
    """One thing that cannot be right. `key` names it for ever: the same facts, the same key."""

    kind: ProblemKind
    family: str
    key: str
    claims: tuple[Claim, ...]

    @property
    def fingerprint(self) -> str:
        """Keyed hash of the key: it tells nothing about the persons."""
        return identity.search_hash("problem", self.key)


def about(hashes: Iterable[str], families: Iterable[str] = FAMILIES) -> list[Fact]:
    """All facts in which one of these persons takes part."""
    asked = sorted(set(hashes))
    found: list[Fact] = []
    if IDENTITY in families:
        found += claimed_twice(contested(asked))
    if TWINS in families:
        traces.keep({*asked, *suspects.namesakes(asked)})
    if TWINS in families:
        found += alike(suspects.twins_of(asked), suspects.near_to(asked))
    if CARD in families:
        found += against_card(suspects.misread(asked))
    return found


def everywhere() -> list[Fact]:
    """All facts of the register and the running campaigns, by statements over whole tables."""
    traces.keep()
    return [
        *claimed_twice(suspects.claimed_twice()),
        *alike(suspects.twins(), suspects.near()),
        *against_card(suspects.misread(None)),
    ]


def claimed_twice(hashes: Iterable[str]) -> list[Fact]:
    """One number in two schools: both in service, or in service here and left there."""
    found = []
    for person, claims in claims_to(hashes).items():
        if not any(claim.record_id for claim in claims):
            continue
        present = [claim for claim in claims if not claim.has_left]
        if len(present) > 1:
            found.append(_about_identity(ProblemKind.SAME_IDENTITY, person, present))
        elif present and len(claims) > 1:
            found.append(_about_identity(ProblemKind.ACTIVE_AND_LEFT, person, claims))
    return found


def _about_identity(kind: ProblemKind, person: str, claims: list[Claim]) -> Fact:
    campaign = max(claim.campaign_id or 0 for claim in claims)
    schools = ",".join(str(pk) for pk in sorted(claim.organisation_id for claim in claims))
    return Fact(kind, IDENTITY, f"{IDENTITY}|{person}|{campaign}|{schools}", tuple(claims))


def alike(twins: Iterable[tuple[str, str]], close: Iterable[tuple[str, str]]) -> list[Fact]:
    """Two numbers that seem to be one person: pairs of the same name, one case a pair."""
    close = {tuple(sorted(pair)) for pair in close}
    pairs = sorted({tuple(sorted(pair)) for pair in twins} | close)
    claims = claims_to(one for pair in pairs for one in pair)
    by_number = {claim.identity_hash: claim for those in claims.values() for claim in those}
    found = []
    for pair in pairs:
        sides = [by_number[one] for one in pair if one in by_number]
        if len(sides) < 2 or sides[0].person == sides[1].person:
            continue
        kind = _kind_of(sides[0], sides[1], is_close=pair in close)
        if kind is not None:
            found.append(Fact(kind, TWINS, f"{TWINS}|{'|'.join(pair)}", tuple(_in_order(sides))))
    return found


def _kind_of(one: Claim, other: Claim, *, is_close: bool) -> ProblemKind | None:
    """None when nobody is in service, or when the numbers are not so near after all."""
    if one.has_left and other.has_left:
        return None
    same = (one.name, one.born, one.sex) == (other.name, other.born, other.sex)
    if is_close and _really_near(one, other):
        return ProblemKind.NEAR_IDENTITY
    if not same:
        return None
    if one.has_left != other.has_left and one.organisation_id != other.organisation_id:
        return ProblemKind.ACTIVE_AND_LEFT
    return ProblemKind.SAME_PERSON


def _really_near(one: Claim, other: Claim) -> bool:
    if one.identity_type != other.identity_type:
        return False
    texts = [near.body(c.identity_type, identity.unseal(c.identity_sealed)) for c in (one, other)]
    return near.are_near(*texts)


def _in_order(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: (claim.path, claim.identity_hash))


def against_card(found: Iterable[tuple[str, str, str]]) -> list[Fact]:
    """Files whose birth date or sex is not what the resident card says: (person, born, sex)."""
    rows = list(found)
    claims = claims_to(row[0] for row in rows)
    facts = []
    for person, born, sex in rows:
        filed = [c for c in claims.get(person, ()) if c.teacher_id and c.identity_hash == person]
        if filed:
            key = f"{CARD}|{person}|{born}|{sex}"
            facts.append(Fact(ProblemKind.IDENTITY_MISMATCH, CARD, key, (filed[0],)))
    return facts


__all__ = ["FAMILIES", "IDENTITY", "TWINS", "Fact", "about", "everywhere"]
