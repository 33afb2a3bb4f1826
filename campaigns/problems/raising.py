"""From facts to cases: new ones raised once, known ones kept true, those without facts gone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.enums import ProblemKind, ProblemState
from campaigns.models import Problem, ProblemParty
from campaigns.problems import notices
from campaigns.problems.claims import Claim
from campaigns.problems.facts import TWINS, Fact
from campaigns.problems.facts import about as facts_about
from campaigns.problems.states import RUNNING
from teachers import identity
from teachers.models import Organisation
from teachers.working_days import Calendars

#: Working days that the schools have to answer.
ANSWER_DAYS = 5


@dataclass(frozen=True)
class Reconciled:
    """Ids of the cases that are new, of those without facts, and of the records they let go of."""

    raised: list[int]
    gone: list[int]
    freed: list[int]


def reconcile(
    facts: Iterable[Fact],
    *,
    families: Iterable[str],
    about: Iterable[str] | None,
    found_on: str,
    at: datetime,
) -> Reconciled:
    """Bring the cases of these families in line with the facts found.

    about: the persons that were looked at (None: everybody); cases about others are left alone.
    found_on: "save", "submit" or "sweep", kept with a new case. A fact that has a case, settled or
    not, raises none: the fingerprint is unique, so two machines at once raise one. Writes cases,
    parties and notices.
    """
    by_print = {fact.fingerprint: fact for fact in facts}
    raised = _bring_in(by_print, found_on, at) if by_print else []
    gone, freed = _let_go(set(by_print), sorted(families), about)
    return Reconciled(raised, gone, freed)


@transaction.atomic
def _bring_in(facts: dict[str, Fact], found_on: str, at: datetime) -> list[int]:
    """Raise what is new, keep what is known true; returns the new ones."""
    raised = [pk for pk, _print in _raise(facts, found_on, at)]
    relinked = _keep_claims_true(facts, set(raised))
    notices.refresh({*raised, *relinked})
    return raised


# --- New ones --------------------------------------------------------------------------------
def _raise(facts: dict[str, Fact], found_on: str, at: datetime) -> list[tuple[int, str]]:
    known = set(
        Problem.objects.filter(fingerprint__in=list(facts)).values_list("fingerprint", flat=True)
    )
    new = _still_there([facts[print_] for print_ in sorted(set(facts) - known)])
    if not new:
        return []
    desks = superiors(fact.claims for fact in new)
    until = answer_days(timezone.localdate(at), desks)
    rows = [
        _row(fact, desk, found_on, day) for fact, desk, day in zip(new, desks, until, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO campaigns_problem (kind, state, fingerprint, organisation_id, campaign_id,
                details, raised_from, raised_at, answer_by, outcome, words)
            SELECT kind, 'open', fingerprint, organisation_id, campaign_id, details, raised_from,
                   %s, answer_by, '', ''
            FROM jsonb_to_recordset(%s::jsonb) AS fact (kind text, fingerprint text,
                organisation_id bigint, campaign_id bigint, details jsonb, raised_from text,
                answer_by date)
            ORDER BY fingerprint
            ON CONFLICT (fingerprint) DO NOTHING
            RETURNING id, fingerprint
            """,
            [at, json.dumps(rows)],
        )
        raised = cursor.fetchall()
    ProblemParty.objects.bulk_create(
        _party(problem_id, position, facts[print_], claim)
        for problem_id, print_ in raised
        for position, claim in enumerate(facts[print_].claims)
    )
    return raised


def _still_there(new: list[Fact]) -> list[Fact]:
    """Leave out facts about records removed meanwhile; the others cannot be until we are done."""
    ids = {claim.record_id for fact in new for claim in fact.claims if claim.record_id}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM campaigns_record WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE",
            [sorted(ids)],
        )
        there = {pk for (pk,) in cursor.fetchall()} | {None}
    return [fact for fact in new if all(claim.record_id in there for claim in fact.claims)]


def answer_days(day: date, desks: list[Organisation]) -> list[date]:
    """Last day on which the schools may answer a case raised on a day, by the desk that settles it
    (one query)."""
    calendars = Calendars.read()
    return [calendars.of(desk.path).after(day, ANSWER_DAYS) for desk in desks]


def _row(fact: Fact, desk: Organisation, found_on: str, answer_by: date) -> dict:
    campaigns = [claim.campaign_id for claim in fact.claims if claim.campaign_id]
    return {
        "kind": fact.kind.value,
        "fingerprint": fact.fingerprint,
        "organisation_id": desk.pk,
        "campaign_id": max(campaigns, default=None),
        "details": {"family": fact.family},
        "raised_from": found_on,
        "answer_by": answer_by.isoformat(),
    }


def _party(problem_id: int, position: int, fact: Fact, claim: Claim) -> ProblemParty:
    return ProblemParty(
        problem_id=problem_id,
        position=position,
        organisation_id=claim.organisation_id,
        record_id=claim.record_id,
        teacher_id=claim.teacher_id,
        name=claim.name,
        identity_mask=claim.identity_mask,
        identity_hash=claim.identity_hash,
        blocks=holds_back(fact, claim),
    )


def holds_back(fact: Fact, claim: Claim) -> bool:
    """Whether the claim's record stays out of publication while the case is open.

    Two schools with one number: both records. Suspected twins: the record of a person who has no
    file yet, because publishing it would give one person two numbers. A file that contradicts its
    card holds nothing back: the rules of the record do that.
    """
    if fact.kind == ProblemKind.IDENTITY_MISMATCH:
        return False
    return fact.family != TWINS or claim.teacher_id is None


def superiors(claims: Iterable[Iterable[Claim]]) -> list[Organisation]:
    """The lowest organisation above all schools of each case; of one school, its authority."""
    paths = [_common({claim.path for claim in those}) for those in claims]
    found = {unit.path: unit for unit in Organisation.objects.filter(path__in=set(paths))}
    return [found[path] for path in paths]


def _common(paths: set[str]) -> str:
    parts = [path.rstrip("/").split("/") for path in sorted(paths)]
    shared = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    path = "/".join(shared) + "/"
    return "/".join(shared[:-1]) + "/" if path in paths and len(shared) > 1 else path


# --- Known ones ------------------------------------------------------------------------------
def _keep_claims_true(facts: dict[str, Fact], raised: set[int]) -> set[int]:
    """Point the parties of known cases to the records that claim now; returns the cases changed.

    A record that was removed and entered again is the same claim: what was decided stays decided.
    """
    changed = []
    parties = (
        ProblemParty.objects.filter(problem__fingerprint__in=list(facts))
        .exclude(problem__in=raised)
        .select_related("problem")
        .order_by("pk")
    )
    for party in parties:
        claim = _claim_of(party, facts[party.problem.fingerprint])
        now = (claim.record_id, claim.teacher_id or party.teacher_id) if claim else None
        if now and now != (party.record_id, party.teacher_id):
            party.record_id, party.teacher_id = now
            changed.append(party)
    ProblemParty.objects.bulk_update(changed, ["record", "teacher"], batch_size=500)
    return {party.problem_id for party in changed}


def _claim_of(party: ProblemParty, fact: Fact) -> Claim | None:
    return next(
        (
            claim
            for claim in fact.claims
            if claim.organisation_id == party.organisation_id
            and (fact.family != TWINS or claim.identity_hash == party.identity_hash)
        ),
        None,
    )


# --- Gone ones -------------------------------------------------------------------------------
def _let_go(
    standing: set[str], families: list[str], about: Iterable[str] | None
) -> tuple[list[int], list[int]]:
    """Cases without facts: open ones vanish; a settled one lets go of the record it held back.

    A vanished case gives its fingerprint away, so that the same facts can be raised again. Cases of
    campaigns that run no more stay: nobody can correct their records, so somebody must decide. Not
    so a file that contradicted its card: the register itself says whether it still does.
    """
    about_a_file = Q(kind=ProblemKind.IDENTITY_MISMATCH)
    looked_at = (
        Problem.objects.filter(details__family__in=families)
        .filter(Q(campaign=None) | Q(campaign__state__in=RUNNING) | about_a_file)
        .exclude(fingerprint__in=standing)
        .filter(
            Q(state=ProblemState.OPEN)
            | Q(state=ProblemState.SETTLED, parties__blocks=True, parties__record__isnull=False)
        )
    )
    if about is not None:
        looked_at = looked_at.filter(parties__identity_hash__any_of=sorted(set(about)))
    ids = sorted(set(looked_at.values_list("pk", flat=True)))
    ids = ids if about is not None else _really_gone(ids)
    return (ids, _free(ids)) if ids else ([], [])


@transaction.atomic
def _free(ids: list[int]) -> list[int]:
    """End these cases, open or settled; returns the records that they held back."""
    problems = list(Problem.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    open_ones = [problem for problem in problems if problem.state == ProblemState.OPEN]
    for problem in open_ones:
        problem.vanish()
        problem.fingerprint = identity.search_hash("problem", f"gone|{problem.pk}")
    Problem.objects.bulk_update(open_ones, ["state", "fingerprint"], batch_size=500)
    parties = ProblemParty.objects.filter(problem__in=ids)
    held = parties.filter(blocks=True, record__isnull=False)
    freed = sorted(set(held.values_list("record_id", flat=True)))
    said = set(parties.filter(record__isnull=False).values_list("record_id", flat=True))
    parties.filter(problem__state=ProblemState.VANISHED).update(blocks=False)
    parties.filter(problem__state=ProblemState.SETTLED, blocks=True).update(record=None)
    notices.clear(said)
    return freed


def _really_gone(ids: list[int]) -> list[int]:
    """Those whose facts are still missing on a second look.

    A search over everybody takes seconds; what was entered meanwhile must not be thrown away.
    """
    hashes = ProblemParty.objects.filter(problem__in=ids).values_list("identity_hash", flat=True)
    standing = [fact.fingerprint for fact in facts_about(set(hashes))]
    left = Problem.objects.filter(pk__in=ids).exclude(fingerprint__in=standing)
    return sorted(left.values_list("pk", flat=True))


__all__ = ["ANSWER_DAYS", "Reconciled", "holds_back", "reconcile", "superiors"]
