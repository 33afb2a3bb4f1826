"""From figures to sentences, by rules that are written down here and nowhere else.

Each rule looks at the figures and gives a point or nothing. The order of RULES is the order of the
report. A sentence states what is the case, names who is meant, and, where something is left to do,
says what and until when.
"""

from collections.abc import Callable

from campaigns.enums import StageKind
from reports.conclusions import behind, ethnic, preparation, progress, quality, to_do, worse
from reports.conclusions.points import Heading, Point

Rule = Callable[[dict], Point | None]
__all__ = ["Heading", "Point", "conclusions", "grouped"]

RULES: tuple[Rule, ...] = (
    progress.progress,
    progress.in_time,
    progress.stages,
    progress.standing,
    progress.published,
    ethnic.area,
    ethnic.bilingual,
    behind.not_filed,
    behind.behind,
    behind.counties,
    behind.overdue,
    behind.waiting,
    worse.movement,
    worse.fallen,
    worse.more_waiting,
    worse.more_problems,
    worse.first_issue,
    quality.returns,
    quality.answers,
    quality.rework,
    quality.slow,
    quality.open_findings,
    quality.open_problems,
    quality.separation,
    to_do.to_do,
    to_do.file,
    to_do.answer,
    to_do.decide,
    to_do.settle,
)
PREPARATION: tuple[Rule, ...] = (
    preparation.readiness,
    preparation.nobody_fills,
    preparation.nobody_reviews,
    preparation.never_there,
    preparation.prepared,
    preparation.name_them,
)


def conclusions(figures: dict) -> list[Point]:
    """The points of a report, in order."""
    rules = PREPARATION if figures["stage"]["kind"] == StageKind.PREPARATION else RULES
    return [point for point in (rule(figures) for rule in rules) if point is not None]


def grouped(figures: dict) -> list[tuple[str, list[Point]]]:
    """(title of the heading, its points), without headings that have none."""
    points = conclusions(figures)
    groups = [(head.title, [p for p in points if p.heading == head]) for head in Heading]
    return [(title, found) for title, found in groups if found]
