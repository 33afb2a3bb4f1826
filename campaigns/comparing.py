"""Comparing an answer as a whole with the register: does it differ little from last year?

The register holds what the last campaign accepted and every change since. The rule (an agreement of
this system; the regulation names none): an answer differs little when the number of teachers is
within 10 % of those in service on the register, or within 3, and when no more than 20 %, or 3, have
come or gone. What differs more is a warning, so that the school says why and reviewers look at it:
an answer without errors and warnings has been compared and differs little.
"""

from django.db import connection

from campaigns import rules
from campaigns.enums import CampaignState, Severity
from campaigns.models import Finding
from teachers.enums import FileStatus

RULES = ("fewer_than_on_the_register", "differs_from_the_register", "new_on_the_register")
#: For each submission three numbers: recorded, in service on the register, and those that are both.
#: Indexes: one_record_per_person_and_submission, teachers_of_a_school, primary key of teachers. A
#: school of which the register knows nobody is news only after a campaign has been closed.
_DIFFERING = """
SELECT id, recorded, registered, recorded - kept, registered - kept, rule FROM (
    SELECT submission.id, said.recorded, said.kept, here.registered,
           CASE
               WHEN here.registered = 0 AND said.recorded > 0 AND EXISTS (
                   SELECT FROM campaigns_campaign AS earlier
                   WHERE earlier.id <> submission.campaign_id AND earlier.state = ANY(%(over)s)
               ) THEN 'new_on_the_register'
               WHEN said.recorded < here.registered * %(least)s THEN 'fewer_than_on_the_register'
               WHEN here.registered > 0 AND (
                   abs(said.recorded - here.registered)
                       > greatest(%(few)s, here.registered * %(staff)s)
                   OR said.recorded + here.registered - 2 * said.kept
                       > greatest(%(few)s, here.registered * %(turnover)s)
               ) THEN 'differs_from_the_register'
           END AS rule
    FROM campaigns_submission AS submission
    CROSS JOIN LATERAL (
        SELECT count(*) AS recorded,
               count(*) FILTER (WHERE teacher.organisation_id = submission.organisation_id
                                  AND teacher.status = %(active)s) AS kept
        FROM campaigns_record AS record
        LEFT JOIN teachers_teacher AS teacher ON teacher.id = record.teacher_id
        WHERE record.submission_id = submission.id
    ) AS said
    CROSS JOIN LATERAL (
        SELECT count(*) AS registered FROM teachers_teacher
        WHERE organisation_id = submission.organisation_id AND status = %(active)s
    ) AS here
    WHERE submission.id = ANY(%(submissions)s)
) AS compared
WHERE rule IS NOT NULL ORDER BY id
"""


def compare(submission_ids: list[int]) -> list[Finding]:
    """Unsaved findings about whole submissions, at most one for each (one statement)."""
    asked = {
        "submissions": submission_ids,
        "active": FileStatus.ACTIVE,
        "over": [CampaignState.CLOSED.value, CampaignState.ARCHIVED.value],
        "least": rules.LEAST_SHARE,
        "few": rules.FEW,
        "staff": rules.MOST_STAFF_CHANGE,
        "turnover": rules.MOST_TURNOVER,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, asked)
        return [_finding(*row) for row in cursor.fetchall()]


def _finding(
    submission: int, recorded: int, registered: int, come: int, gone: int, rule: str
) -> Finding:
    params = {"recorded": recorded, "registered": registered}
    if rule == "differs_from_the_register":
        params |= {"come": come, "gone": gone}
    return Finding(submission_id=submission, rule=rule, severity=Severity.WARNING, params=params)
