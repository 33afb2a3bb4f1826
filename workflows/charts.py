"""The flow as a drawing: viewflow lays it out, our template draws it in the site's colours."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
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
    """An arrow from node to node; a return is drawn dashed. walked: the case has come this way."""

    points: str
    returns: bool
    walked: bool


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    nodes: list[Node]
    lines: list[Line]


def flow_chart(
    states: dict[str, str], returned: Collection[tuple[str, str]] = frozenset()
) -> SafeString:
    """The whole flow as SVG. states: step to "done", "now" or "ahead"; returned: pairs of
    steps, from and to which the case was sent back.

    Cases that stand alike share one picture.
    """
    language = translation.get_language() or ""
    return _drawn(language, tuple(sorted(states.items())), frozenset(returned))


@lru_cache(maxsize=512)
def _drawn(language: str, states: tuple, returned: frozenset) -> SafeString:
    with translation.override(language):
        drawing = draw(dict(states), returned)
        return render_to_string("workflows/_chart.html", {"drawing": drawing})


def draw(states: dict[str, str], returned: Collection[tuple[str, str]]) -> Drawing:
    """Of the returns only those that start on the way: all of them at once nobody can read."""
    grid = _layout(translation.get_language() or "")
    return Drawing(
        width=grid.width,
        height=grid.height,
        nodes=[_node(cell, states.get(cell.node.name, "")) for cell in grid.cells],
        lines=[
            _line(edge, states, returned)
            for edge in grid.edges
            if edge.edge_class != "return" or edge.src.name in states
        ],
    )


def _line(edge, states: dict[str, str], returned: Collection[tuple[str, str]]) -> Line:
    returns = edge.edge_class == "return"
    if returns:
        walked = (edge.src.name, edge.dst.name) in returned
    else:
        walked = _reached(edge.dst, states) and _left(edge.src, states)
    return Line(" ".join(f"{x},{y}" for x, y in edge.segments), returns, walked)


def _left(node, states: dict[str, str]) -> bool:
    """Whether the case has gone on from here."""
    return not isinstance(node, Step) or states.get(node.name) == "done"


def _reached(node, states: dict[str, str]) -> bool:
    """Whether the case has come here; to a gateway if it has come to a step behind it, to the end
    if no step is left."""
    if isinstance(node, Step):
        return states.get(node.name) in {"done", "now"}
    if isinstance(node, nodes.Switch):
        return any(_reached(edge.dst, states) for edge in node._outgoing())
    return set(states.values()) == {"done"}


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
