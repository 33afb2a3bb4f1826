"""Routes: which stops a case visits, found by walking the flow's graph."""

from functools import lru_cache
from typing import NamedTuple

from django.db import transaction
from viewflow.workflow import nodes
from viewflow.workflow.base import Flow

from teachers.models import ChangePolicy, Organisation
from workflows.flows import Standing, start
from workflows.models import DeskSetting, Route, RouteStop


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


def units_above(units: list) -> dict[str, Organisation]:
    """Path to organisation of all that stand above one of these (one query); they need a `path`."""
    parents = {unit.path.rstrip("/").rpartition("/")[0] + "/" for unit in units}
    paths = {path[: i + 1] for path in parents for i, sign in enumerate(path) if sign == "/"}
    return {unit.path: unit for unit in Organisation.objects.filter(path__in=paths)}


def two_step_desks() -> frozenset[int]:
    """The authorities where a chief decides after the reviewer (one query)."""
    chosen = DeskSetting.objects.filter(two_steps=True)
    return frozenset(chosen.values_list("organisation", flat=True))


def superior_of(one: Organisation, other: Organisation) -> str:
    """Path of the lowest organisation that stands above both (or is one of them)."""
    shared = []
    for mine, theirs in zip(one.path.split("/"), other.path.split("/"), strict=False):
        if mine != theirs or not mine:
            break
        shared.append(mine)
    return "/".join(shared) + "/"


def standing_between(
    own: Organisation,
    other: Organisation | None,
    above: dict[str, Organisation],
    policy: ChangePolicy,
) -> Standing:
    """Both sides of a change and what its policy wants of them. above: path to organisation of all
    that stand above one of both."""
    sides = [own, other] if other else [own]
    known = above | {unit.path: unit for unit in sides}
    return Standing(
        own=authorities_above(own, above),
        other=authorities_above(other, above) if other else {},
        counterpart=other,
        superior=known[superior_of(own, other)] if other else None,
        reach=policy.reach,
        releasing=policy.releasing,
        superior_decides=policy.superior,
    )


def trace(flow: type[Flow], standing: Standing) -> list[Stop]:
    """Walk a flow from its start to its end, choosing at each gateway by the standing.

    Raises LookupError when a step needs an authority that stands above the school nowhere.
    """
    stops: list[Stop] = []
    node = start(flow)._next
    while not isinstance(node, nodes.End):
        if isinstance(node, nodes.Switch):
            node = next(to for to, holds in node._branches if holds is None or holds(standing))
            continue
        desk = node.desk(standing)
        stops.append(Stop(len(stops), node.name, desk.pk if desk else None))
        node = node._next
    return stops


def route_key(flow: type[Flow], stops: list[Stop]) -> str:
    title = flow.__name__.removesuffix("Flow").lower()
    return f"{title}:" + ",".join(f"{stop.step}@{stop.organisation_id or '-'}" for stop in stops)


@transaction.atomic
def frozen(flow: type[Flow], stops: list[Stop]) -> Route:
    """The stored route with exactly these stops; made if it is the first of its kind."""
    route, made = Route.objects.get_or_create(key=route_key(flow, stops))
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


def level_begins(route_id: int, position: int) -> int:
    """The first stop of the level at this stop: its reviewer's, where a chief decides after it."""
    stops = stops_of(route_id)
    desk = stops[position].organisation_id
    while desk is not None and stops[position - 1].organisation_id == desk:
        position -= 1
    return position
