"""Repeating a draw from its seed and what it was drawn from, and comparing."""

from campaigns.enums import OPEN_FOR_SCHOOL
from workflows.actions.sampling import repeat
from workflows.models import Draw
from workflows.sampling_population import pick_records


def differences(draw: Draw) -> list[str]:
    """What a repeated draw says otherwise than the one that was written down; empty if nothing.

    Compares who was drawn, in which order and with which weight; and which record of each, as long
    as the submission is as it was handed in then (the school may have corrected it since).
    """
    again, written = (
        repeat(draw),
        list(draw.records.select_related("submission").order_by("position")),
    )
    if len(draw.population) != draw.population_count:
        return [
            f"drawn from {len(draw.population)} submissions, but {draw.population_count} are noted"
        ]
    if len(again) != len(written):
        return [f"{len(again)} drawn again, but {len(written)} are written down"]
    records = pick_records(again, draw.seed)
    found = []
    for one, row in zip(again, written, strict=True):
        place = f"place {row.position + 1}: submission {row.submission_id}"
        if tuple(one) != (row.submission_id, row.attempt, row.weight):
            found.append(f"{place} is written down, {one.submission} is drawn again")
            continue
        unchanged = row.submission.attempt == row.attempt
        closed = row.submission.state not in OPEN_FOR_SCHOOL
        if unchanged and closed and row.record_id != records[one.submission][0]:
            found.append(
                f"{place}: record {row.record_id} is written down, {records[one.submission][0]}"
                " is drawn again"
            )
    return found
