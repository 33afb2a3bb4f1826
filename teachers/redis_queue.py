"""Background tasks through Redis: used only where TASKS_BACKEND says so (docs/operations.md)."""

from typing import Any

from django.db import connection, transaction
from django_rq.queues import DjangoRQ
from rq.job import Job


class AfterCommit(DjangoRQ):
    """A queue that hands a job to Redis when the transaction that asked for it has committed.

    Otherwise a worker could look for rows that are not there yet, or never will be. If Redis is
    lost just then, or loses the job later, the sweeps find the row that waits and ask again.
    """

    def enqueue_job(self, job: Job, **more: Any) -> Job:
        if not connection.in_atomic_block:
            return super().enqueue_job(job, **more)
        hand_over = super().enqueue_job
        transaction.on_commit(lambda: hand_over(job, **more))
        return job
