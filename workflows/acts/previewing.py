"""What an act would do, before it is asked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from teachers.models import Post, User
from workflows import inbox
from workflows.actions.deciding import outcomes_of, screen_all
from workflows.acts.asking import NothingSelected, chosen
from workflows.enums import OutcomeKind, Verdict
from workflows.flows import step
from workflows.receipts import Outcome
from workflows.routes import stops_of

#: Tasks read at once.
CHUNK = 5_000
#: Items of each outcome that are named.
NAMED = 5


@dataclass
class Preview:
    """How many tasks would come to which outcome, with the first few of each.

    `standing` are the places (route, position, step) from which tasks would go ahead.
    """

    counts: Counter[OutcomeKind] = field(default_factory=Counter)
    named: dict[OutcomeKind, list[Outcome]] = field(default_factory=lambda: defaultdict(list))
    standing: set[tuple[int, int, str]] = field(default_factory=set)

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def done(self) -> int:
        return self.counts[OutcomeKind.DONE]

    @property
    def refused(self) -> int:
        return self.total - self.done

    @property
    def ahead(self) -> list[Outcome]:
        """The first few that would be done."""
        return self.named.get(OutcomeKind.DONE, [])

    @property
    def reasons(self) -> list[tuple[OutcomeKind, int, list[Outcome]]]:
        """What stands against the others: outcome, how many, the first few; the most first."""
        return [
            (kind, count, self.named[kind])
            for kind, count in self.counts.most_common()
            if kind != OutcomeKind.DONE
        ]

    @property
    def targets(self) -> list[tuple[str, str]]:
        """Steps (name, title) to which each one that goes ahead may go back, the school first."""
        common: list[str] | None = None
        for route_id, position, name in sorted(self.standing):
            legal = {node.name for node in step(name).returns_to}
            before = [stop.step for stop in stops_of(route_id) if stop.position < position]
            open_to = [one for one in before if one in legal]
            common = open_to if common is None else [one for one in common if one in open_to]
        return [(name, step(name).task_title) for name in common or ()]


def preview(
    *,
    verdict: Verdict,
    by: User,
    post: Post,
    at: datetime,
    tasks: Iterable[int] | None = None,
    filters: inbox.Filters | None = None,
    return_to: str = "",
    seen: datetime | None = None,
) -> Preview:
    """What `acts.ask` with the same arguments would make of each task, by the screening of
    `actions.decide`. Locks and writes nothing. Raises NothingSelected when no task is meant.
    """
    if filters is not None:
        asked = list(chosen(post, filters, at=at, seen=seen).values_list("pk", flat=True))
    else:
        asked = list(dict.fromkeys(tasks or []))
    found = Preview()
    for some in _chunks(asked):
        known, screened = screen_all(
            some,
            verdict=Verdict(verdict),
            by=by,
            post=post,
            at=at,
            return_to=return_to or None,
            seen=seen,
            in_bulk=len(asked) > 1,
        )
        _add(found, known, {task: screened[task] for task in some if task in known})
    if not found.total:
        raise NothingSelected(_("None of these is on your desk any more."))
    return found


def _add(found: Preview, known: dict, screened: dict) -> None:
    kinds = {task: kind for task, (kind, _to) in screened.items()}
    for outcome in outcomes_of(kinds, known):
        found.counts[outcome.kind] += 1
        if len(found.named[outcome.kind]) < NAMED:
            found.named[outcome.kind].append(outcome)
        if outcome.done:
            task = known[outcome.task_id]
            found.standing.add((task.route_id, task.position, task.step))


def _chunks(tasks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(tasks), CHUNK):
        yield tasks[start : start + CHUNK]
