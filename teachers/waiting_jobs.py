"""Which jobs wait or run, in whatever queue the site has."""

from django.conf import settings
from django_tasks.base import Task

DATABASE = "django_tasks_db.DatabaseBackend"
REDIS = "django_tasks_rq.RQBackend"


def waiting(job: Task) -> set:
    """The first argument of each job of this function that waits for a worker or has one.

    What is not among them was lost with its queue, or with a worker: it may be asked for again,
    because every job is harmless when run twice.
    """
    return READERS.get(settings.TASKS["default"]["BACKEND"], _nothing)(job)


def _in_database(job: Task) -> set:
    from django_tasks_db.models import DBTaskResult

    found = DBTaskResult.objects.filter(task_path=job.module_path, status__in=["READY", "RUNNING"])
    return {one.args_kwargs["args"][0] for one in found.only("args_kwargs")}


def _in_redis(job: Task) -> set:
    import django_rq
    from django_tasks_rq import Job

    queue = django_rq.get_queue(job.queue_name, job_class=Job)
    ids = [*queue.get_job_ids(), *queue.started_job_registry.get_job_ids()]
    found = Job.fetch_many(ids, connection=queue.connection)
    return {one.args[0] for one in found if one and one.func_name == job.module_path}


def _nothing(_job: Task) -> set:
    """Other queues do a job at once."""
    return set()


READERS = {DATABASE: _in_database, REDIS: _in_redis}
