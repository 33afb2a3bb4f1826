"""Routes: which stops a case visits, found by walking the flow's graph."""

from functools import lru_cache
from typing import NamedTuple

from django.db import transaction
from viewflow.workflow import nodes

from teachers.models import Organisation
from workflows.flows import Step, SubmissionFlow
from workflows.models import Route, RouteStop


class Stop(NamedTuple):
    """A stop of a route; no organisation means the case's own."""

    position: int
    step: str
    organisation_id: int | None


def authorities_above(organisation: Organisation, by_path: dict[str, Organisation]) -> dict:
    """Kind to organisation of those above, nearest first (dicts keep their order)."""
    parts = organisation.path.rstrip("/").split("/")[:-1]
    above = [by_path["/".join(parts[: i + 1]) + "/"] for i in range(len(parts))]
    return {unit.kind: unit for unit in reversed(above)}


def trace(authorities: dict) -> list[Stop]:
    """Walk the flow from its start to its end, choosing at each gateway by the authorities.

    Raises LookupError when a step needs an authority that stands above the school nowhere.
    """
    stops: list[Stop] = []
    node = SubmissionFlow.instance.node("opening")._next
    while not isinstance(node, nodes.End):
        if isinstance(node, nodes.Switch):
            node = next(to for to, holds in node._branches if holds is None or holds(authorities))
            continue
        stops.append(Stop(len(stops), node.name, _who(node, authorities)))
        node = node._next
    return stops


def _who(step: Step, authorities: dict) -> int | None:
    if not step.done_by:
        return None
    for kind in step.done_by:
        if kind in authorities:
            return authorities[kind].pk
    raise LookupError(f"{step.name}: no {' or '.join(step.done_by)} above the school")


def route_key(stops: list[Stop]) -> str:
    return "submission:" + ",".join(f"{stop.step}@{stop.organisation_id or '-'}" for stop in stops)


@transaction.atomic
def frozen(stops: list[Stop]) -> Route:
    """The stored route with exactly these stops; made if it is the first of its kind."""
    route, made = Route.objects.get_or_create(key=route_key(stops))
    if made:
        RouteStop.objects.bulk_create(
            RouteStop(
                route=route, position=s.position, step=s.step, organisation_id=s.organisation_id
            )
            for s in stops
        )
    return route


@lru_cache(maxsize=4096)
def stops_of(route_id: int) -> tuple[Stop, ...]:
    """The stops of a stored route, in order. Routes never change, so they may be remembered."""
    rows = RouteStop.objects.filter(route_id=route_id).order_by("position")
    stops = tuple(Stop(row.position, row.step, row.organisation_id) for row in rows)
    if not stops:
        raise LookupError(f"Route {route_id} has no stops.")
    return stops


def position_of(route_id: int, step: str) -> int | None:
    """Where on the route a step stands, or None if the route does not visit it."""
    return next((stop.position for stop in stops_of(route_id) if stop.step == step), None)
