"""The flow as a drawing: viewflow lays it out, our template draws it in the site's colours."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils import translation
from viewflow.workflow import chart, nodes

from workflows.flows import Step, SubmissionFlow

KINDS = {Step: "step", nodes.Switch: "choice"}


@dataclass(frozen=True)
class Node:
    """A node with its place. kind: "step", "choice" or "event".

    state: "done", "now", "ahead", or "" when the case never comes by.
    """

    x: int
    y: int
    width: int
    height: int
    kind: str
    lines: list[tuple[str, float, float]]
    title: str
    state: str


@dataclass(frozen=True)
class Line:
    """An arrow from node to node; a return is drawn dashed."""

    points: str
    returns: bool


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    nodes: list[Node]
    lines: list[Line]


def flow_chart(states: dict[str, str]) -> Drawing:
    """The whole flow; `states` maps a step's name to done, now or ahead.

    Of the returns only those that start on the way: all of them at once nobody can read.
    """
    grid = _layout(translation.get_language() or "")
    return Drawing(
        width=grid.width,
        height=grid.height,
        nodes=[_node(cell, states.get(cell.node.name, "")) for cell in grid.cells],
        lines=[
            Line(" ".join(f"{x},{y}" for x, y in edge.segments), edge.edge_class == "return")
            for edge in grid.edges
            if edge.edge_class != "return" or edge.src.name in states
        ],
    )


@lru_cache(maxsize=8)
def _layout(language: str):
    """viewflow's layout; it bakes the titles in, so each language has its own."""
    with translation.override(language):
        return chart.calc_layout_data(_Drawn())


class _Drawn:
    """The flow as the layout asks for it, without the node that no arrow leads to."""

    @property
    def instance(self) -> "_Drawn":
        return self

    def nodes(self) -> list:
        nodes = SubmissionFlow.instance.nodes()
        return [node for node in nodes if node is not SubmissionFlow.instance.reopening]


def _node(cell, state: str) -> Node:
    shape = cell.shape
    lines = [(text, x, y) for text, _css, _size, x, y in shape.text]
    return Node(
        x=shape.x,
        y=shape.y,
        width=shape.width,
        height=shape.height,
        kind=KINDS.get(type(cell.node), "event"),
        lines=lines,
        title=str(cell.title or ""),
        state=state,
    )
