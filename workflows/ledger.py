"""The ledger: each case's decisions chained by SHA-256 over a canonical form.

The canonical form of a decision is its fields in this order, each written as
"<number of characters>:<text>", joined by line feeds: "1" (version of the form), case, number,
verdict, step, from stop, to stop ("-" at the end of the case), attempt, organisation, user, post,
delegation ("-" if nobody was acted for), moment in UTC ("2026-11-23T02:00:00.000000Z"), reason
codes joined by commas, words, hash of the decision before ("" for the first). The SQL expression
and `canonical` write the same text; a test holds them together.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from workflows.models import Decision

FORM = "1"
_MOVE_SQL = (
    f"'{FORM}'",
    "case_id::text",
    "sequence::text",
    "verdict",
    "step",
    "from_position::text",
    "coalesce(to_position::text, '-')",
    "attempt::text",
    "organisation_id::text",
)
_RULING_SQL = (
    "by_id::text",
    "post_id::text",
    "coalesce(delegation_id::text, '-')",
    """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "array_to_string(reasons, ',')",
    "words",
)


def _joined(fields: tuple[str, ...]) -> str:
    return " || E'\\n' || ".join(f"length({field}) || ':' || {field}" for field in fields)


#: SQL for the part of the form that is the same for all cases of a decision, of a row that has the
#: columns named in it.
RULING_SQL = _joined(_RULING_SQL)
#: SQL for the whole form, of a row that has that part as `ruling`.
CANONICAL_SQL = " || E'\\n' || ".join((_joined(_MOVE_SQL), "ruling", _joined(("previous_hash",))))


class Entry(NamedTuple):
    """A decision as the ledger reads it."""

    case_id: int
    sequence: int
    verdict: str
    step: str
    from_position: int
    to_position: int | None
    attempt: int
    organisation_id: int
    by_id: int
    post_id: int
    delegation_id: int | None
    at: datetime
    reasons: list[str]
    words: str
    previous_hash: str
    hash: str


def canonical(decision: Decision | Entry) -> str:
    """The text that is hashed (see the module)."""
    return written(
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
        moment(decision.at),
        ",".join(decision.reasons),
        decision.words,
        decision.previous_hash,
    )


def written(*parts: str | int) -> str:
    """Parts with their lengths, so that no two lists of parts give one text."""
    return "\n".join(f"{len(text)}:{text}" for text in map(str, parts))


def moment(at: datetime) -> str:
    """A moment in UTC to the microsecond, as it stands in a canonical form."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
