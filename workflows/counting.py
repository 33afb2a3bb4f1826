"""The kept counts, all together: folding them, comparing them with what there is."""

from collections.abc import Iterator

from campaigns.counts import SUBMISSIONS
from workflows.desk_counts import DESKS

COUNTERS = (SUBMISSIONS, DESKS)


def fold() -> int:
    """Add what was counted since to the totals; return how many changes there were."""
    return sum(counter.fold() for counter in COUNTERS)


def differences() -> Iterator[str]:
    """A sentence for each count that is not what there is."""
    for counter in COUNTERS:
        for *key, kept, real in counter.differences():
            place = ", ".join(
                f"{name}={value}" for name, value in zip(counter.keys, key, strict=True)
            )
            yield f"{counter.totals} ({place}): {kept} kept, {real} counted"
