"""Rounds of years before, by the hundred thousand rows: what the tables of the engine grow by.

Written by set-based statements with the triggers and the foreign keys switched off and the
secondary indexes dropped and made again: they are over and hang together by construction. What the
triggers would have counted is counted once at the end. Every case went the whole way of its route,
without a return.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from viewflow.workflow.fields import get_task_ref

from campaigns.enums import CampaignState, SubmissionState
from campaigns.models import Campaign
from tests.bench import world
from workflows.counting import COUNTERS
from workflows.flows import SubmissionFlow, steps

GROWING = (
    "campaigns_submission",
    "workflows_case",
    "workflows_task",
    "workflows_decision",
    "campaigns_submissionevent",
)
STOPS = 5
#: State of a submission behind so many decisions.
STATES = (
    SubmissionState.DRAFT,
    SubmissionState.SIGNING,
    SubmissionState.COUNTY_REVIEW,
    SubmissionState.CITY_REVIEW,
    SubmissionState.PROVINCE_REVIEW,
    SubmissionState.APPROVED,
)
ANSWERS = """
INSERT INTO campaigns_submission (campaign_id, organisation_id, state, attempt, records_count,
    errors_count, warnings_count, unexplained_count, submitted_at, approved_at)
SELECT round.id, pattern.organisation_id, %(state)s,
       1, 1, 0, 0, 0, %(at)s, CASE WHEN %(stops)s = 5 THEN %(at)s END
FROM campaigns_campaign AS round CROSS JOIN workflows_case AS pattern
WHERE round.id = ANY(%(rounds)s) AND pattern.campaign_id = %(pattern)s
"""
CASES = """
INSERT INTO workflows_case (submission_id, organisation_id, campaign_id, route_id, position,
    decisions_count, ledger_head, flow_class, status, created, finished)
SELECT answer.id, answer.organisation_id, answer.campaign_id, pattern.route_id,
       least(%(stops)s, 4), %(stops)s, encode(sha256(convert_to(answer.id::text, 'UTF8')), 'hex'),
       pattern.flow_class, CASE WHEN %(stops)s = 5 THEN 'DONE' ELSE 'NEW' END, %(at)s,
       CASE WHEN %(stops)s = 5 THEN %(at)s END
FROM campaigns_submission AS answer
JOIN workflows_case AS pattern ON pattern.organisation_id = answer.organisation_id
WHERE answer.campaign_id = ANY(%(rounds)s) AND pattern.campaign_id = %(pattern)s
ORDER BY answer.id
"""
TASKS = """
INSERT INTO workflows_task (process_id, organisation_id, kind, campaign_id, step, role, position,
    place_id, school_kind, is_again, is_clean, due_date, flow_task, flow_task_type, status, created,
    finished, token, owner_id)
SELECT kase.id, coalesce(stop.organisation_id, kase.organisation_id), 'submission',
       kase.campaign_id, stop.step, node.role, stop.position, unit.parent_id, unit.school_kind,
       false, true, %(at)s::date, node.ref, 'HUMAN',
       CASE WHEN stop.position < %(stops)s THEN 'DONE' ELSE 'NEW' END, %(at)s,
       CASE WHEN stop.position < %(stops)s THEN %(at)s END, 'start',
       CASE WHEN stop.position < %(stops)s THEN coalesce(post.user_id, %(user)s) END
FROM workflows_case AS kase
JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
JOIN workflows_routestop AS stop ON stop.route_id = kase.route_id
JOIN unnest(%(steps)s, %(roles)s, %(refs)s) AS node(step, role, ref) ON node.step = stop.step
LEFT JOIN teachers_post AS post
  ON post.organisation_id = coalesce(stop.organisation_id, kase.organisation_id)
 AND post.role = node.role
WHERE kase.campaign_id = ANY(%(rounds)s) AND stop.position <= %(stops)s
ORDER BY stop.position, kase.id
"""
DECISIONS = """
INSERT INTO workflows_decision (case_id, task_id, sequence, verdict, step, from_position,
    to_position, attempt, organisation_id, by_id, post_id, at, reasons, words, previous_hash, hash)
SELECT task.process_id, task.id, task.position + 1,
       CASE task.position WHEN 0 THEN 'submit' WHEN 1 THEN 'sign' ELSE 'approve' END, task.step,
       task.position, nullif(task.position + 1, 5), 1, task.organisation_id, task.owner_id,
       coalesce(post.id, %(post)s), %(at)s, '{}', '',
       CASE task.position WHEN 0 THEN '' ELSE kase.ledger_head END, kase.ledger_head
FROM workflows_task AS task
JOIN workflows_case AS kase ON kase.id = task.process_id
LEFT JOIN teachers_post AS post
  ON post.organisation_id = task.organisation_id AND post.role = task.role
WHERE task.campaign_id = ANY(%(rounds)s) AND task.finished IS NOT NULL
ORDER BY task.id
"""
HISTORY = """
INSERT INTO campaigns_submissionevent (pgh_created_at, pgh_label, pgh_obj_id, id, campaign_id,
    organisation_id, state, attempt, records_count, errors_count, warnings_count, unexplained_count)
SELECT %(at)s, 'update', answer.id, answer.id, answer.campaign_id, answer.organisation_id,
       answer.state, 1, 1, 0, 0, 0
FROM generate_series(1, %(stops)s) AS moved, campaigns_submission AS answer
WHERE answer.campaign_id = ANY(%(rounds)s)
"""
FILLED = (ANSWERS, CASES, TASKS, DECISIONS, HISTORY)


def add(here: world.World, *, pattern: Campaign, rounds: int, stops: int = STOPS) -> list[Campaign]:
    """So many rounds over the schools of a launched one; return them. Every one leaves its cases
    behind `stops` decisions: five end a case, with less the next task is open.
    """
    known = Campaign.objects.count()
    made = [world.campaign(here, f"2000-{known + number}") for number in range(rounds)]
    nodes = list(steps(SubmissionFlow))
    values = {
        "rounds": [campaign.pk for campaign in made],
        "pattern": pattern.pk,
        "stops": stops,
        "state": STATES[stops].value,
        "at": world.NOW,
        "user": here.manager.user_id,
        "post": here.manager.pk,
        "steps": [node.name for node in nodes],
        "roles": [node.role.value for node in nodes],
        "refs": [get_task_ref(node) for node in nodes],
    }
    with quick_loading() as cursor:
        Campaign.objects.filter(pk__in=values["rounds"]).update(
            state=CampaignState.CLOSED if stops == STOPS else CampaignState.IN_REVIEW
        )
        for table, statement in zip(GROWING, FILLED, strict=True):
            cursor.execute(statement, values)
            cursor.execute(f"ANALYZE {table}")  # the next one is planned by it
    recount()
    return made


@contextmanager
def quick_loading(*tables: str) -> Iterator[CursorWrapper]:
    """Without triggers, foreign keys and the secondary indexes of the tables (GROWING if none are
    named); all are back behind it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(
            """
            SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
            """,
            [list(tables or GROWING)],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield cursor
        for _name, definition in indexes:
            cursor.execute(definition)


def recount() -> None:
    """Make the kept counts what the tables say."""
    with transaction.atomic(), connection.cursor() as cursor:
        for counter in COUNTERS:
            keys = ", ".join(counter.keys)
            cursor.execute(f"DELETE FROM {counter.changes}")
            cursor.execute(f"DELETE FROM {counter.totals}")
            cursor.execute(
                f"INSERT INTO {counter.totals} ({keys}, number) "
                f"SELECT {keys}, n FROM ({counter.truth}) AS truth"
            )


def at_rest() -> None:
    """Vacuumed and analysed, as the server does by itself in a quiet hour."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
