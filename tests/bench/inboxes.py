"""The inbox of the province and of a county, with 10,000 and with 1,000,000 open tasks.

Eight campaigns run at once over 125,000 schools in 80 counties; of the open tasks one in ten lies
with the province, one in ten with the counties, the others still with the schools. Cases and tasks
are inserted as they are opened in life, with all triggers; then counts are folded, and the tables
vacuumed and analysed, as the worker and the server do by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from statistics import median
from time import perf_counter

from django.db import connection
from viewflow.workflow.fields import get_flow_ref, get_task_ref

from campaigns.models import Campaign
from teachers.enums import Role
from teachers.models import Post, User
from tests.bench import rounds_before, stock, world
from tests.bench.measuring import analyse, median_seconds
from workflows import counting, inbox, routes
from workflows.flows import Standing, SubmissionFlow, step
from workflows.models import Task

CAMPAIGNS, COUNTIES, SCHOOLS_IN_EACH = 8, 80, 1563
#: Of so many schools one is asked at first: 10,000 open tasks.
FIRST_OF = 100
TIMES = 9
OPEN = """
WITH chosen AS (
    SELECT unit.id, unit.parent_id, unit.school_kind,
           (unit.id / %(first_of)s + %(campaign)s) %% 10 AS place,
           (unit.id + 7 * %(campaign)s) %% 97 AS odd
    FROM teachers_organisation AS unit
    WHERE unit.kind = 'school' AND unit.id %% %(first_of)s = ANY(%(rests)s)
), answer AS (
    INSERT INTO campaigns_submission (campaign_id, organisation_id, state, attempt, records_count,
        errors_count, warnings_count, unexplained_count)
    SELECT %(campaign)s, id, CASE place WHEN 0 THEN 'province_review' WHEN 1 THEN 'county_review'
                                        ELSE 'draft' END,
           CASE WHEN odd < 10 THEN 2 ELSE 1 END, 20, 0, odd %% 2, 0
    FROM chosen ORDER BY id
    RETURNING id, organisation_id, attempt, warnings_count
), kase AS (
    INSERT INTO workflows_case (submission_id, organisation_id, campaign_id, route_id, position,
        decisions_count, ledger_head, flow_class, status, created)
    SELECT answer.id, chosen.id, %(campaign)s, %(route)s,
           CASE place WHEN 0 THEN 4 WHEN 1 THEN 2 ELSE 0 END, 0, '', %(flow)s, 'NEW', %(at)s
    FROM answer JOIN chosen ON chosen.id = answer.organisation_id
    RETURNING id, organisation_id
)
INSERT INTO workflows_task (process_id, organisation_id, kind, campaign_id, step, role, position,
    place_id, school_kind, is_again, is_clean, due_date, flow_task, flow_task_type, status, created,
    token)
SELECT kase.id, CASE chosen.place WHEN 0 THEN %(province)s WHEN 1 THEN chosen.parent_id
                                  ELSE chosen.id END,
       'submission', %(campaign)s, node.name, node.role,
       CASE chosen.place WHEN 0 THEN 4 WHEN 1 THEN 2 ELSE 0 END, chosen.parent_id,
       chosen.school_kind,
       answer.attempt > 1, answer.warnings_count = 0,
       %(due)s + CASE WHEN odd < 2 THEN odd::int + 3 ELSE 0 END, node.ref, 'HUMAN', 'NEW', %(at)s,
       'start'
FROM kase
JOIN answer USING (organisation_id)
JOIN chosen ON chosen.id = kase.organisation_id
JOIN unnest(%(places)s, %(names)s, %(roles)s, %(refs)s) AS node(place, name, role, ref)
  ON node.place = least(chosen.place, 2)
"""
STOCK_TASKS = """
INSERT INTO viewflow_task (flow_task, flow_task_type, status, created, token, process_id, data,
                           owner_id)
SELECT flow_task, flow_task_type, CASE WHEN n <= %(waiting)s THEN status ELSE 'ASSIGNED' END,
       created, token, process_id, data, CASE WHEN n > %(waiting)s THEN %(user)s END
FROM viewflow_task, generate_series(2, %(all)s) AS n
WHERE process_id = %(process)s AND finished IS NULL
"""


@dataclass(frozen=True)
class Look:
    """Reading a desk's first page: its tasks, milliseconds in all, of the slowest statement, and
    how many statements there are."""

    waiting: int
    page: float
    slowest: float
    statements: int


def measure_inboxes() -> tuple[dict[str, tuple[Look, Look]], int, float]:
    """Desk to how it looks with few and with all tasks; how many there are; ms of the peer's page.

    Fills an empty database and leaves it full.
    """
    here = world.build(counties=COUNTIES, schools_in_each=SCHOOLS_IN_EACH, staffed=0)
    campaigns = [world.campaign(here, f"2026-{number}") for number in range(CAMPAIGNS)]
    desks = {
        "province": here.post(here.province, Role.REVIEWER),
        "county": here.post(here.counties[0], Role.REVIEWER),
    }
    open_tasks(here, campaigns, rests=[0])
    few = {name: look_at(post) for name, post in desks.items()}
    open_tasks(here, campaigns, rests=list(range(1, FIRST_OF)))
    many = {name: look_at(post) for name, post in desks.items()}
    tasks = Task.objects.open().count()
    peer = measure_stock(here.manager.user, tasks, many["province"].waiting)
    return {name: (few[name], many[name]) for name in desks}, tasks, peer


def open_tasks(here: world.World, campaigns: list[Campaign], *, rests: list[int]) -> None:
    """One open task in each campaign for the schools whose key leaves such a rest."""
    nodes = {0: step("province_review"), 1: step("county_review"), 2: step("fill")}
    with connection.cursor() as cursor:
        for campaign in campaigns:
            values = {
                "campaign": campaign.pk,
                "first_of": FIRST_OF,
                "rests": rests,
                "route": _route(here),
                "flow": get_flow_ref(SubmissionFlow),
                "province": here.province.pk,
                "at": world.NOW,
                "due": world.NOW.date() + timedelta(days=campaign.pk % 12 - 2),
                "places": list(nodes),
                "names": [node.name for node in nodes.values()],
                "roles": [node.role.value for node in nodes.values()],
                "refs": [get_task_ref(node) for node in nodes.values()],
            }
            cursor.execute(OPEN, values)
    counting.fold()
    rounds_before.at_rest()


def _route(here: world.World) -> int:
    """The inbox reads no route: that of the first county serves all."""
    above = {unit.kind: unit for unit in (here.counties[0], here.city, here.province)}
    stops = routes.trace(SubmissionFlow, Standing(own=above))
    return routes.frozen(SubmissionFlow, stops).pk


def look_at(post: Post) -> Look:
    """Warm; each number is the median of several looks."""
    look = partial(inbox.read, post, inbox.Filters(), on=world.NOW.date())
    waiting = look().everything
    page = 1000 * median_seconds(look, times=TIMES)
    runs = [_statement_times(look) for _ in range(TIMES)]
    slowest = max(median(times) for times in zip(*runs, strict=True))
    return Look(waiting, page, slowest, len(runs[0]))


def _statement_times(look: Callable[[], object]) -> list[float]:
    """Milliseconds of each statement, its way to the server and back counted in."""
    times = []

    def timed(execute, sql, params, many, context):
        began = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            times.append(1000 * (perf_counter() - began))

    with connection.execute_wrapper(timed):
        look()
    return times


def measure_stock(user: User, tasks: int, waiting: int) -> float:
    """Milliseconds of the queue page of stock viewflow: a count, then 50 rows by offset."""
    process = stock.launch()
    with connection.cursor() as cursor:
        values = {"all": tasks, "waiting": waiting, "process": process.pk, "user": user.pk}
        cursor.execute(STOCK_TASKS, values)
    analyse()
    user.is_superuser = True  # the peer asks Django's permissions, which nobody has here
    queue = stock.Task.objects.queue([stock.StockFlow], user).order_by("-created")
    if queue.count() != waiting:
        raise AssertionError("the peer does not see its tasks")

    def look() -> None:
        queue.all().count()
        list(queue.all()[:50])

    return 1000 * median_seconds(look, times=5)
