"""The three occasions on which problem data is looked for."""

from collections.abc import Iterable
from datetime import datetime

from campaigns import publication
from campaigns.models import Record
from campaigns.problems import facts, suspects
from campaigns.problems.raising import Reconciled, reconcile

#: Of more persons than this, those about whom there is nothing to find are let through first.
#: Their numbers leave a trace when a namesake comes, or with the nightly sweep.
MANY = 200


def look_at(
    hashes: Iterable[str],
    *,
    found_on: str,
    at: datetime,
    families: Iterable[str] = facts.FAMILIES,
) -> Reconciled:
    """Look at these persons (identity hashes): on import, saving and removing of their records.

    Raises what is new and lets go of what has been corrected; a record that is let go of and whose
    submission the province has approved is published. Inside the caller's transaction.
    """
    asked = sorted(set(hashes))
    if len(asked) > MANY:
        asked = suspects.not_alone(asked)
    found = facts.about(asked, families)
    done = reconcile(found, families=families, about=asked, found_on=found_on, at=at)
    publication.publish_released(done.freed, by=None, at=at)
    return done


def on_submit(submission_ids: Iterable[int], *, at: datetime) -> Reconciled:
    """Look at everybody whom these submissions report. The engine opens the cases."""
    records = Record.objects.filter(submission__in=list(submission_ids))
    return look_at(records.values_list("identity_hash", flat=True), found_on="submit", at=at)


def sweep(*, at: datetime) -> Reconciled:
    """Look at the whole register and all running campaigns. Safe to run twice and at once."""
    found = facts.everywhere()
    done = reconcile(found, families=facts.FAMILIES, about=None, found_on="sweep", at=at)
    publication.publish_released(done.freed, by=None, at=at)
    return done
