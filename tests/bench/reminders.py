"""15,000 tasks that come due at once: noting them and telling everybody concerned.

Two campaigns over the whole province are launched; three in five tasks stay with the schools, the
others lie with counties, city and province; a third each is due soon, overdue, and late enough to
be told above. Every school has a clerk, so the sweep writes as many messages as it can.
"""

from datetime import timedelta

from django.db import connection, transaction

from teachers.enums import Role
from teachers.models import Organisation, Post, User
from tests.bench import world
from tests.bench.measuring import analyse, seconds
from workflows import actions
from workflows.models import Task

DUE = 15_000


def measure_reminders(here: world.World) -> float:
    """Seconds of one sweep over DUE due tasks. Leaves nothing behind: it is all rolled back."""
    with transaction.atomic():
        make_due(here, DUE)
        analyse()
        took = seconds(lambda: sweep(DUE))
        transaction.set_rollback(True)
    return took


def sweep(expected: int) -> actions.Reminded:
    """Remind, and see that nothing was left out."""
    reminded = actions.remind(at=world.NOW)
    if reminded.reminders < expected:
        raise AssertionError(f"only {reminded.reminders} of {expected} were spoken of")
    return reminded


def make_due(here: world.World, count: int) -> None:
    """Exactly so many open tasks that are due; all others have time."""
    _staff(here.schools)
    for number in range(1, -(-count // len(here.schools)) + 1):
        campaign = world.campaign(here, f"2026-DUE-{number}")
        who = {"by": here.manager.user, "post": here.manager}
        actions.launch(campaign, at=world.NOW, **who)
        campaign.refresh_from_db()
        actions.begin_collection(campaign, at=world.NOW, **who)
    _spread(here, count)


def _staff(schools: list[Organisation]) -> None:
    """A clerk for every school that has none."""
    have = set(Post.objects.filter(role=Role.CLERK).values_list("organisation_id", flat=True))
    empty = [school for school in schools if school.pk not in have]
    users = User.objects.bulk_create(
        User(username=f"due-{school.code}", name="经办", password="!") for school in empty
    )
    Post.objects.bulk_create(
        Post(user=user, organisation=school, role=Role.CLERK, valid_from=world.BEGAN)
        for user, school in zip(users, empty, strict=True)
    )


def _spread(here: world.World, count: int) -> None:
    """Move tasks to desks and due dates; only what the sweep reads is made to fit."""
    today = world.NOW.date()
    Task.objects.open().update(due_date=today + timedelta(days=200))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH numbered AS (
                SELECT task.id, row_number() OVER (ORDER BY task.id) AS n, unit.parent_id
                FROM workflows_task AS task
                JOIN workflows_case AS kase ON kase.id = task.process_id
                JOIN teachers_organisation AS unit ON unit.id = kase.organisation_id
                JOIN campaigns_campaign AS campaign ON campaign.id = task.campaign_id
                WHERE task.finished IS NULL AND campaign.code LIKE '2026-DUE-%%'
            )
            UPDATE workflows_task AS task SET
                due_date = %(today)s + (ARRAY[1, -1, -9])[1 + n %% 3],
                organisation_id = CASE WHEN n %% 5 < 3 THEN task.organisation_id
                                       WHEN n %% 5 = 3 THEN numbered.parent_id
                                       WHEN n %% 2 = 0 THEN %(city)s ELSE %(province)s END,
                role = CASE WHEN n %% 5 < 3 THEN 'clerk' ELSE 'reviewer' END
            FROM numbered WHERE numbered.id = task.id AND n <= %(count)s
            """,
            {
                "today": today,
                "city": here.city.pk,
                "province": here.province.pk,
                "count": count,
            },
        )
