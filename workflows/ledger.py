"""The ledger: each case's decisions chained by SHA-256 over a canonical form.

The canonical form of a decision is its fields in this order, each written as
"<number of characters>:<text>", joined by line feeds: "1" (version of the form), case, number,
verdict, step, from stop, to stop ("-" at the end of the case), attempt, organisation, user, post,
delegation ("-" if nobody was acted for), moment in UTC ("2026-11-23T02:00:00.000000Z"), reason
codes joined by commas, words, hash of the decision before ("" for the first). The SQL expression
and `canonical` write the same text; a test holds them together.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC

from django.db.models import QuerySet

from workflows.models import Decision

FORM = "1"
_FIELDS_SQL = (
    f"'{FORM}'",
    "case_id::text",
    "sequence::text",
    "verdict",
    "step",
    "from_position::text",
    "coalesce(to_position::text, '-')",
    "attempt::text",
    "organisation_id::text",
    "by_id::text",
    "post_id::text",
    "coalesce(delegation_id::text, '-')",
    """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "array_to_string(reasons, ',')",
    "words",
    "previous_hash",
)
#: SQL for the canonical form of a row that has the columns named in it.
CANONICAL_SQL = (
    "concat_ws(E'\\n', "
    + ", ".join(f"length({field}) || ':' || {field}" for field in _FIELDS_SQL)
    + ")"
)


def canonical(decision: Decision) -> str:
    """The text that is hashed (see the module)."""
    parts = [
        FORM,
        decision.case_id,
        decision.sequence,
        decision.verdict,
        decision.step,
        decision.from_position,
        "-" if decision.to_position is None else decision.to_position,
        decision.attempt,
        decision.organisation_id,
        decision.by_id,
        decision.post_id,
        "-" if decision.delegation_id is None else decision.delegation_id,
        decision.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        ",".join(decision.reasons),
        decision.words,
        decision.previous_hash,
    ]
    return "\n".join(f"{len(str(part))}:{part}" for part in parts)


def broken_links(decisions: QuerySet[Decision]) -> Iterator[tuple[Decision, str]]:
    """Recompute every chain, streaming; yield each decision that does not fit, with the reason."""
    case, sequence, head = None, 0, ""
    for decision in decisions.order_by("case_id", "sequence").iterator(chunk_size=2000):
        if decision.case_id != case:
            case, sequence, head = decision.case_id, 0, ""
        if decision.sequence != sequence + 1:
            yield decision, f"number {decision.sequence} follows {sequence}"
        elif decision.previous_hash != head:
            yield decision, "does not continue the decision before it"
        elif hashlib.sha256(canonical(decision).encode()).hexdigest() != decision.hash:
            yield decision, "was altered"
        sequence, head = decision.sequence, decision.hash
