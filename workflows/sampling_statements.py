"""Set-based SQL of the sampling desk: how draws stand, and what they let pass."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from teachers.models import Post
from workflows.sampling import Errors

#: Each drawn record: "right" or "wrong" as judged; without a judgement "wrong" where the desk has
#: returned the submission since (and not taken that back), "gone" where it went back to the school
#: otherwise (recalled, called off, returned from above) or the school removed the record, else
#: "open". Records by draw, decisions by case, the rest by primary and unique keys.
_STANDING = """
    SELECT sampled.id, sampled.draw_id, sampled.position, sampled.submission_id, sampled.attempt,
           CASE WHEN sampled.verdict <> '' THEN sampled.verdict
                WHEN EXISTS (SELECT FROM workflows_decision AS back
                             WHERE back.case_id = kase.id AND back.verdict = 'return'
                               AND back.organisation_id = draw.organisation_id
                               AND back.step = draw.step AND back.attempt = sampled.attempt
                               AND back.at >= draw.at AND NOT EXISTS (
                                   SELECT FROM workflows_decision AS undone
                                   WHERE undone.case_id = kase.id AND undone.verdict = 'undo'
                                     AND undone.sequence = back.sequence + 1)) THEN 'wrong'
                WHEN sampled.record_id IS NULL OR submission.attempt <> sampled.attempt
                     OR submission.state IN ('draft', 'returned', 'cancelled') THEN 'gone'
                ELSE 'open' END AS standing
    FROM workflows_draw AS draw
    JOIN workflows_sampledrecord AS sampled ON sampled.draw_id = draw.id
    JOIN campaigns_submission AS submission ON submission.id = sampled.submission_id
    JOIN workflows_case AS kase ON kase.submission_id = sampled.submission_id
"""
#: What was found in each draw; one with nothing open is finished.
_COUNTED = """
    SELECT draw_id, count(*) AS drawn,
           count(*) FILTER (WHERE standing IN ('right', 'wrong')) AS judged,
           count(*) FILTER (WHERE standing = 'wrong') AS wrong,
           count(*) FILTER (WHERE standing = 'open') AS open
    FROM ({standing}) AS standing GROUP BY draw_id
"""
#: The draws of a desk, and of those that are finished the submissions they were drawn from: whether
#: one of them passed. `faulty` are the submissions in which a record was found wrong.
_COVERED = f"""
    standing AS MATERIALIZED ({_STANDING}
        WHERE draw.organisation_id = %(desk)s AND draw.role = %(role)s
          AND draw.campaign_id = ANY(%(campaigns)s)),
    covered AS MATERIALIZED (
        SELECT (one->>0)::bigint AS submission_id, (one->>1)::int AS attempt,
               bool_or(counted.wrong * 100 <= draw."limit" * counted.judged) AS passed
        FROM ({_COUNTED.format(standing="SELECT * FROM standing")}) AS counted
        JOIN workflows_draw AS draw ON draw.id = counted.draw_id,
             jsonb_array_elements(draw.population) AS one
        WHERE counted.open = 0 AND counted.judged > 0 GROUP BY 1, 2),
    faulty AS MATERIALIZED (
        SELECT DISTINCT submission_id, attempt FROM standing WHERE standing = 'wrong')"""  # noqa: S608
#: What lies on a desk: the index open_tasks_of_a_desk, then primary keys; each with what draws say.
ON_DESK = f"""
    WITH {_COVERED}, waiting AS MATERIALIZED (
        SELECT submission.id, submission.organisation_id, submission.attempt, kase.id AS case_id,
               task.is_clean AND submission.records_count > 0 AS is_clean,
               coalesce(covered.passed, false) AS passed,
               faulty.submission_id IS NOT NULL AS faulty
        FROM workflows_task AS task
        JOIN workflows_case AS kase ON kase.id = task.process_id
        JOIN campaigns_submission AS submission ON submission.id = kase.submission_id
        LEFT JOIN covered ON covered.submission_id = submission.id
                         AND covered.attempt = submission.attempt
        LEFT JOIN faulty ON faulty.submission_id = submission.id
                        AND faulty.attempt = submission.attempt
        WHERE task.organisation_id = %(desk)s AND task.role = %(role)s
          AND task.finished IS NULL AND task.campaign_id = ANY(%(campaigns)s))"""  # noqa: S608


@dataclass(frozen=True)
class Found:
    """What a draw has found so far. `open`: records that somebody still has to judge."""

    drawn: int
    judged: int
    wrong: int
    open: int

    @property
    def errors(self) -> Errors:
        return Errors(self.judged, self.wrong)

    @property
    def gone(self) -> int:
        """Drawn, but no longer to be judged: the school has it again."""
        return self.drawn - self.judged - self.open

    @property
    def done(self) -> int:
        """Drawn records that nobody has to judge any more."""
        return self.drawn - self.open

    @property
    def is_finished(self) -> bool:
        return self.open == 0


@dataclass(frozen=True)
class OnDesk:
    """How many submissions wait on a desk: `to_draw` from, `passed` with a draw, `faulty` ones in
    which a record was found wrong, and `to_look_at` one by one because of findings."""

    to_draw: int
    passed: int
    faulty: int
    to_look_at: int


def on_desk(post: Post, campaign_id: int) -> OnDesk:
    """What lies on the desk of a post, by what the draws say of it (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {ON_DESK}
            SELECT count(*) FILTER (WHERE is_clean AND NOT passed AND NOT faulty),
                   count(*) FILTER (WHERE is_clean AND passed AND NOT faulty),
                   count(*) FILTER (WHERE faulty),
                   count(*) FILTER (WHERE NOT is_clean AND NOT faulty)
            FROM waiting
            """,  # noqa: S608
            asked(post, [campaign_id]),
        )
        return OnDesk(*cursor.fetchone())


def found_in(draw_ids: Iterable[int]) -> dict[int, Found]:
    """Draw to what it has found so far (one statement, records by draw)."""
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTED.format(standing=f"{_STANDING} WHERE draw.id = ANY(%s)"), [list(draw_ids)]
        )
        return {draw: Found(*counts) for draw, *counts in cursor.fetchall()}


def newest_found(post: Post, campaign_id: int) -> tuple[int, Found] | None:
    """The limit of the newest draw of a desk and what it has found so far; None before the first.

    One statement, as cheap as the draw is small: unique key of the desk's draws, records by draw.
    """
    newest = """
        SELECT id, "limit" FROM workflows_draw
        WHERE organisation_id = %(desk)s AND role = %(role)s AND campaign_id = ANY(%(campaigns)s)
        ORDER BY number DESC LIMIT 1"""
    counted = _COUNTED.format(standing=_STANDING + " WHERE draw.id = (SELECT id FROM newest)")  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH newest AS MATERIALIZED ({newest})
            SELECT newest."limit", drawn, judged, wrong, open
            FROM newest JOIN ({counted}) AS counted ON counted.draw_id = newest.id
            """,  # noqa: S608
            asked(post, [campaign_id]),
        )
        row = cursor.fetchone()
        return row and (row[0], Found(*row[1:]))


def standings(sampled: Iterable[int]) -> dict[int, str]:
    """Sampled record to how it stands: "right", "wrong", "open" or "gone" (by key)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, standing FROM ({_STANDING} WHERE sampled.id = ANY(%s)) AS found",  # noqa: S608
            [list(sampled)],
        )
        return dict(cursor.fetchall())


def next_open(draw_id: int) -> int | None:
    """The first sampled record of a draw that somebody still has to judge (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT id FROM ({_STANDING} WHERE draw.id = %s) AS found
            WHERE standing = 'open' ORDER BY position LIMIT 1
            """,  # noqa: S608
            [draw_id],
        )
        row = cursor.fetchone()
        return row and row[0]


def held_back(post: Post, submissions: dict[int, int]) -> dict[int, bool]:
    """Which of these submissions (to their campaigns) no finished draw of the desk lets pass.

    The value is True where a draw says why: it has too many errors, or the submission itself was
    found wrong; False where no draw says anything. One statement, however many there are: the draws
    of the desk once, then a hash join with the submissions by key.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH {_COVERED}
            SELECT submission.id, covered.passed IS NOT NULL OR faulty.submission_id IS NOT NULL
            FROM campaigns_submission AS submission
            LEFT JOIN covered ON covered.submission_id = submission.id
                             AND covered.attempt = submission.attempt
            LEFT JOIN faulty ON faulty.submission_id = submission.id
                            AND faulty.attempt = submission.attempt
            WHERE submission.id = ANY(%(submissions)s)
              AND (covered.passed IS NOT TRUE OR faulty.submission_id IS NOT NULL)
            """,  # noqa: S608
            {**asked(post, set(submissions.values())), "submissions": list(submissions)},
        )
        return dict(cursor.fetchall())


def asked(post: Post, campaigns: Iterable[int]) -> dict:
    """The parameters of the statements about a desk."""
    return {"desk": post.organisation_id, "role": post.role, "campaigns": list(campaigns)}
