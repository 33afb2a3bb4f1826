"""The peer: stock viewflow 2.4 with its own tables, walking the same way as a submission."""

from django.db import transaction
from django.views.generic import View
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.models import Process, Task

STEPS = ("fill", "sign", "county_review", "city_review", "province_review")


class StockFlow(flow.Flow):
    """School, head, county, city, province; each step a task of viewflow's own View node."""

    process_class = Process
    task_class = Task

    start = flow.StartHandle().Next(this.fill)
    fill = flow.View(View.as_view()).Next(this.sign)
    sign = flow.View(View.as_view()).Next(this.county_review)
    county_review = flow.View(View.as_view()).Next(this.city_review)
    city_review = flow.View(View.as_view()).Next(this.province_review)
    province_review = flow.View(View.as_view()).Next(this.end)
    end = flow.End()


def launch() -> Process:
    """Open one process with its first task."""
    return StockFlow.start.run()


def decide(task_id: int, user) -> None:
    """What viewflow's own views do when a person takes and finishes a task."""
    with transaction.atomic():
        task = Task.objects.get(pk=task_id)
        with StockFlow.lock(task.process_id):
            activation = task.flow_task.activation_class(task)
            activation.assign(user)
            activation.start(None)
            activation.execute()


def open_tasks(step: str) -> list[int]:
    return list(
        Task.objects.filter(flow_task=getattr(StockFlow, step), finished=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
