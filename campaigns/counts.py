"""How many submissions are in which state: now, or at a moment that is past."""

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from campaigns.count_triggers import AUTHORITY_SQL
from campaigns.enums import StageKind, SubmissionState
from campaigns.models import Campaign
from teachers.counters import Counter
from teachers.models import Organisation

State = SubmissionState
#: The stage in which a submission of a state stands (a department's review is in the city's place).
STAGE_OF = {
    State.DRAFT: StageKind.COLLECTION,
    State.RETURNED: StageKind.COLLECTION,
    State.SIGNING: StageKind.COLLECTION,
    State.COUNTY_REVIEW: StageKind.COUNTY_REVIEW,
    State.CITY_REVIEW: StageKind.CITY_REVIEW,
    State.AUTHORITY_REVIEW: StageKind.CITY_REVIEW,
    State.PROVINCE_REVIEW: StageKind.PROVINCE_REVIEW,
    State.APPROVED: StageKind.CLOSING,
    State.CANCELLED: StageKind.CLOSING,
}
SUBMISSIONS = Counter(
    number=1,
    totals="campaigns_submissioncount",
    changes="campaigns_submissioncountchange",
    keys=("campaign_id", "organisation_id", "state"),
    keeps_changes=True,
    truth=f"""
        SELECT submission.campaign_id, {AUTHORITY_SQL} AS organisation_id, submission.state,
               count(*) AS n
        FROM campaigns_submission AS submission
        JOIN teachers_organisation AS unit ON unit.id = submission.organisation_id
        GROUP BY 1, 2, 3""",  # noqa: S608
)
#: Count by authority, stage and state.
Counts = dict[tuple[int, StageKind, State], int]


def now(campaign: Campaign, *, within: Organisation) -> Counts:
    """(authority, stage, state) to the number of submissions, for the authorities of a subtree.

    Exact at the moment of asking. One statement: totals and changes by their indexes on the
    campaign, the authorities by primary key.
    """
    return _read(SUBMISSIONS.now_sql, "true", [campaign.pk, f"{within.path}%"])


def at(campaign: Campaign, moment: datetime, *, within: Organisation) -> Counts:
    """The same as it was at a moment: every change up to then (index count_changes_by_time).

    A school is counted under the authority that it had then.
    """
    changes = "SELECT campaign_id, organisation_id, state, change AS n, at FROM {}"
    rows = changes.format(SUBMISSIONS.changes)
    return _read(rows, "counted.at <= %s", [campaign.pk, f"{within.path}%", moment])


def _read(rows: str, condition: str, params: list) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT counted.organisation_id, counted.state, sum(counted.n)::int
            FROM ({rows}) AS counted
            JOIN teachers_organisation AS unit ON unit.id = counted.organisation_id
            WHERE counted.campaign_id = %s AND unit.path LIKE %s AND {condition}
            GROUP BY 1, 2 HAVING sum(counted.n) <> 0 ORDER BY 1, 2
            """,  # noqa: S608
            params,
        )
        found = cursor.fetchall()
    return {(unit, STAGE_OF[State(state)], State(state)): n for unit, state, n in found}


def by_state(counts: Counts) -> dict[State, int]:
    """Added up over authorities."""
    return _added((state, n) for (_unit, _stage, state), n in counts.items())


def by_stage(counts: Counts) -> dict[StageKind, int]:
    """Added up over authorities and states."""
    return _added((stage, n) for (_unit, stage, _state), n in counts.items())


def _added(pairs: Iterable[tuple]) -> dict:
    tally: Tally = Tally()
    for key, n in pairs:
        tally[key] += n
    return dict(tally)
