"""What a school reads on its own record about problem data: notices, which block nothing."""

from collections import defaultdict
from collections.abc import Iterable

from campaigns import rules
from campaigns.enums import ProblemKind, ProblemOutcome, ProblemState, Severity
from campaigns.models import Finding, Problem, ProblemParty

RULES = {
    ProblemKind.SAME_IDENTITY: "in_two_schools",
    ProblemKind.SAME_PERSON: "suspected_twin",
    ProblemKind.NEAR_IDENTITY: "near_identity",
    ProblemKind.IDENTITY_MISMATCH: "identity_against_card",
    ProblemKind.ACTIVE_AND_LEFT: "active_and_left",
}


def refresh(problem_ids: Iterable[int]) -> None:
    """Write the notices anew on every record that takes part in one of these cases."""
    parties = ProblemParty.objects.filter(problem__in=set(problem_ids), record__isnull=False)
    _rewrite(set(parties.values_list("record_id", flat=True)))


def clear(record_ids: Iterable[int]) -> None:
    """Write anew what stands on these records; nothing when no case concerns them any more."""
    _rewrite(set(record_ids))


def _rewrite(records: set[int]) -> None:
    if not records:
        return
    wanted = _wanted(records)
    present = Finding.objects.filter(record__in=records, rule__in=rules.NOTICES)
    stale = []
    for finding in present:
        key = (finding.record_id, finding.rule)
        if wanted.get(key) is not None and wanted[key].params == finding.params:
            del wanted[key]
        else:
            stale.append(finding.pk)
    Finding.objects.filter(pk__in=stale).delete()
    Finding.objects.bulk_create(wanted.values(), batch_size=2000)


def _wanted(records: set[int]) -> dict[tuple[int, str], Finding]:
    parties = (
        ProblemParty.objects.filter(record__in=records)
        .select_related("problem__organisation", "problem__keeps__organisation", "record")
        .order_by("problem", "position")
    )
    schools = _schools_of({party.problem_id for party in parties})
    found = {}
    for party in parties:
        others = [name for pk, name in schools[party.problem_id] if pk != party.pk]
        rule, params = _said_about(party, others)
        if rule:
            found[party.record_id, rule] = Finding(
                submission_id=party.record.submission_id,
                record_id=party.record_id,
                rule=rule,
                severity=Severity.NOTICE,
                set_key="basic",
                indicator_key="id_no",
                params=params,
            )
    return found


def _schools_of(problem_ids: set[int]) -> dict[int, list[tuple[int, str]]]:
    """Problem → (party, name of its school), in the order of the parties."""
    schools = defaultdict(list)
    rows = ProblemParty.objects.filter(problem__in=problem_ids).order_by("problem", "position")
    for problem, party, name in rows.values_list("problem_id", "pk", "organisation__name"):
        schools[problem].append((party, name))
    return schools


def _said_about(party: ProblemParty, others: list[str]) -> tuple[str, dict]:
    """Rule and parameters of the notice, or ("", {}) when there is nothing to say."""
    problem: Problem = party.problem
    if problem.state == ProblemState.OPEN:
        rule = RULES[ProblemKind(problem.kind)]
        return rule, {"school": "、".join(others)} if others else {}
    if problem.state != ProblemState.SETTLED or not party.blocks:
        return "", {}
    if problem.outcome == ProblemOutcome.TRANSFER and problem.keeps:
        return "belongs_elsewhere", {
            "desk": problem.organisation.name,
            "school": problem.keeps.organisation.name,
        }
    return "to_be_corrected", {"desk": problem.organisation.name}
