"""What a draw of the sampling desk is made from: the submissions with their risks, and a record of
each one drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from teachers.models import Post
from workflows.sampling import Member, record_number, weight
from workflows.sampling_statements import ON_DESK, asked

#: How long somebody is new at a clerk's post.
NEW_FOR = timedelta(days=180)


@dataclass(frozen=True)
class Drawable:
    """A submission that a draw may take, with how many records it has and what makes it risky."""

    submission: int
    attempt: int
    records: int
    risks: list[str]

    @property
    def member(self) -> Member:
        return Member(self.submission, self.attempt, weight(self.risks))


def drawable(post: Post, campaign_id: int, *, on: date) -> list[Drawable]:
    """What a draw of the desk takes from, by key: submissions without findings and not covered.

    One statement: the desk as above; records and decisions by submission and case, posts by user,
    teachers by key and by school (teachers_of_a_school), events by submission. The risks are those
    of workflows/sampling.py.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {ON_DESK}, said AS (
                SELECT record.submission_id, count(*) AS reported,
                       count(*) FILTER (WHERE teacher.id IS NULL) AS new,
                       count(*) FILTER (WHERE teacher.organisation_id = waiting.organisation_id)
                           AS kept,
                       array_agg(DISTINCT record.entered_by_id) AS clerks
                FROM waiting
                JOIN campaigns_record AS record ON record.submission_id = waiting.id
                LEFT JOIN teachers_teacher AS teacher ON teacher.id = record.teacher_id
                WHERE is_clean AND NOT passed AND NOT faulty
                GROUP BY record.submission_id
            )
            SELECT waiting.id, waiting.attempt, said.reported, array_remove(ARRAY[
                CASE WHEN EXISTS (
                         SELECT FROM unnest(said.clerks) AS clerk(id) WHERE NOT EXISTS (
                             SELECT FROM teachers_post AS post
                             WHERE post.user_id = clerk.id AND post.role = 'clerk'
                               AND post.organisation_id = waiting.organisation_id
                               AND post.valid_from <= %(long_ago)s))
                       OR before.case_id IS NOT NULL AND NOT EXISTS (
                             SELECT FROM workflows_decision AS own
                             WHERE own.case_id = before.case_id AND own.verdict = 'submit'
                               AND own.by_id = ANY(said.clerks)) THEN 'new_clerk' END,
                CASE WHEN 5 * (said.reported - said.kept + greatest(register.active - said.kept, 0))
                          > greatest(said.reported, register.active) THEN 'many_changes' END,
                CASE WHEN 5 * before.warnings_count > before.records_count
                       OR 5 * earlier.warnings > earlier.records THEN 'many_warnings' END,
                CASE WHEN waiting.attempt > 1 THEN 'again' END], NULL)
            FROM waiting
            JOIN said ON said.submission_id = waiting.id
            CROSS JOIN LATERAL (
                SELECT count(*) AS active FROM teachers_teacher AS teacher
                WHERE teacher.organisation_id = waiting.organisation_id
                  AND teacher.status = 'active') AS register
            LEFT JOIN LATERAL (
                SELECT kase.id AS case_id, last.warnings_count, last.records_count
                FROM campaigns_submission AS last
                JOIN workflows_case AS kase ON kase.submission_id = last.id
                WHERE last.organisation_id = waiting.organisation_id AND last.id < waiting.id
                  AND last.submitted_at IS NOT NULL
                ORDER BY last.id DESC LIMIT 1) AS before ON true
            CROSS JOIN LATERAL (
                SELECT max(event.warnings_count) AS warnings, max(event.records_count) AS records
                FROM campaigns_submissionevent AS event
                WHERE event.pgh_obj_id = waiting.id AND event.attempt = waiting.attempt - 1
                  AND event.state NOT IN ('draft', 'returned')) AS earlier
            ORDER BY waiting.id
            """,  # noqa: S608
            {**asked(post, [campaign_id]), "long_ago": on - NEW_FOR},
        )
        return [Drawable(*row) for row in cursor.fetchall()]


def pick_records(members: Iterable[Member], seed: str) -> dict[int, tuple[int, str]]:
    """Submission to the record of it that is opened, with its name; one statement, by submission.

    The place of the record comes from the seed (`sampling.record_number`).
    """
    drawn = [(one.submission, record_number(seed, one.submission, one.attempt)) for one in members]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT submission_id, id, name FROM (
                SELECT record.submission_id, record.id, record.name, drawn.number,
                       row_number() OVER (PARTITION BY record.submission_id ORDER BY record.id) - 1
                           AS place,
                       count(*) OVER (PARTITION BY record.submission_id) AS records
                FROM unnest(%s::bigint[], %s::bigint[]) AS drawn(id, number)
                JOIN campaigns_record AS record ON record.submission_id = drawn.id) AS record
            WHERE place = number %% records
            """,
            [[key for key, _number in drawn], [number for _key, number in drawn]],
        )
        return {submission: (record, name) for submission, record, name in cursor.fetchall()}
