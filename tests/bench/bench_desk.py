"""The inbox of the province's desk, with 10,000 and with 100,000 open tasks on it.

Eight campaigns over 12,500 schools. The peer is the queue page of stock viewflow on as many tasks,
the limit the plain SQL of one page and its count.
"""

from functools import partial

from django.db import connection
from django.test.utils import CaptureQueriesContext

from teachers.enums import Role
from teachers.models import Post, User
from tests.bench import stock, world
from tests.bench.measuring import Figure, analyse, median_seconds
from workflows import actions, inbox
from workflows.models import Task

AREA = "desk"
CAMPAIGNS, COUNTIES, SCHOOLS_IN_EACH = 8, 25, 500
TO_THE_PROVINCE = """
UPDATE workflows_task SET organisation_id = %s, role = %s, step = 'province_review'
WHERE finished IS NULL
"""
PLAIN_PAGE = """
SELECT id FROM workflows_task
WHERE organisation_id = %s AND role = %s AND finished IS NULL ORDER BY due_date, id LIMIT 50
"""
PLAIN_COUNT = """
SELECT count(*) FROM workflows_task
WHERE organisation_id = %s AND role = %s AND finished IS NULL
"""
STOCK_TASKS = """
INSERT INTO viewflow_task (flow_task, flow_task_type, status, created, token, process_id, data)
SELECT flow_task, flow_task_type, status, created, token, process_id, data
FROM viewflow_task, generate_series(2, %s)
WHERE process_id = %s AND finished IS NULL
"""


def launch(here: world.World, number: int) -> None:
    """Open a campaign and put all its tasks on the province's desk."""
    campaign = world.campaign(here, f"2026-BENCH-{number}")
    actions.launch(campaign, by=here.manager.user, post=here.manager, at=world.NOW)
    with connection.cursor() as cursor:
        cursor.execute(TO_THE_PROVINCE, [here.province.pk, Role.REVIEWER])


def measure_ours(post: Post) -> tuple[float, int]:
    """Milliseconds of reading the inbox, its statements."""
    look = partial(inbox.read, post, inbox.Filters(), on=world.NOW.date())
    look()
    with CaptureQueriesContext(connection) as captured:
        look()
    return 1000 * median_seconds(look, times=7), len(captured)


def measure_plain(post: Post) -> float:
    desk = [post.organisation_id, post.role]

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN_PAGE, desk)
            cursor.fetchall()
            cursor.execute(PLAIN_COUNT, desk)
            cursor.fetchall()

    return 1000 * median_seconds(look, times=7)


def measure_stock(user: User, tasks: int) -> float:
    """The queue of a user as stock viewflow reads it: a count, then 50 rows by offset."""
    process = stock.launch()
    with connection.cursor() as cursor:
        cursor.execute(STOCK_TASKS, [tasks, process.pk])
    analyse()
    user.is_superuser = True  # the peer asks Django's permissions, which nobody has here
    queue = stock.Task.objects.queue([stock.StockFlow], user).order_by("-created")
    if queue.count() != tasks:
        raise AssertionError("the peer does not see its tasks")

    def look() -> None:
        queue.all().count()
        list(queue.all()[:50])

    return 1000 * median_seconds(look, times=7)


def run() -> list[Figure]:
    here = world.build(counties=COUNTIES, schools_in_each=SCHOOLS_IN_EACH, staffed=0)
    post = here.post(here.province, Role.REVIEWER)
    launch(here, 0)
    analyse()
    small, _ = measure_ours(post)
    for number in range(1, CAMPAIGNS):
        launch(here, number)
    analyse()
    large, asked = measure_ours(post)
    waiting = Task.objects.open().for_post(post).count()
    peer, plain = measure_stock(here.manager.user, waiting), measure_plain(post)
    return [
        Figure(AREA, "inbox with 12,500 open tasks", round(small, 1), "ms"),
        Figure(
            AREA,
            f"inbox with {waiting:,} open tasks",
            round(large, 1),
            "ms",
            peer=round(peer, 1),
            limit=round(plain, 1),
            ratio=round(peer / large, 2),
        ),
        Figure(AREA, "statements of the inbox", asked, "statements"),
    ]
