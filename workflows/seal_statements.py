"""SQL of seals and of their verification: one statement each, streamed where it may be long."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

#: Rows fetched at a time from a statement that is streamed.
AT_A_TIME = 2000
#: To be used as `with leaves(…) as rows:`; the rows end with it.
Streamed = AbstractContextManager[Iterator[tuple]]


def next_seal_id() -> int:
    """A number for a seal whose leaves are written before it (their foreign key waits)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('workflows_seal', 'id'))")
        return cursor.fetchone()[0]


def insert_heads(seal_id: int, campaign_id: int) -> int:
    """Write a leaf for each case of the campaign; return how many (by index cases_of_a_campaign).

    One statement is one snapshot: a decision's row and its case's head are both in it, or neither.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflows_sealedhead (seal_id, case_id, decisions_count, head)
            SELECT %s, id, decisions_count, ledger_head FROM workflows_case
            WHERE campaign_id = %s ORDER BY id
            """,
            [seal_id, campaign_id],
        )
        return cursor.rowcount


def leaves(seal_id: int) -> Streamed:
    """(case, decisions, head) of a seal in order (by index one_leaf_per_case_and_seal)."""
    return _streamed(
        """
        SELECT case_id, decisions_count, head FROM workflows_sealedhead
        WHERE seal_id = %s ORDER BY case_id
        """,
        [seal_id],
    )


def leaves_beside_the_chain(seal_id: int) -> Streamed:
    """The leaves as above, each with the hash that its decision has now.

    None if that is gone, "" before the first. Two index scans side by side, or a look-up by
    one_decision_per_number_and_case for each.
    """
    return _streamed(
        """
        SELECT leaf.case_id, leaf.decisions_count, leaf.head,
               CASE WHEN leaf.decisions_count = 0 THEN '' ELSE decision.hash END
        FROM workflows_sealedhead AS leaf
        LEFT JOIN workflows_decision AS decision
          ON decision.case_id = leaf.case_id AND decision.sequence = leaf.decisions_count
        WHERE leaf.seal_id = %s ORDER BY leaf.case_id
        """,
        [seal_id],
    )


def chains(campaign_id: int | None) -> Streamed:
    """Every case with its count and head, beside its decisions in the order of `ledger.Entry`.

    One statement, so one snapshot: live work beside it breaks nothing. Plan: cases by primary key
    merged with decisions by one_decision_per_number_and_case; nothing is kept.
    """
    return _streamed(
        """
        SELECT kase.id, kase.decisions_count, kase.ledger_head,
               decision.case_id, decision.sequence, decision.verdict, decision.step,
               decision.from_position, decision.to_position, decision.attempt,
               decision.organisation_id, decision.by_id, decision.post_id, decision.delegation_id,
               decision.at, decision.reasons, decision.words, decision.previous_hash,
               decision.hash
        FROM workflows_case AS kase
        LEFT JOIN workflows_decision AS decision ON decision.case_id = kase.id
        WHERE %(campaign)s IS NULL OR kase.campaign_id = %(campaign)s
        ORDER BY kase.id, decision.sequence
        """,
        {"campaign": campaign_id},
    )


def case_that_is_gone() -> tuple[int, int] | None:
    """(case, number) of a decision whose case is not there any more; None if all is well."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT decision.case_id, decision.sequence FROM workflows_decision AS decision
            WHERE NOT EXISTS (SELECT FROM workflows_case AS kase WHERE kase.id = decision.case_id)
            ORDER BY decision.case_id, decision.sequence LIMIT 1
            """
        )
        return cursor.fetchone()


@contextmanager
def _streamed(sql: str, params: list | dict) -> Iterator[Iterator[tuple]]:
    """Gives the rows of a statement, some at a time, from a cursor that the server keeps."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        yield _fetched(cursor)


def _fetched(cursor: CursorWrapper) -> Iterator[tuple]:
    while rows := cursor.fetchmany(AT_A_TIME):
        yield from rows
