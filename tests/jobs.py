"""Doing what waits in the queue, in the test's own transaction."""

from django_tasks_db.models import DBTaskResult


def do_waiting_jobs(function: str) -> int:
    """Run the waiting jobs of a function (its last name) as a worker would; return how many."""
    done = 0
    waiting = DBTaskResult.objects.filter(status="READY", task_path__endswith=f".{function}")
    for job in waiting.order_by("enqueued_at"):
        asked = job.args_kwargs
        job.task.func(*asked["args"], **asked["kwargs"])
        job.delete()
        done += 1
    return done
